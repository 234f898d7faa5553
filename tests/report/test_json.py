from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
import msgspec
import pytest

import reviewer
from reviewer.finding import (
    Finding,
    Fix,
    Gap,
    GapKind,
    KnownFinding,
    Phase,
    Place,
    Precision,
    Review,
    RuleInfo,
    Severity,
)
from reviewer.report import render_json

if TYPE_CHECKING:
    from tests.report.conftest import Repository


SCHEMA = json.loads((files("reviewer.report") / "schemas/nodereview-report.schema.json").read_bytes())


def valid(review: Review) -> dict[str, object]:
    """The report as data, after it was held against the schema."""
    report: dict[str, object] = json.loads(render_json(review))
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    return report


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_an_empty_review(repository: Repository) -> None:
    assert valid(Review(root=repository.root)) == {
        "version": 1,
        "tool": {"name": "nodereview", "version": reviewer.__version__},
        "profile": "default",
        "settings": [],
        "summary": {
            "complete": True,
            "findings": {"error": 0, "warning": 0, "note": 0},
            "hidden_notes": 0,
            "suppressed": 0,
            "known": 0,
            "fixed": [],
            "elsewhere": 0,
            "less_grave": 0,
            "files": 0,
            "lines": 0,
            "bytes": 0,
            "left_out": {},
            "gaps": {},
            "faults": 0,
        },
        "findings": [],
        "gaps": [],
        "rules": [],
    }


def test_everything_that_a_review_holds_is_reported(repository: Repository, injection: Finding) -> None:
    fix = Fix(injection.place, "'…'", "Bind the value")
    review = repository.review(injection, msgspec.structs.replace(injection, severity=Severity.NOTE, fix=fix))
    review.gaps = [Gap("a.js", 3, GapKind.SYNTAX, "unexpected token"), Gap("", 0, GapKind.FAULT, "broke", "some-rule")]
    review.rules = [
        RuleInfo("sql-injection", "A title", "injection", Severity.ERROR, Precision.HIGH, "# A", (89,), ("A03:2021",))
    ]
    review.left_out = {"minified": 2, "generated": 1}
    review.faults, review.hidden_notes, review.bytes, review.profile = 1, 4, 250, "strict"
    review.suppressed, review.known, review.elsewhere, review.less_grave = 2, 3, 5, 6
    review.fixed = [KnownFinding("a.js", "some-rule", "00", "said")]
    report = valid(review)
    assert report["profile"] == "strict"
    assert report["summary"] == {
        "complete": False,
        "findings": {"error": 1, "warning": 0, "note": 1},
        "hidden_notes": 4,
        "suppressed": 2,
        "known": 3,
        "fixed": [{"path": "a.js", "rule": "some-rule", "fingerprint": "00", "message": "said"}],
        "elsewhere": 5,
        "less_grave": 6,
        "files": 2,
        "lines": 7,
        "bytes": 250,
        "left_out": {"generated": 1, "minified": 2},
        "gaps": {"fault": 1, "syntax": 1},
        "faults": 1,
    }
    sink = {"path": "routes/db.js", "line": 1, "column": 35, "end_line": 1, "end_column": 79, "start": 34, "end": 78}
    request = {"path": "routes/users.js", "line": 4, "column": 16, "end_line": 4, "end_column": 30}
    call = {"path": "routes/users.js", "line": 5, "column": 18, "end_line": 5, "end_column": 28}
    first = {
        "rule": "sql-injection",
        "severity": "error",
        "precision": "high",
        "message": "req.query.name becomes part of the SQL that db.query runs",
        "remedy": "Pass the value as a bound parameter",
        "place": sink,
        "function": "find",
        "evidence": [
            {"place": {**request, "start": 86, "end": 100}, "note": "comes from the request"},
            {"place": {**call, "start": 118, "end": 128}, "note": "is passed to find"},
            {"place": sink, "note": "stands between quotes in the SQL"},
        ],
        "also": [],
        "fix": None,
        "fingerprint": "0123456789abcdef0123456789abcdef",
    }
    second = {**first, "severity": "note", "fix": {"place": sink, "text": "'…'", "title": "Bind the value"}}
    assert report["findings"] == [first, second]
    assert report["gaps"] == [
        {"kind": "syntax", "path": "a.js", "line": 3, "message": "unexpected token", "rule": ""},
        {"kind": "fault", "path": "", "line": 0, "message": "broke", "rule": "some-rule"},
    ]
    assert report["rules"] == [
        {
            "id": "sql-injection",
            "title": "A title",
            "category": "injection",
            "severity": "error",
            "precision": "high",
            "cwe": [89],
            "owasp": ["A03:2021"],
        }
    ]


def test_every_kind_of_gap_is_in_the_schema(repository: Repository) -> None:
    review = repository.review()
    review.gaps = [Gap("a.js", 1, kind, "message") for kind in GapKind]
    assert [gap["kind"] for gap in valid(review)["gaps"]] == [kind.value for kind in GapKind]


@pytest.mark.parametrize(
    ("structure", "described", "unreported"),
    [
        (Place, SCHEMA["$defs"]["place"], set()),
        (Finding, SCHEMA["$defs"]["finding"], set()),
        (Fix, SCHEMA["$defs"]["finding"]["properties"]["fix"]["oneOf"][1], set()),
        (Gap, SCHEMA["$defs"]["gap"], set()),
        (RuleInfo, SCHEMA["$defs"]["rule"], {"help"}),
    ],
)
def test_the_schema_names_every_member(
    structure: type[msgspec.Struct], described: dict[str, list[str]], unreported: set[str]
) -> None:
    names = set(structure.__struct_fields__) - unreported
    assert names == set(described["properties"]) == set(described["required"])


def test_untrusted_text_stays_valid_and_hidden_characters_are_escaped(repository: Repository) -> None:
    place = Place("caf\udce9\x1b.js", 1, 1, 1, 2, 0, 1)
    text = render_json(repository.review(Finding("r", Severity.ERROR, Precision.HIGH, "\u202e\x9b[x](y)", place)))
    assert '"path": "caf\ufffd\\u001b.js"' in text
    assert '"message": "\\u202e\\u009b[x](y)"' in text
    assert text.encode()


def test_the_report_knows_neither_the_clock_nor_the_machine(repository: Repository, injection: Finding) -> None:
    review = repository.review(injection)
    before = render_json(review)
    review.phases = [Phase("find", 1.5)]
    assert render_json(review) == before
    assert str(repository.root) not in before
