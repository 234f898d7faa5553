"""Loading whole rules folders: discovery, finders, references, trust."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from reviewer.finding import Gap, GapKind, UsageError
from reviewer.model.domain import Spot
from reviewer.rulebook.finder import Report
from reviewer.rulebook.folder import read_text, rules_folder
from reviewer.rulebook.load import Rulebook, load_rulebook

Card = Callable[..., Path]
FINDER = "def find(subject, model, report):\n    report.at(subject)\n"
ROLES = """\
database.query: { kind: call, says: x }
escaped.sql: { kind: barrier, says: x }
number: { kind: barrier, says: x }
request.data: { kind: value, says: x }
sql.text: { kind: argument, says: x }
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "roles.yml").write_text(ROLES)
    return folder


@pytest.fixture
def card(rules: Path, front: Callable[..., str], body: Callable[..., str]) -> Card:
    def card(name: str, *, below: Path = rules, finder: str | None = None, **changes: str | None) -> Path:
        file = below / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        if finder is not None:
            changes = {"flow": None, "message": "it breaks", "subjects": "routes", **changes}
            file.with_suffix(".py").write_text(finder)
        file.write_text(f"---\n{front(**changes)}---\n{body()}")
        return file

    return card


def refusal(*folders: Path) -> str:
    with pytest.raises(UsageError) as caught:
        load_rulebook(folders)
    return str(caught.value)


def test_rules_are_found_in_their_categories(rules: Path, card: Card) -> None:
    card("injection/sql-injection", instead_of="[unparameterized-sql]", aliases="[sqli]")
    card("injection/unparameterized-sql")
    finder = card("async/unhandled-async-handler", finder=FINDER).with_suffix(".py")
    (rules / "libraries").mkdir()
    (rules / "libraries" / "pg.yml").write_text("package: pg\n")
    (rules / "ROLES.md").write_text("# Roles\n")
    (rules / "async" / "__pycache__").mkdir()
    rulebook = load_rulebook([rules])
    assert list(rulebook.cards) == ["sql-injection", "unhandled-async-handler", "unparameterized-sql"]
    assert rulebook.finders == {"unhandled-async-handler": str(finder)}
    assert rulebook.card("sqli").rule_id == "sql-injection"
    assert rulebook.card("unparameterized-sql").category == "injection"
    with pytest.raises(UsageError, match="unknown rule `sql-injektion`; did you mean `sql-injection`\\?"):
        rulebook.card("sql-injektion")


def test_a_finder_is_imported_when_asked_for(rules: Path, card: Card) -> None:
    card("async/unhandled-async-handler", finder=FINDER)
    find = load_rulebook([rules]).finder("unhandled-async-handler")
    report = Report(Spot(0, 1), ())
    find(Spot(0, 2), None, report)
    assert [found.spot for found in report.found] == [Spot(0, 2)]


def test_a_rulebook_survives_the_cache(rules: Path, card: Card) -> None:
    card("injection/sql-injection")
    rulebook = load_rulebook([rules])
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(rulebook), type=Rulebook) == rulebook


def test_two_folders_make_one_rulebook(rules: Path, card: Card, tmp_path: Path) -> None:
    card("injection/sql-injection")
    card("http/own-rule", below=tmp_path / "team", instead_of="[sql-injection]")
    assert list(load_rulebook([rules, tmp_path / "team", rules]).cards) == ["own-rule", "sql-injection"]
    card("http/sql-injection", below=tmp_path / "team")
    assert (
        refusal(rules, tmp_path / "team")
        == f"{tmp_path}/team/http/sql-injection.md: the rule `sql-injection` is also defined in "
        f"{rules}/injection/sql-injection.md"
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def find(subject:\n", ":1: cannot be imported: '(' was never closed"),
        ("import os\nimport not_there\n", ":2: cannot be imported: No module named 'not_there'"),
        ("x = 1\n", ": a finder has a function `find(subject, model, report)`"),
        ("\ndef find(subject): ...\n", ":2: `find` takes three arguments: subject, model, report"),
    ],
)
def test_a_broken_finder_is_refused(rules: Path, card: Card, source: str, message: str) -> None:
    file = card("async/a-rule", finder=source).with_suffix(".py")
    rulebook = load_rulebook([rules])
    with pytest.raises(UsageError) as caught:
        rulebook.finder("a-rule")
    assert str(caught.value) == f"{file}{message}"


