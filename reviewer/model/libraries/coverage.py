"""Which rows of library files no question came to: a recording held against the files."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from reviewer.model.libraries.automaton import State
from reviewer.model.libraries.conditions import Condition
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.facts import RoleFact
from reviewer.model.libraries.library_file import LibraryFile
from reviewer.model.libraries.recording import Recording
from reviewer.model.libraries.steps import GUARDS, Place, render_step
from reviewer.model.libraries.ways import Ways, type_key

_TYPES: Final = "types"
_ROLES: Final = "roles"


class Row(NamedTuple):
    """One path of one section, from one of the bases that its braces stand for. kind: the section. name: of the type or
    role that stands before the path, or empty. base: the type, module or global.
    """

    file: str
    package: str
    line: int
    kind: str
    name: str
    path: str
    base: str


class Coverage(NamedTuple):
    """unexercised: rows with the reason, by file and line. rows: how many there are. places: what the braces and lists
    of the exercised rows stand for; seen: how many of these were asked about.
    """

    unexercised: list[tuple[Row, str]]
    rows: int
    places: int
    seen: int


class _Stated(NamedTuple):
    """What a row says of one of its places: a fact, or without one that values there have the row's type."""

    place: Place
    fact: Fact | None = None
    guarded: tuple[Condition, ...] = ()


def coverage(files: Sequence[LibraryFile], recording: Recording, read_at_once: Collection[str] = ()) -> Coverage:
    """Hold a recording against the files that its automaton was compiled from.

    A row of a type is exercised when a question took its last step; any other one when its kind was read at its place,
    and it applied if rows of its kind there, or of its role anywhere, were asked whether they do. A role counts only if
    somebody asked for it by name, or if it is in `read_at_once`: those that the model reads without asking.
    """
    rows = _rows(files)
    judge = _Judge(files, recording, frozenset(read_at_once))
    unexercised: list[tuple[Row, str]] = []
    places = seen = 0
    for row, stated in rows.items():
        count = sum(judge.exercised(row, one) for one in stated)
        if count:
            places += len(stated)
            seen += count
        else:
            unexercised.append((row, judge.why(row, stated)))
    unexercised.sort(key=lambda pair: (pair[0].file, pair[0].line))
    return Coverage(unexercised, len(rows), places, seen)


def _rows(files: Sequence[LibraryFile]) -> dict[Row, list[_Stated]]:
    rows: dict[Row, list[_Stated]] = {}
    for file in files:
        package = file.packages[0]
        for at in file.type_places:
            row = Row(file.path, package, at.line, _TYPES, at.type, at.at, _base(at.place, package))
            rows.setdefault(row, []).append(_Stated(at.place, None, at.guarded(package)))
        for one in file.statements:
            role = one.fact.role if isinstance(one.fact, RoleFact) else ""
            row = Row(file.path, package, one.line, one.kind, role, one.at, _base(one.place, package))
            rows.setdefault(row, []).append(_Stated(one.place, one.fact))
    return rows


def _base(place: Place, package: str) -> str:
    return f"Global[{place.name}]" if place.base == "global" else place.name or package


class _Judge:
    """Says of rows what the recording knows of them."""

    def __init__(self, files: Sequence[LibraryFile], recording: Recording, read_at_once: frozenset[str]) -> None:
        self._recording = recording
        self._ways = Ways(files, recording.automaton)
        self._kinds = {kind for _, kind in recording.read}
        self._roles = recording.roles_asked | read_at_once
        applied = (fact for facts in recording.automaton.facts.values() for fact in facts.roles if self._asked(fact))
        self._roles_applied = {fact.role for fact in applied} - read_at_once

    def exercised(self, row: Row, stated: _Stated) -> bool:
        """Whether a question came to what the row says of this place."""
        if stated.fact is None:
            return self._typed(row, stated)
        return any(
            (state, row.kind) in self._recording.read and self._answered(fact, state, row)
            for state in self._ways.way(stated.place, row.package)[-1]
            for fact in self._facts(state, row, stated.fact)
        )

    def why(self, row: Row, stated: Sequence[_Stated]) -> str:
        """What kept all questions from the row."""
        if row.kind == _ROLES and row.name not in self._roles:
            return "nobody asks for the role"
        if row.kind not in {_TYPES, *self._kinds}:
            return f"nobody asks for {row.kind}"
        ways = [self._ways.way(one.place, row.package) for one in stated]
        ends = {(state, one) for one, way in zip(stated, ways, strict=True) for state in way[-1] if one.fact}
        if any((state, row.kind) in self._recording.read for state, _ in ends):
            if any(self._asked(fact) for at, one in ends if one.fact for fact in self._facts(at, row, one.fact)):
                return "its conditions are never met"
            return "asked for other roles only" if row.kind == _ROLES else "another row answers first"
        if any(state in self._recording.reached for state, _ in ends):
            return f"reached, but not asked for {row.kind}"
        depths = [sum(not states.isdisjoint(self._recording.reached) for states in way) for way in ways]
        depth = max(depths)
        place = stated[depths.index(depth)].place
        if not depth:
            return f"no example has {row.base}"
        steps = [render_step(step) for step in place.steps if step.kind not in GUARDS]
        return f"no example goes on from {'.'.join([row.base, *steps[: depth - 1]])}"

    def _typed(self, row: Row, stated: _Stated) -> bool:
        """Whether a question took the step that gives a value its type, or began at a module that has it."""
        if not stated.place.steps:
            return not self._ways.way(stated.place, row.package)[0].isdisjoint(self._recording.reached)
        key = type_key(row.name, row.package)
        target = self._recording.automaton.types[key]
        return any(
            target in self._recording.taken.get(step, ())
            for step in self._ways.typing(stated.place, row.package, key, stated.guarded)
        )

    def _facts(self, state: State, row: Row, wanted: Fact) -> Iterator[Fact]:
        """The facts of a place that the row stated."""
        facts = self._recording.automaton.facts.get(state)
        for fact in () if facts is None else getattr(facts, row.kind):
            if fact.source == wanted.source and getattr(fact, "role", "") == row.name:
                yield fact

    def _answered(self, fact: Fact, state: State, row: Row) -> bool:
        """Whether the fact was not only looked at together with others."""
        if row.kind == _ROLES:
            must_apply = row.name in self._roles_applied
            return row.name in self._roles and self._recording.applied.get(id(fact), not must_apply)
        beside = getattr(self._recording.automaton.facts[state], row.kind)
        return self._recording.applied.get(id(fact), not any(map(self._asked, beside)))

    def _asked(self, fact: Fact) -> bool:
        """Whether somebody asked if the fact applies."""
        return id(fact) in self._recording.applied
