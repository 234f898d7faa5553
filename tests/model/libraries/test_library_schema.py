"""Strict reading of library files: what is wrong is told with file, line and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.finding import UsageError
from reviewer.model.libraries import Automaton, compile_libraries, load_automaton, read_library
from reviewer.model.libraries.check_facts import CheckFact, RefusalFact, SchemaFact
from reviewer.model.libraries.facts import CallFact, FlowFact, PromiseFact, RoleFact, RouteFact
from reviewer.model.libraries.schema import parse_library

ROLES = {
    "sql.text": "argument",
    "request.data": "value",
    "database.query": "call",
    "number": "barrier",
    "http.handler-patch": "value",
}


def refused(text: str, *others: str) -> str:
    """The message for a file `db.yml`, read and compiled together with others."""
    with pytest.raises(UsageError) as caught:
        compiled(text, *others)
    return str(caught.value)


def compiled(text: str, *others: str) -> Automaton:
    files = [parse_library(text, "db.yml", ROLES)]
    files += [parse_library(other, f"other{index}.yml", ROLES) for index, other in enumerate(others)]
    return compile_libraries(files)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("package: db\ntpyes: {}\n", "db.yml:2: unknown key of the file `tpyes`; did you mean `types`?"),
        ("types: {}\n", "db.yml:1: the file lacks `package`"),
        ("package: db\nroles:\n  sql.txet: []\n", "db.yml:3: unknown role `sql.txet`; did you mean `sql.text`?"),
        (
            "package: db\nroles:\n  number: [ ReturnValue ]\n",
            "db.yml:3: unknown role `number`; known: database.query, http.handler-patch, request.data, sql.text",
        ),
        (
            "package: db\nbarriers:\n  - { at: ReturnValue, makes: numbr }\n",
            "db.yml:3: unknown barrier `numbr`; did you mean `number`?",
        ),
        (
            'package: db\nrefusals:\n  - { at: ReturnValue, field: "Argument[0]", asked: requst.data }\n',
            "db.yml:3: unknown role `requst.data`; did you mean `request.data`?",
        ),
        (
            "package: db\nchecks:\n  - { at: ReturnValue, fit: true }\n",
            "db.yml:3: unknown key of the row `fit`; did you mean `fits`?",
        ),
        (
            "package: db\nroles:\n  sql.text:\n    - Member[query].Argument[0]\n    - Membr[query]\n",
            "db.yml:5: `Membr[query]`, character 1: unknown step `Membr`; did you mean `Member`?",
        ),
        (
            "package: db\nroles:\n  sql.text: [ { at: ReturnValue, prat: query } ]\n",
            "db.yml:3: unknown key of the row `prat`; did you mean `part`?",
        ),
        (
            "package: db\nroles:\n  request.data: [ { at: ReturnValue, part: qeury } ]\n",
            "db.yml:3: unknown `part` `qeury`; did you mean `query`?",
        ),
        (
            "package: db\nroles:\n  request.data: [ { at: ReturnValue, kinds: [ text ] } ]\n",
            "db.yml:3: `kinds`: Invalid enum value 'text'",
        ),
        (
            "package: db\npromise:\n  - at: ReturnValue\n    for: five\n",
            "db.yml:3: `five` is no range of versions such as <5 or >=2.1 <4 || ^5",
        ),
        (
            "package: db\ncalls:\n  - at: ReturnValue\n    when: nwo\n",
            "db.yml:4: unknown `when` `nwo`; did you mean `now`?",
        ),
        (
            "package: db\nflows:\n  - { at: ReturnValue }\n",
            "db.yml:3: Object missing required field `from`",
        ),
        (
            "package: db\nflows:\n  - { at: ReturnValue, from: 'Argument[x]' }\n",
            "db.yml:3: `Argument[x]`, character 10: `x` is no number or range such as 0, 1.. or 0..2",
        ),
        (
            "package: db\npromise:\n  - { at: ReturnValue, unless: { calback: true } }\n",
            "db.yml:3: unknown condition `calback`; did you mean `callback`?",
        ),
        (
            "package: db\npromise:\n  - { at: ReturnValue, unless: { loaded: http.handler } }\n",
            "db.yml:3: unknown role `http.handler`; did you mean `http.handler-patch`?",
        ),
        (
            "package: db\ntypes:\n  Pool: [ Instance ]\nroles:\n  sql.text:\n    - Pol.Member[query]\n",
            "db.yml:6: unknown type `Pol`; did you mean `Pool`?",
        ),
        (
            "package: db\ntypes:\n  other/Pool: [ Instance ]\n",
            "db.yml:3: unknown type `other/Pool`",
        ),
        (
            "package: db\ntypes:\n  Pool: [ Instance ]\nsupertypes:\n  Pool: Queryable\n",
            "db.yml:5: unknown type `Queryable`; known: Pool",
        ),
        (
            "package: db\ntypes:\n  Pool: [ Instance ]\n  Client: [ Pool ]\n",
            "db.yml:4: a type is no place of `Client`; write it under supertypes",
        ),
        (
            "package: db\ntypes:\n  Pool: [ 'Instance.WithArity[2]' ]\n",
            "db.yml:3: a place of a type does not end in a condition",
        ),
        ("package: db\ntypes:\n  Po.ol: [ Instance ]\n", "db.yml:3: `Po.ol` is no name for a type"),
        ("package: db\ntypes:\n  Pool: []\n  Pool: []\n", "db.yml:4: `Pool` is given twice"),
        ("package: db\nmajors: [ eight ]\n", "db.yml:2: majors wants a number"),
        (
            'package: db\nprovides:\n  - { at: "Member[set]", key: "Argument[0]" }\n',
            "db.yml:3: what is provided wants `by` or `alias`",
        ),
        ("package: db\nroles: [ sql.text ]\n", "db.yml:2: roles wants a mapping"),
        ("package: [\n", "db.yml:2: not YAML: did not find expected node content"),
        ("package: &a db\n", "db.yml:1: anchors and tags are not allowed"),
        ("package: db\nroles:\n  sql.text: *a\n", "db.yml:3: aliases are not allowed"),
    ],
)
def test_a_wrong_file_is_told_where_and_why(text: str, message: str) -> None:
    assert refused(text) == message


def test_a_type_is_defined_once() -> None:
    text = "package: db\ntypes:\n  Pool: [ Instance ]\n"
    assert refused(text, text) == "other0.yml:3: type `Pool` is defined in db.yml:3"


def test_a_type_is_not_its_own_supertype() -> None:
    text = "package: db\ntypes:\n  A: []\n  B: []\nsupertypes:\n  A: B\n  B: A\n"
    assert refused(text) in {
        "db.yml:3: `db/A` is its own supertype",
        "db.yml:4: `db/B` is its own supertype",
    }


@pytest.mark.parametrize("depth", [20, 60_000])
def test_nesting_is_refused_before_it_hurts(depth: int) -> None:
    assert refused("[" * depth) == "db.yml:1: nested more than 16 levels deep"


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "db.yml"
    file.write_bytes(b"package: \xff\n")
    with pytest.raises(UsageError, match=r"^libraries/db\.yml: cannot be read: "):
        read_library(file, "libraries/db.yml", ROLES)


def test_files_of_several_folders_are_read_in_order(tmp_path: Path) -> None:
    for folder, package in (("ours", "db"), ("theirs", "shop")):
        (tmp_path / folder / "libraries").mkdir(parents=True)
        text = f"package: {package}\nroles:\n  sql.text: [ 'Argument[0]' ]\n"
        (tmp_path / folder / "libraries" / f"{package}.yml").write_text(text, encoding="utf-8")
    automaton = load_automaton([tmp_path / "ours", tmp_path / "theirs", tmp_path / "missing"], ROLES)
    assert sorted(automaton.modules) == ["db", "shop"]
    (file, state) = min(automaton.modules.items())
    assert automaton.facts[automaton.tables[state]["arg:0"][0]].roles[0].source == f"libraries/{file}.yml:3"


def test_what_rows_state() -> None:
    text = """\
