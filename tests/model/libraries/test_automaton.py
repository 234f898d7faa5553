"""Stepping through compiled rows: wildcards, ranges, guards, versions, supertypes, types of other files."""

from __future__ import annotations

import pytest

from reviewer.model.libraries import (
    ANY_MEMBER,
    AWAIT,
    CALL,
    ELEMENT,
    NEW,
    OTHER,
    Libraries,
    State,
    argument,
    compile_libraries,
    decode,
    encode,
    member,
    parameter,
)
from reviewer.model.libraries.conditions import Literal, Site
from reviewer.model.libraries.schema import parse_library

ROLES = {"sql.text": "argument", "request.data": "value", "database.query": "call", "database.row": "value"}

DB = """\
package: [ db, db-fork ]
types:
  Pool: [ "Member[Pool].Instance" ]
  Client:
    - "Member[Client].Instance"
    - "Pool.Member[connect].ReturnValue.Awaited"
    - { at: "Pool.Member[borrow].ReturnValue", for: ">=2" }
  Emitter: []
  Listeners: [ "Emitter.Member[on].WithStringArgument[0=row,rows].Argument[1]", "Listeners.ArrayElement" ]
supertypes: { Pool: [ Emitter ], Client: Emitter }
annotations: { db/promise: { Pool: Pool } }
roles:
  sql.text:
    - "{Pool,Client}.Member[query].Argument[0]"
    - Client.Member[run].Argument[-1]
  database.query: [ "{Pool,Client}.Member[query]", "Emitter.Member[drain]" ]
  database.row:
    - Listeners.WithParameters[2].Parameter[0]
    - Client.Member[all].WithArity[2..].ReturnValue
    - Member[cache].AnyMember
    - Member[cache].Member[size].ReturnValue
    - "Module[db/lib/row]"
    - Global[row]
  request.data: [ "Member[tail].Argument[1..]", "Member[tail].Argument[20]" ]
"""
WEB = """\
package: web
types:
  Server: [ "ReturnValue" ]
  db/Pool: [ "Server.Member[db]" ]
supertypes: { Server: db/Emitter }
"""
LANGUAGE = """\
package: words
language: true
builtins: [ fs, "node:test" ]
types: { Text: [ "Global[Text].ReturnValue" ], List: [] }
roles:
  database.row: [ "{Text,List}.Member[at].ReturnValue" ]
"""


class Use:
    """A call or function that tells what it is given here."""

    def __init__(
        self,
        arity: int | None = None,
        parameters: int | None = None,
        first: str | None = None,
        version: str | None = None,
    ) -> None:
        self._arity, self._parameters, self._first, self._version = arity, parameters, first, version

    def arity(self) -> tuple[int, int] | None:
        return None if self._arity is None else (self._arity, self._arity)

    def parameters(self) -> int | None:
        return self._parameters

    def kinds(self, *_: object) -> frozenset[str] | None:
        return None

    def literals(self, argument: int, _: tuple[str, ...]) -> frozenset[Literal] | None:
        return frozenset({self._first}) if argument == 0 and self._first else None

    def has(self, *_: object) -> bool | None:
        return None

    def says(self, *_: object) -> bool | None:
        return None

    def tagged(self) -> bool | None:
        return None

    def loaded(self, _: str) -> bool | None:
        return None

    def version(self, package: str) -> str | None:
        return self._version if package == "db" else None


def admits(versions: str, version: str) -> bool | None:
    assert versions == ">=2"
    return int(version.split(".", maxsplit=1)[0]) >= 2


@pytest.fixture(scope="module")
def libraries() -> Libraries:
    files = [parse_library(text, f"{name}.yml", ROLES) for name, text in (("db", DB), ("web", WEB), ("es", LANGUAGE))]
    return Libraries(compile_libraries(files), admits)


def places(libraries: Libraries, start: State | None, *labels: str, site: Site | None = None) -> list[str]:
    """Where the labels lead from a state; `site` belongs to the last."""
    assert start is not None
    states: list[State] = [start]
    for at, label in enumerate(labels):
        last = site if at == len(labels) - 1 else None
        states = list(dict.fromkeys(after for state in states for after in libraries.step(state, label, last)))
    return [libraries.type_name(state) or libraries.place(state) for state in states]


def roles(libraries: Libraries, start: State | None, *labels: str, site: Site | None = None) -> set[str]:
    assert start is not None
    states: list[State] = [start]
    for at, label in enumerate(labels):
        last = site if at == len(labels) - 1 else None
        states = [after for state in states for after in libraries.step(state, label, last)]
    return {fact.role for state in states for fact in libraries.roles(state)}


