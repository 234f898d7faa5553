"""What the library rows say of registrations: the calls that give handlers and routers to a server or router."""

from __future__ import annotations

from functools import cached_property

from reviewer.model.libraries import Libraries, State, argument
from reviewer.model.registrations import RouteInfo, route_info
from reviewer.model.shape import CallShape


class RouteRows:
    """The questions about registrations. States are those of the automaton."""

    def __init__(self, libraries: Libraries) -> None:
        self._libraries = libraries

    @cached_property
    def _route_states(self) -> frozenset[State]:
        return frozenset(state for state, facts in self._libraries.automaton.facts.items() if facts.routes)

    @cached_property
    def _registering(self) -> dict[State, frozenset[str]]:
        """The places with members whose calls may register handlers, and the names of these members."""
        found = {}
        for state, table in enumerate(self._libraries.automaton.tables):
            names = (
                label[1:]
                for label, states in table.items()
                if label[0] == "." and not self._route_states.isdisjoint(states)
            )
            found[state] = frozenset(names)
        return {state: names for state, names in found.items() if names}

    @cached_property
    def _route_names(self) -> frozenset[str]:
        return frozenset(name for names in self._registering.values() for name in names)

    @cached_property
    def _mount_names(self) -> frozenset[str]:
        automaton = self._libraries.automaton
        mounting = {state for state, facts in automaton.facts.items() if any(fact.mount for fact in facts.routes)}
        return frozenset(
            label[1:]
            for state in self._registering
            for label, states in automaton.tables[state].items()
            if label[0] == "." and not mounting.isdisjoint(states)
        )

    def mount_names(self) -> frozenset[str]:
        """The names of the calls that may mount routers."""
        return self._mount_names

    def route_names(self) -> frozenset[str]:
        """The names of the calls that may register handlers."""
        return self._route_names

    def route_packages(self) -> frozenset[str]:
        """The packages whose servers and routers have such calls."""
        return self._libraries.role_packages("http.app") | self._libraries.role_packages("http.router")

    def route(self, state: State, shape: CallShape) -> RouteInfo | None:
        """How a call of the place registers handlers, if it does."""
        for fact in self._libraries.facts(state).routes:
            if self._libraries.applies(fact, shape) is not False:
                return route_info(fact)
        return None

    def is_sited(self, state: State) -> bool:
        """Whether values at this place are told apart by where they were made: they have routes."""
        return state in self._registering

    def is_route(self, state: State) -> bool:
        """Whether the place is such a call's callee."""
        return state in self._route_states

    def fate(self, state: State, index: int, shape: CallShape) -> str:
        """What becomes of the promise of a handler at argument `index`: `lost`, `forwarded` or `unknown`."""
        fates: set[str] = set()
        for at in self._libraries.step(state, argument(index), shape):
            for fact in self._libraries.facts(at).calls:
                applies = self._libraries.applies(fact, shape)
                if applies is not False:
                    fate = "lost" if fact.promise == "dropped" else "forwarded"
                    fates.add(fate if applies else "unknown")
        return fates.pop() if len(fates) == 1 else "unknown"
