"""Where the places of library files are in the automaton: the states of their base, and those after each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from reviewer.model.libraries.automaton import Automaton, Label, State
from reviewer.model.libraries.conditions import Condition, guard
from reviewer.model.libraries.library_file import LibraryFile
from reviewer.model.libraries.steps import GUARDS, Place, Step, labels
from reviewer.model.libraries.tables import from_end

Way: TypeAlias = list[frozenset[State]]


class Ways:
    """The inverse of compiling: from places, as the files write them, to states."""

    def __init__(self, files: Sequence[LibraryFile], automaton: Automaton) -> None:
        self._automaton = automaton
        self._type_states = frozenset(automaton.types.values())
        self._starts = _starts(files, automaton)

    def way(self, place: Place, package: str) -> Way:
        """The states at the base of a place of `package`'s file, and after each step; a guard is no step of its own.

        Where every value of a place is of a type and no row says more of it, it has no state.
        """
        way = [self._base(place, package)]
        for guards, step in _guarded(place.steps):
            found = {
                target
                for state in way[-1]
                for _, targets in self._edges(state, guards, step)
                for target in targets
                if target not in self._type_states
            }
            way.append(frozenset(found))
        return way

    def typing(self, place: Place, package: str, key: str, guarded: tuple[Condition, ...]) -> list[tuple[State, Label]]:
        """The transitions by which a place of the type `key` leads to it; a place without steps has none."""
        if not place.steps:
            return []
        guards, step = _guarded(place.steps)[-1]
        guards += guarded
        target = self._automaton.types[key]
        return [
            (state, label)
            for state in self.way(place, package)[-2]
            for label, targets in self._edges(state, guards, step)
            if target in targets
        ]

    def _edges(
        self, state: State, guards: tuple[Condition, ...], step: Step
    ) -> Iterator[tuple[Label, tuple[State, ...]]]:
        """The transitions that a step was compiled to; see `Tables.connect`."""
        if step.low < 0:
            wanted = [(label, (*guards, condition)) for label, condition in from_end(step)]
        else:
            wanted = [(label, guards) for label in labels(step)]
        for label, conditions in wanted:
            if conditions:
                guarded = self._automaton.guarded.get(state, {}).get(label, ())
                yield label, tuple(target for held, target in guarded if held == conditions)
            else:
                yield label, self._automaton.tables[state].get(label, ())

    def _base(self, place: Place, package: str) -> frozenset[State]:
        match place.base:
            case "type":
                return self._starts[type_key(place.name, package)]
            case "package":
                return frozenset({self._automaton.modules[place.name or package]})
            case _:
                return frozenset({self._automaton.globals[place.name]})


def type_key(name: str, package: str) -> str:
    """The full key of a type as written in the file of `package`."""
    return name if "/" in name else f"{package}/{name}"


def _starts(files: Sequence[LibraryFile], automaton: Automaton) -> dict[str, frozenset[State]]:
    """For each type, the states at which its rows are laid: its own, its subtypes', and modules and globals of it."""
    starts = {key: {state} for key, state in automaton.types.items()}
    for file in files:
        for at in file.type_places:
            if not at.place.steps:
                name = at.place.name or file.packages[0]
                table = automaton.globals if at.place.base == "global" else automaton.modules
                starts[type_key(at.type, file.packages[0])].add(table[name])
    pairs = [
        (type_key(below, file.packages[0]), type_key(above, file.packages[0]))
        for file in files
        for below, above, _ in file.supertypes
    ]
    growing = True
    while growing:
        growing = False
        for below, above in pairs:
            if not starts[below] <= starts[above]:
                starts[above] |= starts[below]
                growing = True
    return {key: frozenset(states) for key, states in starts.items()}


def _guarded(steps: Sequence[Step]) -> list[tuple[tuple[Condition, ...], Step]]:
    """The steps other than guards, each with the guards before it."""
    found: list[tuple[tuple[Condition, ...], Step]] = []
    guards: tuple[Condition, ...] = ()
    for step in steps:
        if step.kind in GUARDS:
            guards = (*guards, guard(step))
        else:
            found.append((guards, step))
            guards = ()
    return found