def test_where_to_begin(libraries: Libraries) -> None:
    assert libraries.package("db") == libraries.package("db-fork") is not None
    assert libraries.package("db/lib/row") not in {None, libraries.package("db")}
    assert libraries.package("db/lib/other") is None
    assert libraries.package("other") is None
    assert libraries.package("words") is None
    assert libraries.package("node:fs") == libraries.package("fs") is not None
    assert libraries.package("test") is None
    assert libraries.package("node:test") is not None
    assert libraries.builtin_names() == {"fs", "node:test"}
    assert libraries.global_("row") is not None
    assert libraries.global_("process") is None


def test_all_ways_to_a_type_end_in_one_state(libraries: Libraries) -> None:
    db = libraries.package("db")
    pool = libraries.type_state("db", "Pool")
    assert pool is not None
    assert db is not None
    assert libraries.type_name(pool) == "db/Pool"
    assert libraries.step(libraries.step(db, member("Pool"))[0], NEW) == (pool,)
    assert libraries.type_state("db/promise", "Pool") == pool
    assert libraries.type_state("db-fork", "Pool") == pool
    assert libraries.type_state("db", "Poool") is None
    assert places(libraries, db, member("Pool"), NEW, member("connect"), CALL, AWAIT) == ["db/Client"]
    web = libraries.package("web")
    assert places(libraries, web, CALL, member("db"), member("connect"), CALL, AWAIT) == ["db/Client"]


def test_the_default_export_of_a_package_is_the_package(libraries: Libraries) -> None:
    db = libraries.package("db")
    assert db is not None
    assert libraries.step(db, member("default")) == (db,)
    assert places(libraries, db, member("default"), member("default"), member("Pool"), NEW) == ["db/Pool"]


def test_what_no_row_speaks_of(libraries: Libraries) -> None:
    db = libraries.package("db")
    assert db is not None
    assert libraries.step(db, member("version")) == (OTHER,)
    assert libraries.step(OTHER, member("query")) == (OTHER,)
    assert libraries.step(db, CALL) == (OTHER,)
    assert libraries.step(db, AWAIT) == (db,)
    assert libraries.step(OTHER, AWAIT) == (OTHER,)


def test_supertypes_lend_their_rows(libraries: Libraries) -> None:
    pool = libraries.type_state("db", "Pool")
    assert roles(libraries, pool, member("drain")) == {"database.query"}
    assert roles(libraries, pool, member("query")) == {"database.query"}
    assert roles(libraries, libraries.package("web"), CALL, member("drain")) == {"database.query"}
    assert libraries.members(pool or 0) == {"connect", "borrow", "query", "on", "drain"}


def test_what_supertypes_lend_is_not_changed_by_subtypes() -> None:
    text = """\
package: db
types: { A: [], B: [], C: [] }
supertypes: { B: A, C: A }
roles:
  sql.text: [ "A.Member[run].Argument[0]", "B.Member[run].Argument[1]" ]
"""
    found = Libraries(compile_libraries([parse_library(text, "db.yml", ROLES)]), admits)
    for name, expected in (("A", [{"sql.text"}, set()]), ("B", [{"sql.text"}] * 2), ("C", [{"sql.text"}, set()])):
        state = found.type_state("db", name)
        assert state is not None
        assert len(found.step(state, member("run"))) == 1
        assert [roles(found, state, member("run"), argument(index)) for index in (0, 1)] == expected


def test_any_member(libraries: Libraries) -> None:
    db = libraries.package("db")
    assert roles(libraries, db, member("cache"), member("anything")) == {"database.row"}
    assert roles(libraries, db, member("cache"), ANY_MEMBER) == {"database.row"}
    assert roles(libraries, db, member("cache"), member("size")) == {"database.row"}
    assert roles(libraries, db, member("cache"), member("size"), CALL) == {"database.row"}
    assert roles(libraries, db, member("cache"), member("other"), CALL) == set()


def test_ranges_of_arguments(libraries: Libraries) -> None:
    db = libraries.package("db")
    for index, expected in ((0, set()), (1, {"request.data"}), (7, {"request.data"}), (400, {"request.data"})):
        assert roles(libraries, db, member("tail"), argument(index)) == expected


@pytest.mark.parametrize(("arity", "index", "expected"), [(3, 2, True), (3, 1, False), (3, 0, False), (None, 1, True)])
def test_the_last_argument(libraries: Libraries, arity: int | None, index: int, *, expected: bool) -> None:
    client = libraries.type_state("db", "Client")
    found = roles(libraries, client, member("run"), argument(index), site=Use(arity=arity))
    assert found == ({"sql.text"} if expected else set())


