"""What the library rows say of the functions that libraries run when something happens: a time, an event, a message."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from reviewer.model.libraries import Libraries, State
from reviewer.model.libraries.facts import CallFact
from reviewer.model.start_rows import StartRows

MOMENTS: Final = frozenset({"per-request", "listener", "timer", "socket", "job", "command"})
"""The moments of `CallFact` at which code is entered from outside."""

_PASSING: Final = frozenset({"listener", "timer", "socket"})
"""Moments that, where they come once only, are the next step of what waits for them."""

_INSIDE: Final = 2  # how far inside an argument the function stands: `run({ eachMessage })`


class EntryRows(StartRows):
    """The questions about what runs functions. States are those of the automaton."""

    def __init__(self, libraries: Libraries) -> None:
        super().__init__(libraries)
        self._entered: dict[State, tuple[tuple[tuple[str, ...], CallFact], ...]] = {}

    @cached_property
    def _entry_calls(self) -> frozenset[State]:
        """The places whose calls take a function that is entered from outside."""
        automaton = self._libraries.automaton
        inside = {
            state
            for state, facts in automaton.facts.items()
            if any(self._is_entry(fact) for fact in facts.calls) and not facts.routes
        }
        callees: set[State] = set()
        for _ in range(_INSIDE):
            further = set()
            for state, label, target in self._transitions():
                if target in inside and label.startswith("arg:"):
                    callees.add(state)
                elif target in inside and label[0] == ".":
                    further.add(state)
            inside = further
        return frozenset(callees)

    def _transitions(self) -> Iterator[tuple[State, str, State]]:
        automaton = self._libraries.automaton
        for state, table in enumerate(automaton.tables):
            for label, targets in table.items():
                for target in targets:
                    yield state, label, target
        for state, conditional in automaton.guarded.items():
            for label, found in conditional.items():
                for _, target in found:
                    yield state, label, target

    @staticmethod
    def _is_entry(fact: CallFact) -> bool:
        return fact.at in MOMENTS and not (fact.at == "timer" and fact.once)

    @cached_property
    def entry_names(self) -> frozenset[str]:
        """The names of the calls that may take a function which is entered from outside."""
        globals_ = self._libraries.automaton.globals
        return self._names_leading_to(self._entry_calls) | {
            name for name, state in globals_.items() if state in self._entry_calls
        }

    @cached_property
    def entry_packages(self) -> frozenset[str]:
        """The packages whose module object, or a member of it, is such a call's function."""
        automaton = self._libraries.automaton
        return frozenset(
            name
            for name, root in automaton.modules.items()
            if root in self._entry_calls
            or any(not self._entry_calls.isdisjoint(targets) for targets in automaton.tables[root].values())
        )

    def entered(self, state: State) -> tuple[tuple[tuple[str, ...], CallFact], ...]:
        """What is entered from outside of what stands at a place: itself, or its members, by their names."""
        found = self._entered.get(state)
        if found is None:
            inside = [((), state)] + [
                ((name,), after)
                for name in sorted(self._libraries.members(state))
                for after in self._libraries.step(state, f".{name}")
            ]
            found = self._entered[state] = tuple(
                (path, fact) for path, at in inside for fact in self._libraries.facts(at).calls if self._is_entry(fact)
            )
        return found

    def goes_on(self, fact: CallFact) -> bool:
        """Whether a function runs because of what handed it over, at once or later, and not because of what happens."""
        return fact.at not in MOMENTS or (fact.once and fact.at in _PASSING)