def test_shape_or_finder_not_both_and_not_neither(rules: Path, card: Card) -> None:
    file = card("injection/sql-injection")
    file.with_suffix(".py").write_text(FINDER)
    assert (
        refusal(rules) == f"{rules}/injection/sql-injection.py: the card {file} defines a shape; "
        "a rule has a shape or a finder"
    )
    card("injection/sql-injection", finder=FINDER).with_suffix(".py").unlink()
    assert refusal(rules) == f"{file}: `subjects` without a finder, sql-injection.py, beside the card"
    file.unlink()
    file.with_suffix(".py").write_text(FINDER)
    assert (
        refusal(rules) == f"{rules}/injection/sql-injection.py: a finder without its card, sql-injection.md, beside it"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("injections/x.md", "injections: unknown category `injections`; did you mean `injection`?"),
        ("x.md", "x.md: rules stand in the folder of their category"),
        ("x.py", "x.py: rules stand in the folder of their category"),
        ("http/x.yml", "http/x.yml: neither a card (.md) nor a finder (.py)"),
        ("http/deep/x.md", "http/deep: neither a card (.md) nor a finder (.py)"),
    ],
)
def test_what_stands_in_a_wrong_place_is_refused(rules: Path, name: str, message: str) -> None:
    (rules / name).parent.mkdir(parents=True, exist_ok=True)
    (rules / name).write_text("")
    assert refusal(rules) == f"{rules}/{message}"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == f"{tmp_path}/none: no folder of rules: No such file or directory"


def test_references_name_rules(rules: Path, card: Card) -> None:
    file = card("injection/sql-injection", instead_of="[unparameterised-sql]")
    card("injection/unparameterized-sql")
    assert refusal(rules) == f"{file}:10: unknown rule `unparameterised-sql`; did you mean `unparameterized-sql`?"
    file.write_text(
        file.read_text().replace("instead-of: [unparameterised-sql]\n", "").replace("// bad", "// bad // also: nix")
    )
    assert refusal(rules) == f"{file}:18: unknown rule `nix`; known: sql-injection, unparameterized-sql"


def test_rules_do_not_take_places_in_a_circle(rules: Path, card: Card) -> None:
    file = card("injection/a", instead_of="[b]")
    card("injection/b", instead_of="[c]")
    card("injection/c", instead_of="[a]")
    assert refusal(rules) == f"{file}:10: a circle of `instead-of`: a, b, c"


def test_an_alias_is_free(rules: Path, card: Card) -> None:
    card("injection/a")
    file = card("injection/b", aliases="[a]")
    assert refusal(rules) == f"{file}:10: the alias `a` already means the rule `a`"


def test_code_and_links_of_the_reviewed_repository_are_gaps(rules: Path, card: Card, tmp_path: Path) -> None:
    card("injection/sql-injection")
    local = tmp_path / "repository" / ".nodereview" / "rules"
    card("http/own-rule", below=local)
    card("http/with-code", below=local, finder="raise SystemExit('executed')\n")
    os.symlink(rules / "injection" / "sql-injection.md", local / "http" / "linked.md")
    os.symlink(rules / "injection", local / "injection")
    rulebook = load_rulebook([rules], untrusted=[local], root=tmp_path / "repository")
    assert list(rulebook.cards) == ["own-rule", "sql-injection"]
    assert rulebook.finders == {}
    assert rulebook.gaps == (
        Gap(
            ".nodereview/rules/http/linked.md",
            0,
            GapKind.LEFT_OUT,
            "a link in the rules of the repository is not followed",
        ),
        Gap(
            ".nodereview/rules/http/with-code.py",
            0,
            GapKind.LEFT_OUT,
            "code in the rules of the repository is not run",
        ),
        Gap(
            ".nodereview/rules/injection", 0, GapKind.LEFT_OUT, "a link in the rules of the repository is not followed"
        ),
    )


def test_line_ends_and_byte_order_marks_are_read_over(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(b"\xef\xbb\xbf---\r\na: 1\r\n")
    assert read_text(file) == "---\na: 1\n"


def test_what_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(b"a\n\xff\n")
    with pytest.raises(UsageError) as caught:
        read_text(file)
    assert str(caught.value) == f"{file}:2: not UTF-8"
    file.write_bytes(b"a" * 1_000_001)
    with pytest.raises(UsageError) as caught:
        read_text(file)
    assert str(caught.value) == f"{file}: larger than 1,000,000 bytes"


def test_the_shipped_rules_load() -> None:
    rulebook = load_rulebook([rules_folder()])
    for rule_id in rulebook.finders:
        assert callable(rulebook.finder(rule_id))