@pytest.mark.parametrize(("arity", "expected"), [(1, set()), (2, {"database.row"}), (None, {"database.row"})])
def test_guards_on_arity(libraries: Libraries, arity: int | None, expected: set[str]) -> None:
    client = libraries.type_state("db", "Client")
    assert roles(libraries, client, member("all"), CALL, site=Use(arity=arity)) == expected


@pytest.mark.parametrize(("event", "expected"), [("row", "db/Listeners"), ("end", ""), (None, "db/Listeners")])
def test_guards_on_texts(libraries: Libraries, event: str | None, expected: str) -> None:
    pool = libraries.type_state("db", "Pool")
    assert places(libraries, pool, member("on"), argument(1), site=Use(first=event)) == [expected]


@pytest.mark.parametrize(("count", "expected"), [(2, {"database.row"}), (1, set()), (None, {"database.row"})])
def test_guards_on_parameters(libraries: Libraries, count: int | None, expected: set[str]) -> None:
    listeners = libraries.type_state("db", "Listeners")
    assert roles(libraries, listeners, parameter(0), site=Use(parameters=count)) == expected
    assert places(libraries, listeners, ELEMENT, ELEMENT) == ["db/Listeners"]


@pytest.mark.parametrize(("version", "expected"), [("2.1.0", "db/Client"), ("1.9.0", ""), (None, "db/Client")])
def test_types_of_versions(libraries: Libraries, version: str | None, expected: str) -> None:
    pool = libraries.type_state("db", "Pool")
    assert places(libraries, pool, member("borrow"), CALL, site=Use(version=version)) == [expected]


def test_conditions_behind_the_last_step_belong_to_the_fact() -> None:
    text = "package: db\nroles:\n  database.query:\n    - { at: 'Member[get].WithArity[2..]', for: '>=2' }\n"
    found = Libraries(compile_libraries([parse_library(text, "db.yml", ROLES)]), admits)
    db = found.package("db")
    assert db is not None
    (fact,) = found.roles(found.step(db, member("get"))[0])
    assert found.applies(fact, None) is None
    assert found.applies(fact, Use(arity=2, version="2.0.0")) is True
    assert found.applies(fact, Use(arity=2)) is None
    assert found.applies(fact, Use(arity=1, version="2.0.0")) is False
    assert found.applies(fact, Use(arity=2, version="1.0.0")) is False


def test_unless() -> None:
    text = "package: db\npromise:\n  - { at: 'Member[get]', unless: { arity: 3 } }\n"
    found = Libraries(compile_libraries([parse_library(text, "db.yml", ROLES)]), admits)
    db = found.package("db")
    assert db is not None
    (fact,) = found.facts(found.step(db, member("get"))[0]).promise
    assert [found.applies(fact, Use(arity=arity)) for arity in (2, 3, None)] == [True, False, None]


def test_a_package_may_be_of_a_type() -> None:
    text = "package: db\ntypes: { Db: [ Module, 'Member[Db].Instance' ] }\nroles:\n  sql.text: [ 'Db.Member[run]' ]\n"
    found = Libraries(compile_libraries([parse_library(text, "db.yml", ROLES)]), admits)
    assert roles(found, found.package("db"), member("run")) == {"sql.text"}
    assert roles(found, found.package("db"), member("Db"), NEW, member("run")) == {"sql.text"}


def test_members_of_the_language(libraries: Libraries) -> None:
    assert [libraries.place(state) for state in libraries.language("at")] == [
        "words/Text.Member[at]",
        "words/List.Member[at]",
    ]
    assert libraries.language("query") == ()
    assert libraries.language_type("Text") == libraries.step(libraries.global_("Text") or 0, CALL)[0]
    assert libraries.language_type("Pool") is None


def test_where_a_role_can_occur(libraries: Libraries) -> None:
    assert libraries.role_names("database.query") == {"query", "drain"}
    assert libraries.role_names("sql.text") == {"query", "run"}
    assert libraries.role_names("database.row") == {"on", "all", "*", "size", "row", "at"}
    assert libraries.role_packages("database.query") == {"db", "db-fork", "db/promise", "web"}
    assert libraries.role_packages("database.row") == {"db", "db-fork", "db/lib/row", "db/promise", "web"}
    assert libraries.role_names("request.object") == frozenset()


def test_the_automaton_survives_storage(libraries: Libraries) -> None:
    assert decode(encode(libraries.automaton)) == libraries.automaton
