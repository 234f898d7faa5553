"""Naming: the names of the calls of some places, by the packages that lead to these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from reviewer.model.libraries.automaton import Automaton, State


class Naming:
    """By which names, and through which packages, places of an automaton are come by. What can be reached from where
    is told once for all that is asked.
    """

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._leading: dict[State, list[tuple[State, str]]] = {}
        for state, table in enumerate(automaton.tables):
            for label, targets in table.items():
                if label[0] == ".":
                    for target in targets:
                        self._leading.setdefault(target, []).append((state, label[1:]))

    def members_at(self, wanted: Collection[State]) -> Iterator[tuple[State, str]]:
        """The places, each with the name of a member that leads from there to one of the wanted places."""
        return (member for state in wanted for member in self._leading.get(state, ()))

    @cached_property
    def _reached(self) -> dict[str, set[State]]:
        """The places that can be reached from a package, by its specifier; without any under the empty text."""
        automaton = self._automaton
        free = [*automaton.globals.values(), *automaton.language_types.values()]
        begun = {"": free, **{specifier: [state] for specifier, state in automaton.modules.items()}}
        for specifier, types in automaton.annotations.items():
            begun.setdefault(specifier, []).extend(types.values())
        after = _after(automaton)
        return {specifier: _reached(after, states) for specifier, states in begun.items()}

    def named_calls(self, calls: Collection[State]) -> dict[str, frozenset[str]]:
        """The names of the members that lead to one of these places, by the specifier of a package from which they can
        be reached; those that need none, and the globals that are such places, under the empty text.
        """
        named: dict[State, set[str]] = defaultdict(set)
        for state, name in self.members_at(calls):
            named[state].add(name)
        found: dict[str, set[str]] = {"": {name for name, state in self._automaton.globals.items() if state in calls}}
        missed = set(named)
        for specifier, states in self._reached.items():
            reached = states & named.keys()
            missed -= reached
            found.setdefault(specifier, set()).update(*(named[state] for state in reached))
        found[""].update(*(named[state] for state in missed))
        return {specifier: frozenset(names) for specifier, names in found.items() if names}


def in_use(names: Mapping[str, frozenset[str]], used: Iterable[str], builtins: frozenset[str]) -> frozenset[str]:
    """Those of `names` that are met where these packages are used, any module of them, and Node's own."""
    packages = {package_of(name) for name in used}
    return frozenset().union(
        *(
            found
            for specifier, found in names.items()
            if not specifier or specifier in builtins or package_of(specifier) in packages
        )
    )


def package_of(specifier: str) -> str:
    """The package of a specifier: `@scope/name` of `@scope/name/part`."""
    return "/".join(specifier.split("/")[: 2 if specifier[:1] == "@" else 1])


def _after(automaton: Automaton) -> list[set[State]]:
    """The places one step on from each."""
    after = [{target for targets in table.values() for target in targets} for table in automaton.tables]
    for state, conditional in automaton.guarded.items():
        after[state].update(target for found in conditional.values() for _, target in found)
    return after


def _reached(after: list[set[State]], states: Iterable[State]) -> set[State]:
    reached = set(states)
    pending = list(reached)
    while pending:
        for state in after[pending.pop()] - reached:
            reached.add(state)
            pending.append(state)
    return reached
