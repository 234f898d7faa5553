"""What the library rows say of where registrations are made: on a router that is told apart by what makes it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from reviewer.model.libraries import CALL, Libraries, State
from reviewer.model.libraries.naming import Naming
from reviewer.model.row_tables import NONE_KEPT, Tables, kept_table


class SiteRows(Tables):
    """The questions about these places. States are those of the automaton."""

    def __init__(self, libraries: Libraries, kept: Mapping[str, bytes] = NONE_KEPT) -> None:
        super().__init__(kept)
        self._libraries = libraries

    @kept_table
    def _route_states(self) -> frozenset[State]:
        return frozenset(state for state, facts in self._libraries.automaton.facts.items() if facts.routes)

    @kept_table
    def _sited(self) -> frozenset[State]:
        """The places that register handlers by their members, and what calls give that register by themselves."""
        tables = self._libraries.automaton.tables
        registering = {state for state, _ in self._naming.members_at(self._route_states)}
        given = {after for state in self._alone for after in tables[state].get(CALL, ())}
        return frozenset((registering | given) - self._roots)

    @cached_property
    def _roots(self) -> frozenset[State]:
        return frozenset(self._libraries.automaton.modules.values())

    @kept_table
    def _alone(self) -> frozenset[State]:
        """The callees that register on nothing but what they give: a package itself, `mount('/path', app)`, and members
        of it, `route.get('/path', handler)`.
        """
        tables = self._libraries.automaton.tables
        on_something = {
            after
            for place, name in self._naming.members_at(self._route_states)
            if place not in self._roots
            for after in tables[place]["." + name]
        }
        return (self._route_states - on_something) | (self._route_states & self._roots)

    def registers_alone(self, state: State) -> bool:
        """Whether what a call of the place registers is on what the call gives."""
        return state in self._alone

    @cached_property
    def _naming(self) -> Naming:
        return Naming(self._libraries.automaton)

    @kept_table
    def direct_packages(self) -> frozenset[str]:
        """The packages whose module object, or a member of it, is itself such a call's function."""
        modules = self._libraries.automaton.modules
        members = {place for place, _ in self._naming.members_at(self._alone)}
        return frozenset(name for name, state in modules.items() if state in self._alone or state in members)

    def is_sited(self, state: State) -> bool:
        """Whether values at this place are told apart by where they were made: they have routes."""
        return state in self._sited