package: [ db, db-fork ]
majors: [ 2, 3 ]
roles:
  request.data: [ { at: "Member[query]", part: query, kinds: [ string, array ], for: ">=5" } ]
promise:
  - { at: "Member[all]", of: "Argument[0].ArrayElement", unless: { callback: true } }
flows:
  - { at: "Member[join]", from: "Argument[0..]", keeps: text, text: concatenated }
calls:
  - { at: "Member[each]", function: "Argument[1]", when: later, times: once, promise: awaited, throw: caught }
routes:
  - { at: "Member[get,post]", method: name, path: "Argument[0]", handlers: "Argument[1..]", error-arity: 4 }
"""
    file = parse_library(text, "db.yml", ROLES)
    assert (file.packages, file.majors) == (("db", "db-fork"), (2, 3))
    role, promise, flow, call, get, post = (statement.fact for statement in file.statements)
    assert isinstance(role, RoleFact)
    assert (role.role, role.part, role.kinds, role.versions, role.package, role.source) == (
        "request.data",
        "query",
        ("string", "array"),
        ">=5",
        "db",
        "db.yml:4",
    )
    assert isinstance(promise, PromiseFact)
    assert promise.rejects == "with"
    assert [condition.kind for condition in promise.unless] == ["kind"]
    assert isinstance(flow, FlowFact)
    assert (flow.keeps, flow.text, flow.targets[0][0].kind) == ("text", "concatenated", "return")
    assert isinstance(call, CallFact)
    assert (call.at, call.once, call.promise, call.throw) == ("later", True, "awaited", "caught")
    assert file.statements[3].place.steps[-1].kind == "argument"
    assert isinstance(get, RouteFact)
    assert isinstance(post, RouteFact)
    assert (get.method, post.method, post.error_arity) == ("GET", "POST", 4)


def test_what_rows_about_schemas_state() -> None:
    text = """\
package: db
schemas:
  - { at: "Member[object]", members: "Argument[0]" }
checks:
  - { at: "Member[validate]", to: "ReturnValue.Member[value]", by: "ReturnValue.Member[error]" }
  - { at: "Member[is]", of: "Argument[1]", schema: "Argument[0]", by: ReturnValue, fits: true }
refusals:
  - { at: "Member[guard]", part: query, schema: "Argument[0].Member[query]" }
"""
    schema, check, guard, refusal = (statement.fact for statement in parse_library(text, "db.yml", ROLES).statements)
    assert isinstance(schema, SchemaFact)
    assert [path[0].low for path in schema.members] == [0]
    assert isinstance(check, CheckFact)
    assert (check.of[0][0].low, check.schema[0][0].kind, check.fits) == (0, "receiver", False)
    assert [step.name for step in check.told[0]] == ["", "error"]
    assert isinstance(guard, CheckFact)
    assert (guard.of[0][0].low, guard.schema[0][0].low, guard.fits, guard.to) == (1, 0, True, ())
    assert isinstance(refusal, RefusalFact)
    assert (refusal.part, refusal.schema[0][1].name, refusal.asked) == ("query", "query", "")
