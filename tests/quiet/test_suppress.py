"""Suppressions: what the comments of a file hide, and what is said of comments that hide nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.finding import Finding, Place, Precision, Severity
from reviewer.quiet.suppress import Names, Quieted, Ran, suppress
from reviewer.reviewing import review
from reviewer.settings import Options
from reviewer.source.lower import lower

NAMES = Names(frozenset({"a-rule", "b-rule", "c-rule"}), {"old-rule": "a-rule"})
ALL = Ran(NAMES.ids, is_all_rules=True, is_whole=True)


def quieted(text: str, ran: Ran = ALL) -> Quieted:
    """Every call `a()` is a finding of `a-rule`, `b()` of `b-rule`."""
    findings = []
    for rule in ("a", "b"):
        at = text.find(f"{rule}()")
        while at >= 0:
            line = text.count("\n", 0, at) + 1
            place = Place("x.js", line, 1, line, 4, at, at + 3)
            findings.append(Finding(f"{rule}-rule", Severity.ERROR, Precision.HIGH, "said", place))
            at = text.find(f"{rule}()", at + 1)
    return suppress(findings, {"x.js": lower(text.encode(), "x.js").directives}, NAMES, ran)


def kept(text: str) -> list[tuple[str, int]]:
    return sorted((found.rule, found.place.line) for found in quieted(text).kept)


def notes(text: str, ran: Ran = ALL) -> list[str]:
    return [f"{found.place.line} {found.message}" for found in quieted(text, ran).notes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("// nodereview-disable-next-line a-rule -- x\na()\na()", [("a-rule", 3)]),
        ("// nodereview-disable-next-line b-rule -- x\na()", [("a-rule", 2)]),
        ("// nodereview-disable-next-line -- x\na(); b()", []),
        ("a() // nodereview-disable-line a-rule, b-rule -- x\nb()", [("b-rule", 2)]),
        (
            "a()\n// nodereview-disable a-rule -- x\na(); b()\n// nodereview-enable a-rule\na()",
            [("a-rule", 1), ("a-rule", 5), ("b-rule", 3)],
        ),
        ("// nodereview-disable -- x\na()\n// nodereview-enable b-rule\na(); b()", [("b-rule", 4)]),
        ("a()\n// nodereview-disable-file a-rule -- x\na(); b()", [("b-rule", 3)]),
        ("// nodereview-disable-next-line old-rule -- x\na()", []),
    ],
)
def test_what_is_hidden(text: str, expected: list[tuple[str, int]]) -> None:
    assert kept(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-next-line a-rule -- x\na()", ""),
        ("-next-line a-rule\na()", "This suppression does not say why the finding may stay"),
        ("-next-line a-rule -- x\nb()", "This suppression hides nothing: there is no finding of `a-rule`"),
        ("-next-line a-rule, b-rule -- x\nb()", "This suppression hides nothing: there is no finding of `a-rule`"),
        ("-file -- x\n", "This suppression hides nothing"),
        ("-line a-rul -- x\na()", "This suppression has no effect: unknown rule `a-rul`; did you mean `a-rule`?"),
        ("-next-line old-rule -- x\na()", "The rule `old-rule` is called `a-rule` today; the suppression still holds"),
    ],
)
def test_what_is_said_of_the_comments(text: str, expected: str) -> None:
    assert notes(f"// nodereview-disable{text}") == ([f"1 {expected}"] if expected else [])


def test_words_that_do_nothing() -> None:
    assert notes("// nodereview-enable\na()") == ["1 Nothing is disabled above this comment"]
    said = "unknown comment for nodereview `nodereview-ignore-line`; did you mean `nodereview-disable-line`?"
    assert notes("// nodereview-ignore-line a-rule") == [f"1 This comment has no effect: {said}"]


@pytest.mark.parametrize(
    ("text", "ran"),
    [
        (
            "// nodereview-disable-next-line a-rule -- x\n",
            Ran(frozenset({"b-rule"}), is_all_rules=False, is_whole=True),
        ),
        ("// nodereview-disable-next-line a-rule -- x\n", Ran(NAMES.ids, is_all_rules=True, is_whole=False)),
        ("// nodereview-disable-next-line -- x\n", Ran(frozenset({"a-rule"}), is_all_rules=False, is_whole=True)),
    ],
)
def test_nothing_is_called_unused_that_was_not_looked_at(text: str, ran: Ran) -> None:
    assert notes(text, ran) == []


APP = """const express = require('express')
const { Pool } = require('pg')
const db = new Pool()
const app = express()
app.use(require('helmet')())
app.get('/a', (req, res, next) => {
  // nodereview-disable-next-line sql-injection -- checked by the gateway
  db.query(`select '${req.query.a}'`).then((found) => res.json(found), next)
})
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text(
        '{ "dependencies": { "express": "4.21.0", "helmet": "8.0.0", "pg": "8.0.0" } }'
    )
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "index.js").write_text(APP)
    return tmp_path


def test_a_review_counts_what_is_hidden(app: Path) -> None:
    found = review(Options(paths=(app,), root=app))
    assert (found.findings, found.suppressed) == ([], 1)


def test_no_local_hears_no_comment(app: Path) -> None:
    found = review(Options(paths=(app,), root=app, local=False))
    assert ([one.rule for one in found.findings], found.suppressed) == (["sql-injection"], 0)


def test_the_notes_can_be_left_out(app: Path) -> None:
    (app / "index.js").write_text("// nodereview-disable-next-line sql-injection\n")
    assert {one.rule for one in review(Options(paths=(app,), root=app)).findings} == {
        "unused-suppression",
        "unexplained-suppression",
    }
    options = Options(paths=(app,), root=app, ignore=("unused-suppression", "unexplained-suppression"))
    assert review(options).findings == []
    assert review(Options(paths=(app,), root=app, rules=("sql-injection",))).findings == []
