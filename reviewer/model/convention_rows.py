"""What the library rows say of modules that a library loads because of the folders in which they lie."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.model.libraries import State
from reviewer.model.libraries.load_fact import LoadFact
from reviewer.model.row_tables import kept_table
from reviewer.model.standing_rows import StandingRows


class ConventionRows(StandingRows):
    """The questions about these modules. States are those of the automaton."""

    @kept_table
    def exported_by_file(self) -> frozenset[State]:
        """The places at which exports stand because of their files."""
        return frozenset(state for state, fact in self._loads("functions") if fact.files and not fact.chooses)

    @kept_table
    def folders_of_modules(self) -> frozenset[State]:
        """The places of objects of the modules of folders that the library names."""
        return frozenset(state for state, _ in self._loads("modules"))

    @kept_table
    def extended_by_file(self) -> frozenset[State]:
        """The places values at which have the members of what some modules export."""
        return frozenset(state for state, _ in self._loads("members"))

    @kept_table
    def routed_by_file(self) -> frozenset[State]:
        """The places at which the handlers stand that tables of routes name."""
        return frozenset(state for state, _ in self._loads("routes"))

    @kept_table
    def keyed_folders(self) -> frozenset[State]:
        """The objects of modules that containers give back under their names."""
        return frozenset(state for state, fact in self._loads("modules") if "keys" in fact.names)

    @kept_table
    def global_folders(self) -> frozenset[State]:
        """Those among them whose members are global variables."""
        return frozenset(state for state, fact in self._loads("modules") if "globals" in fact.names)

    @kept_table
    def handler_folders(self) -> dict[str, frozenset[State]]:
        """Those among them in which texts name handlers, by the package that registers these."""
        found: dict[str, set[State]] = {}
        for state, fact in self._loads("modules"):
            if "handlers" in fact.names:
                found.setdefault(fact.package, set()).add(state)
        return {package: frozenset(states) for package, states in found.items()}

    @kept_table
    def convention_packages(self) -> frozenset[str]:
        """The packages that load modules by their folders, by all their names."""
        return frozenset(name for fact in self._conventional() for name in self.names_of(fact.package))

    def _conventional(self) -> Iterator[LoadFact]:
        for state in sorted(
            self.exported_by_file | self.folders_of_modules | self.extended_by_file | self.routed_by_file
        ):
            yield from (fact for fact in self._libraries.facts(state).loads if fact.files and not fact.chooses)

    def names_of(self, package: str) -> list[str]:
        """All names of the package whose rows these are."""
        modules = self._libraries.automaton.modules
        return [name for name, state in modules.items() if package in modules and state == modules[package]]
