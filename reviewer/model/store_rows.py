"""What the library rows say of values that a library keeps under a key and gives back."""

from __future__ import annotations

from functools import cached_property

from reviewer.model.entry_rows import EntryRows
from reviewer.model.libraries import State
from reviewer.model.libraries.facts import InjectFact, ProvideFact
from reviewer.model.shape import CallShape


class StoreRows(EntryRows):
    """The questions about kept values. States are those of the automaton."""

    @cached_property
    def providing_names(self) -> frozenset[str]:
        """The names of the calls that give a library a value under a key."""
        facts = self._libraries.automaton.facts
        return self._names_leading_to(state for state, found in facts.items() if found.provides)

    def provides(self, state: State, shape: CallShape) -> tuple[ProvideFact, ...]:
        """How a call of the place provides values."""
        found = self._libraries.facts(state).provides
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    def injects(self, state: State, shape: CallShape) -> tuple[InjectFact, ...]:
        """How a call of the place gives back provided values."""
        found = self._libraries.facts(state).injects
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    @cached_property
    def _members_given(self) -> dict[State, frozenset[State]]:
        """For each call that adds members: the places whose values get them, those that it is called on."""
        tables = self._libraries.automaton.tables
        found: dict[State, set[State]] = {}
        for holder, table in enumerate(tables):
            for label, targets in table.items():
                if label[0] == ".":
                    for state in targets:
                        if any(fact.member for fact in self._libraries.facts(state).provides):
                            found.setdefault(state, set()).add(holder)
        return {state: frozenset(holders) for state, holders in found.items()}

    def given_members(self, state: State) -> frozenset[State]:
        """The places whose values get the members that a call of this place adds."""
        return self._members_given.get(state, frozenset())
