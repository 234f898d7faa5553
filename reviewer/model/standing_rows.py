"""What the library rows say of functions that are entered because of where they stand, at any depth of a literal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from reviewer.model.entry_rows import EntryRows
from reviewer.model.libraries import AWAIT, NEW, State
from reviewer.model.libraries.load_fact import LoadFact
from reviewer.model.row_tables import kept_table

_KIND: Final = "functions"
_OTHER: Final = "*"


class StandingRows(EntryRows):
    """The questions about these functions. States are those of the automaton."""

    @kept_table
    def _standing(self) -> frozenset[State]:
        return frozenset(state for state, _ in self._loads(_KIND))

    @kept_table
    def _leading(self) -> frozenset[State]:
        """The places inside which such functions may stand."""
        found = set(self._standing)
        pending = list(found)
        while pending:
            for state, label in self._before.get(pending.pop(), ()):
                if state and state not in found and (label[0] == "." or label in {"[]", "()", AWAIT, NEW}):
                    found.add(state)
                    pending.append(state)
        return frozenset(found)

    @kept_table
    def _standing_calls(self) -> frozenset[State]:
        return frozenset(
            state
            for target in self._leading
            for state, label in self._before.get(target, ())
            if label.startswith("arg:")
        )

    @kept_table
    def standing_packages(self) -> frozenset[str]:
        """The packages of what is given such functions."""
        return self._described(self._standing) | self._packages_of(self._standing_calls)

    @kept_table
    def typing_packages(self) -> frozenset[str]:
        """The packages with the types that make exported functions stand at a place."""
        return self._described(self.exporting)

    def _described(self, states: Iterable[State]) -> frozenset[str]:
        """The packages whose files speak of places, by all their names."""
        facts, modules = self._libraries.automaton.facts, self._libraries.automaton.modules
        packages = {fact.package for state in states for fact in facts[state].loads if fact.kind == _KIND}
        roots = {modules[name] for name in packages if name in modules}
        return frozenset(name for name, state in modules.items() if state in roots)

    @kept_table
    def standing_names(self) -> frozenset[str]:
        """The names of the calls that may be given such functions, at any depth; of registrations as well."""
        return self._names_of(self._standing_calls) | self.encapsulating_names

    @kept_table
    def encapsulating_names(self) -> frozenset[str]:
        """The names of the calls that register plugins."""
        facts = self._libraries.automaton.facts
        return self._names_leading_to(
            state for state, found in facts.items() if any(one.encapsulates for one in found.routes)
        )

    @kept_table
    def exporting(self) -> dict[State, tuple[str, ...]]:
        """The places at which exported functions of the type stand, and the names of other exports that do."""
        return {state: fact.exported for state, fact in self._loads(_KIND) if fact.exported and not fact.files}

    @cached_property
    def filed(self) -> tuple[tuple[str, State, LoadFact], ...]:
        """The places at which functions stand by the names of their files: the package that says so, and how."""
        return tuple((fact.package, state, fact) for state, fact in self._loads(_KIND) if fact.files and fact.chooses)

    def is_standing(self, state: State) -> bool:
        """Whether a function at a place is entered because it stands there."""
        return state in self._standing and any(fact.kind == _KIND for fact in self._libraries.facts(state).loads)

    def leads_to_standing(self, state: State) -> bool:
        """Whether such functions may stand at a place, or inside what stands there."""
        return state in self._leading

    def is_of_others(self, state: State) -> bool:
        """Whether it is a place of what is entered for events that no other place is for."""
        return any(_OTHER in fact.events for fact in self._libraries.facts(state).loads)

    def entered_for(self, events: Sequence[str]) -> list[State]:
        """The places of what a manifest names for events of these kinds."""
        rows = [(state, fact.events) for state, fact in self._loads(_KIND) if fact.events]
        found = sorted(state for state, kinds in rows if not set(kinds).isdisjoint(events))
        return found or sorted(state for state, kinds in rows if _OTHER in kinds)
