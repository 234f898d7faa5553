"""What the library rows say of values that a library keeps under a key and gives back."""

from __future__ import annotations

from functools import cached_property

from reviewer.model.libraries import State, member
from reviewer.model.libraries.facts import InjectFact, ProvideFact
from reviewer.model.route_rows import RouteRows
from reviewer.model.shape import CallShape


class StoreRows(RouteRows):
    """The questions about kept values, about those of the language, and about barriers. States are those of the
    automaton.
    """

    def language_member(self, kind: str, name: str) -> tuple[State, ...]:
        """The member of a value of one of the language's own types."""
        state = self._libraries.language_type(kind)
        return () if state is None else tuple(each for each in self._libraries.step(state, member(name)) if each)

    @cached_property
    def promise_states(self) -> tuple[State, ...]:
        """The place of the language's promises."""
        state = self._libraries.automaton.language_types.get("Promise")
        return () if state is None else (state,)

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
        tables, facts = self._libraries.automaton.tables, self._libraries.automaton.facts
        giving = {state for state, stated in facts.items() if any(fact.member for fact in stated.provides)}
        found: dict[State, set[State]] = {}
        for holder, table in enumerate(tables):
            for label, targets in table.items():
                if label[0] == ".":
                    for state in giving.intersection(targets):
                        found.setdefault(state, set()).add(holder)
        return {state: frozenset(holders) for state, holders in found.items()}

    def given_members(self, state: State) -> frozenset[State]:
        """The places whose values get the members that a call of this place adds."""
        return self._members_given.get(state, frozenset())

    # barriers

    def barrier(self, state: State, shape: CallShape | None) -> str | None:
        """What a call of the place makes of what it is given, if that is harmless for someone."""
        for fact in self._libraries.facts(state).barriers:
            if fact.guard is None and self._libraries.applies(fact, shape) is not False:
                return fact.makes
        return None

    def guards(self, state: State, *, holds: bool, on_receiver: bool) -> frozenset[str]:
        """What a call of the place that gives this truth proves of an argument, or of the receiver."""
        wanted = "receiver" if on_receiver else "argument"
        return frozenset(
            fact.makes
            for fact in self._libraries.facts(state).barriers
            if fact.guard is holds and any(path and path[0].kind == wanted for path in fact.sources)
        )
