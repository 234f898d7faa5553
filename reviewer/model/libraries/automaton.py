"""The compiled form of all library files, and the questions that the model asks of it.

A state is a place of some library's interface: the value that stands there. A label leads from it to another place:
`.name` (a member), `()` (what a call returns), `new` (what construction yields), `await`, `[]` (an element), `arg:0` …,
`arg:this` (what is given to a call of it), `param:0` …, `param:this` (what a function that stands there receives),
`decorated-class`, `decorated-member`, `decorated-parameter`.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from typing import Final, TypeAlias

import msgspec

from reviewer.model.libraries.conditions import Admits, Condition, Site, all_hold
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.facts import NO_FACTS, Facts, RoleFact
from reviewer.model.libraries.steps import INDEX_LIMIT, MANY, OTHER_MEMBER

State: TypeAlias = int
Label: TypeAlias = str
Guarded: TypeAlias = tuple[tuple[Condition, ...], State]

OTHER: Final[State] = 0  # of a known library, but no row speaks of it
CALL: Final[Label] = "()"
NEW: Final[Label] = "new"
AWAIT: Final[Label] = "await"
ELEMENT: Final[Label] = "[]"
RECEIVER: Final[Label] = "arg:this"
PARAMETER_THIS: Final[Label] = "param:this"
DECORATED_CLASS: Final[Label] = "decorated-class"
DECORATED_MEMBER: Final[Label] = "decorated-member"
DECORATED_PARAMETER: Final[Label] = "decorated-parameter"
ANY_MEMBER: Final[Label] = ".*"  # a member whose name is not known: only `AnyMember` rows answer
_OTHER_ONLY: Final = (OTHER,)
_ARGUMENTS: Final = tuple(f"arg:{index}" for index in range(INDEX_LIMIT + 1))
_PARAMETERS: Final = tuple(f"param:{index}" for index in range(INDEX_LIMIT + 1))


@cache
def member(name: str) -> Label:
    """The label of the member `name`."""
    return "." + name


def argument(index: int) -> Label:
    """The label of the 0-based argument `index`."""
    return _ARGUMENTS[min(index, INDEX_LIMIT)]


def parameter(index: int) -> Label:
    """The label of the 0-based parameter `index`."""
    return _PARAMETERS[min(index, INDEX_LIMIT)]


class Automaton(msgspec.Struct, frozen=True):
    """Plain data, so that it can be stored. Index 0 of `tables` and `places` belongs to `OTHER`.

    tables: label → states, for each state. guarded: state → label → what is only reached under conditions. places: how
    a library file would write the state. modules: specifier → state. annotations: specifier → name of a TypeScript
    type → state. language: member name → states on the language's own types. role_names, promise_names: what may play a
    role, or give a promise, by the specifier that leads to it (see `Occurrence`). words: by kind (see `WORDS`).
    many: by package and kind (see `OFFERS`).
    """

    tables: list[dict[str, tuple[State, ...]]]
    guarded: dict[State, dict[str, tuple[Guarded, ...]]]
    facts: dict[State, Facts]
    places: list[str]
    modules: dict[str, State]
    globals: dict[str, State]
    types: dict[str, State]
    annotations: dict[str, dict[str, State]]
    builtins: frozenset[str]
    majors: dict[str, tuple[int, ...]]
    language_types: dict[str, State]
    language: dict[str, tuple[State, ...]]
    role_names: dict[str, dict[str, frozenset[str]]]
    role_packages: dict[str, frozenset[str]]
    promise_names: dict[str, frozenset[str]]
    words: dict[str, frozenset[str]]
    many: dict[str, dict[str, str]]


class Libraries:
    """Answers for all described libraries. `admits(range, version)` judges version ranges."""

    __slots__ = ("_admits", "_beginnings", "_facts", "_guarded", "_tables", "_type_names", "automaton")

    def __init__(self, automaton: Automaton, admits: Admits) -> None:
        self.automaton = automaton
        self._admits = admits
        self._tables = automaton.tables
        self._guarded = automaton.guarded
        self._facts = automaton.facts
        self._type_names = {state: name for name, state in automaton.types.items()}
        self._beginnings = _beginnings(automaton.tables)

    # where to begin

    def package(self, name: str) -> State | None:
        """The module object of a package, of one of its subpaths, or of a built-in (with or without `node:`)."""
        found = self.automaton.modules.get(name)
        return found if found is not None or name[:5] != _SCHEME else self.automaton.modules.get(name[5:])

    def majors(self, name: str) -> tuple[int, ...]:
        """The majors of a package that its rows describe; empty where nobody says."""
        return self.automaton.majors.get(name, ())

    def words(self, kind: str) -> frozenset[str]:
        """The words of a kind, in small letters (see `WORDS`)."""
        return self.automaton.words[kind]

    def many(self, package: str, kind: str) -> str:
        """What a package offers instead of a query for each element (see `OFFERS`); empty where its file is silent."""
        return self.automaton.many.get(package, {}).get(kind, "")

    def builtin_names(self) -> frozenset[str]:
        """Node's built-in modules; those that only exist with the `node:` prefix carry it."""
        return self.automaton.builtins

    def global_(self, name: str) -> State | None:
        """The global variable `name`."""
        return self.automaton.globals.get(name)

    def type_state(self, package: str, name: str) -> State | None:
        """A value whose TypeScript annotation is `name`, imported from `package` (or one of its subpaths)."""
        return self.automaton.annotations.get(package, {}).get(name)

    def language_type(self, name: str) -> State | None:
        """A value of one of the language's own types: `String`, `Array`, `Promise` …"""
        return self.automaton.language_types.get(name)

    def language(self, name: str) -> tuple[State, ...]:
        """The members `name` of all the language's own types, for a receiver of unknown type."""
        return self.automaton.language.get(name, ())

    # how to go on

    def step(self, state: State, label: Label, site: Site | None = None) -> tuple[State, ...]:
        """The places that `label` leads to; never empty: `(OTHER,)` where no row speaks of it.

        `site` is the call, for its arguments and results, or the function, for its parameters; what it cannot tell may
        hold. Awaiting what is no promise yields the value itself.
        """
        table = self._tables[state]
        found = table.get(label)
        if found is None and label[0] == ".":
            found = self._begun(state, label) or table.get(ANY_MEMBER)
        guarded = self._guarded.get(state)
        if guarded is not None:
            found = self._allowed(guarded, label, site, found or ())
        if found:
            return found
        return (state,) if label == AWAIT else _OTHER_ONLY

    def is_begun(self, state: State, name: str) -> bool:
        """Whether the rows speak of a member by how its name begins, or by its having none in them."""
        label = member(name)
        return state in self._beginnings and label not in self._tables[state] and bool(self.begun_as(state, label))

    def _begun(self, state: State, label: Label) -> tuple[State, ...]:
        """Where a member leads whose name begins as rows say: `get*` is `getPosts`, but no `gets`."""
        begun = self.begun_as(state, label)
        return self._tables[state][begun] if begun else ()

    def begun_as(self, state: State, label: Label) -> Label:
        """The label in the table of a state by which a member is known, or the empty one."""
        for begun in self._beginnings.get(state, ()):
            start = len(begun) - 1
            if begun == OTHER_MEMBER or (label.startswith(begun[:start]) and not label[start : start + 1].islower()):
                return begun
        return ""

    def _allowed(
        self, guarded: dict[str, tuple[Guarded, ...]], label: Label, site: Site | None, found: tuple[State, ...]
    ) -> tuple[State, ...]:
        targets = guarded.get(label)
        if targets is None and label[0] == ".":
            targets = guarded.get(ANY_MEMBER)
        for conditions, target in targets or ():
            if target not in found and all_hold(conditions, site, self._admits) is not False:
                found = (*found, target)
        return found

    def members(self, state: State) -> frozenset[str]:
        """The names of the members that rows speak of."""
        table, guarded = self._tables[state], self._guarded.get(state, {})
        return frozenset(label[1:] for label in (*table, *guarded) if label[0] == "." and label[-1] != MANY)

    # what is there

    def facts(self, state: State) -> Facts:
        """All facts of the place, by kind."""
        return self._facts.get(state, NO_FACTS)

    def roles(self, state: State) -> tuple[RoleFact, ...]:
        """The roles of the place."""
        return self._facts.get(state, NO_FACTS).roles

    def applies(self, fact: Fact, site: Site | None) -> bool | None:
        """Whether the fact's version range, `when` and `unless` are met at `site`; None: not known, it may."""
        if not (fact.when or fact.unless or fact.versions):
            return True
        when = all_hold(fact.when, site, self._admits)
        if when is False:
            return False
        if fact.versions:
            version = None if site is None else site.version(fact.package)
            admitted = None if version is None else self._admits(fact.versions, version)
            if admitted is False:
                return False
            when = when and admitted
        if not fact.unless:
            return when
        unless = all_hold(fact.unless, site, self._admits)
        if unless is True:
            return False
        return None if unless is None else when

    def type_name(self, state: State) -> str | None:
        """`package/Type` where the state is a named type."""
        return self._type_names.get(state)

    def place(self, state: State) -> str:
        """How a library file would write the state; for people."""
        return self.automaton.places[state]

    # where a role can be at all

    def role_names(self, role: str) -> frozenset[str]:
        """The names of members (and globals) under which the role can occur: the last named step of each place."""
        return frozenset().union(*self.automaton.role_names.get(role, {}).values())

    def role_names_of(self, role: str, packages: Container[str]) -> frozenset[str]:
        """Like `role_names`, for the places to which one of these packages leads, and those that need none."""
        names = self.automaton.role_names.get(role, {})
        return frozenset().union(*(found for package, found in names.items() if not package or package in packages))

    def role_packages(self, role: str) -> frozenset[str]:
        """The specifiers from which a place that plays the role can be reached."""
        return self.automaton.role_packages.get(role, frozenset())


def _beginnings(tables: list[dict[str, tuple[State, ...]]]) -> dict[State, tuple[Label, ...]]:
    """For each state, the labels that speak of all names which begin so, the longest first, at last of all others."""
    found: dict[State, tuple[Label, ...]] = {}
    for state, table in enumerate(tables):
        many = [label for label in table if label[-1] == MANY and label[0] == "." and label != ANY_MEMBER]
        if many:
            found[state] = tuple(sorted(many, key=lambda label: (label == OTHER_MEMBER, -len(label))))
    return found


_SCHEME: Final = "node:"
_DECODER: Final = msgspec.msgpack.Decoder(Automaton)


def encode(automaton: Automaton) -> bytes:
    """The automaton for a cache."""
    return msgspec.msgpack.encode(automaton)


def decode(data: bytes | memoryview) -> Automaton:
    """The inverse of `encode`. Raises `msgspec.DecodeError`."""
    return _DECODER.decode(data)
