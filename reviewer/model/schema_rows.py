"""What the library rows say of schemas: what makes them, what holds data against them, what refuses requests."""

from __future__ import annotations

from reviewer.model.libraries import State
from reviewer.model.libraries.check_facts import CheckFact, RefusalFact, SchemaFact
from reviewer.model.row_tables import kept_table
from reviewer.model.shape import CallShape
from reviewer.model.store_rows import StoreRows


class SchemaRows(StoreRows):
    """The questions about schemas. States are those of the automaton."""

    def schemas(self, state: State, shape: CallShape) -> tuple[SchemaFact, ...]:
        """How a call of the place makes a schema."""
        found = self._libraries.facts(state).schemas
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    def checks(self, state: State, shape: CallShape) -> tuple[CheckFact, ...]:
        """What a call of the place holds against a schema."""
        found = self._libraries.facts(state).checks
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    def refusals(self, state: State, shape: CallShape) -> tuple[RefusalFact, ...]:
        """What the middleware refuses that a call of the place makes."""
        found = self._libraries.facts(state).refusals
        return tuple(fact for fact in found if self._libraries.applies(fact, shape) is not False)

    @kept_table
    def check_packages(self) -> frozenset[str]:
        """The packages with calls that hold data against a schema, by all that code imports them under."""
        facts = (fact for stated in self._libraries.automaton.facts.values() for fact in stated.checks)
        packages = {name for package in sorted({fact.package for fact in facts}) for name in self.names_of(package)}
        below = tuple(f"{name}/" for name in sorted(packages))
        return frozenset(packages | {name for name in self._libraries.automaton.modules if name.startswith(below)})

    @kept_table
    def check_names(self) -> frozenset[str]:
        """The names of the calls that hold data against a schema."""
        return frozenset(name for _, name in self._named(lambda facts: bool(facts.checks)))
