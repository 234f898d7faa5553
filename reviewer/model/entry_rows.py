"""What the library rows say of the functions that libraries run when something happens: a time, an event, a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Final

from reviewer.model.libraries import ANY_MEMBER, Libraries, State
from reviewer.model.libraries.facts import CallFact
from reviewer.model.libraries.naming import in_use
from reviewer.model.row_tables import NONE_KEPT, kept_table
from reviewer.model.start_rows import StartRows

SHUT_DOWN: Final = "shut-down"
MOMENTS: Final = frozenset({"per-request", "listener", "timer", "socket", "job", "command", SHUT_DOWN})
"""The moments of `CallFact` at which code is entered from outside."""

_PASSING: Final = frozenset({"listener", "timer", "socket"})
"""Moments that, where they come once only, are the next step of what waits for them."""

_INSIDE: Final = 4  # how far inside an argument the function stands: `knex({ pool: { afterCreate } })`, with that step


class EntryRows(StartRows):
    """The questions about what runs functions. States are those of the automaton."""

    def __init__(self, libraries: Libraries, kept: Mapping[str, bytes] = NONE_KEPT) -> None:
        super().__init__(libraries, kept)
        self._entered: dict[State, tuple[tuple[tuple[str, ...], CallFact], ...]] = {}
        self._dropping: dict[State, tuple[tuple[tuple[str, ...], CallFact], ...]] = {}

    @kept_table
    def _entry_calls(self) -> frozenset[State]:
        """The places whose calls take a function that is entered from outside."""
        return self._calls_taking(self._is_entry)

    @kept_table
    def _dropping_calls(self) -> frozenset[State]:
        """The places whose calls take a function and look at no promise that it gives."""
        return self._calls_taking(self._is_dropping)

    def _calls_taking(self, wanted: Callable[[CallFact], bool]) -> frozenset[State]:
        inside = {
            state
            for state, facts in self._libraries.automaton.facts.items()
            if not facts.routes and any(wanted(fact) for fact in facts.calls)
        }
        callees: set[State] = set()
        for _ in range(_INSIDE):
            before = [place for state in inside for place in self._before.get(state, ())]
            callees.update(state for state, label in before if label.startswith("arg:"))
            inside = {state for state, label in before if label[0] == "."}
        return frozenset(callees)

    @cached_property
    def _before(self) -> dict[State, list[tuple[State, str]]]:
        """The places one step before each, and the steps."""
        automaton = self._libraries.automaton
        before: dict[State, list[tuple[State, str]]] = {}
        for state, table in enumerate(automaton.tables):
            for label, targets in table.items():
                for target in targets:
                    before.setdefault(target, []).append((state, label))
        for state, conditional in automaton.guarded.items():
            for label, found in conditional.items():
                for _, target in found:
                    before.setdefault(target, []).append((state, label))
        return before

    @staticmethod
    def _is_entry(fact: CallFact) -> bool:
        return fact.at in MOMENTS and not (fact.at == "timer" and fact.once)

    @kept_table
    def returning_names(self) -> frozenset[str]:
        """The names of the calls whose result holds the promises that a function given to them gives."""
        return self._names_of(self._calls_taking(self._is_returning))

    def returning(self, state: State) -> tuple[CallFact, ...]:
        """How a function at a place runs whose promises are in the result of the call."""
        return tuple(filter(self._is_returning, self._libraries.facts(state).calls))

    @staticmethod
    def _is_returning(fact: CallFact) -> bool:
        return fact.promise == "returned" and not fact.once

    @kept_table
    def giving_back(self) -> frozenset[State]:
        """The places whose calls give back what a function gives that they run at once: `storage.run(store, work)`."""
        return self._calls_taking(self.is_given_back)

    @kept_table
    def giving_back_names(self) -> dict[str, frozenset[str]]:
        """Their names, by what leads to them."""
        return self._naming.named_calls(self.giving_back)

    @staticmethod
    def is_given_back(fact: CallFact) -> bool:
        """Whether what the function gives is what the call gives that runs it."""
        return fact.promise == "returned" and fact.once and fact.at == "now" and not fact.through

    @staticmethod
    def _is_dropping(fact: CallFact) -> bool:
        return (fact.promise == "dropped" or fact.done >= 0) and fact.at != "command"

    @kept_table
    def entry_names(self) -> dict[str, frozenset[str]]:
        """The names of the calls that may take a function which is entered from outside, by what leads to them."""
        return self._naming.named_calls(self._entry_calls)

    @kept_table
    def dropping_names(self) -> dict[str, frozenset[str]]:
        """The names of the calls that may take a function and drop the promise that it gives, by what leads to them."""
        return self._naming.named_calls(self._dropping_calls)

    def calls_in_use(self, names: Mapping[str, frozenset[str]], used: Iterable[str]) -> frozenset[str]:
        """Those of `entry_names` or `dropping_names` that are met where only these packages are used."""
        return in_use(names, used, self._libraries.automaton.builtins)

    @kept_table
    def running_names(self) -> frozenset[str]:
        """Those of them whose calls are made for the function: it is no callback beside other ways to get a result."""
        running = self._names_of(self._calls_taking(lambda fact: self._is_dropping(fact) and fact.at in MOMENTS))
        dropping = frozenset().union(*self.dropping_names.values())
        return running | (dropping & self._libraries.automaton.language.keys())

    @kept_table
    def once_timers(self) -> frozenset[str]:
        """The names of the calls that set a timer which runs once."""
        return self._names_of(self._calls_taking(lambda fact: fact.at == "timer" and fact.once))

    def _names_of(self, calls: frozenset[State]) -> frozenset[str]:
        return frozenset().union(*self._naming.named_calls(calls).values())

    @kept_table
    def entry_packages(self) -> frozenset[str]:
        """The packages whose module object, or a member of it, is such a call's function."""
        return self._packages_of(self._entry_calls)

    @kept_table
    def dropping_packages(self) -> frozenset[str]:
        """The packages whose module object, or a member of it, takes a function and drops the promise that it gives."""
        return self._packages_of(self._dropping_calls)

    def _packages_of(self, calls: frozenset[State]) -> frozenset[str]:
        automaton = self._libraries.automaton
        return frozenset(
            name
            for name, root in automaton.modules.items()
            if root in calls or any(not calls.isdisjoint(targets) for targets in automaton.tables[root].values())
        )

    def dropping(self, state: State) -> tuple[tuple[tuple[str, ...], CallFact], ...]:
        """The functions at a place, or its members by their names, whose promises are dropped, and how they run."""
        found = self._dropping.get(state)
        if found is None:
            found = self._dropping[state] = self._inside(state, self._is_dropping)
        return found

    def entered(self, state: State) -> tuple[tuple[tuple[str, ...], CallFact], ...]:
        """What is entered from outside of what stands at a place: itself, or its members, by name; `*` is any."""
        found = self._entered.get(state)
        if found is None:
            found = self._entered[state] = self._inside(state, self._is_entry, (ANY_MEMBER,))
        return found

    def _inside(
        self, state: State, wanted: Callable[[CallFact], bool], any_member: tuple[str, ...] = ()
    ) -> tuple[tuple[tuple[str, ...], CallFact], ...]:
        inside: list[tuple[tuple[str, ...], State]] = [((), state)]
        level = inside
        for _ in range(_INSIDE - 1):
            level = [
                ((*path, name), after)
                for path, at in level
                for label in (*(f".{name}" for name in sorted(self._libraries.members(at))), *any_member)
                for name, after in ((label[1:], after) for after in self._libraries.step(at, label))
            ]
            inside += level
        return tuple((path, fact) for path, at in inside for fact in self._libraries.facts(at).calls if wanted(fact))

    def goes_on(self, fact: CallFact) -> bool:
        """Whether a function runs because of what handed it over, at once or later, and not because of what happens."""
        return fact.at not in MOMENTS or (fact.once and fact.at in _PASSING)
