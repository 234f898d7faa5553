"""What the library rows say of programs: commands that run files, calls that start them, what marks browser code."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

from reviewer.model.libraries import State
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.load_fact import LoadFact
from reviewer.model.route_rows import RouteRows
from reviewer.model.row_tables import kept_table
from reviewer.model.shape import CallShape

_BROWSER: Final = "browser.marker"
_COMMAND: Final = "command"
_LISTEN: Final = "http.listen"
_SERVER: Final = "server.marker"
_TESTING: Final = "test.marker"
_OWN: Final = ("module", "thread")
"""What a call starts as a process or thread of its own."""
_SERVED: Final = ("http.app", "http.router", _LISTEN, "database.query")


class StartRows(RouteRows):
    """The questions about what starts programs. States are those of the automaton."""

    def runners(self) -> Iterator[LoadFact]:
        """The commands that run a file as a program."""
        return (fact for _, fact in self._loads("program") if fact.command)

    def run_files(self) -> Iterator[tuple[str, LoadFact]]:
        """The packages that run files of those who depend on them, and which."""
        for name, state in self._libraries.automaton.modules.items():
            for fact in self._libraries.facts(state).loads:
                if fact.kind == "program" and fact.files:
                    yield name, fact

    @kept_table
    def browser_directives(self) -> frozenset[str]:
        """What a module begins with that frameworks bundle for browsers."""
        return self._libraries.words("directive.browser")

    @kept_table
    def server_directives(self) -> frozenset[str]:
        """What a module or a function begins with that browsers call over the network."""
        return self._libraries.words("directive.server")

    def builtin_names(self) -> frozenset[str]:
        """Node's built-in modules; those that only exist with the `node:` prefix carry it."""
        return self._libraries.builtin_names()

    @kept_table
    def starting_names(self) -> frozenset[str]:
        """The names of the calls that may start a file as a process or thread of its own."""
        states = {state for kind in _OWN for state, fact in self._loads(kind) if fact.file and not fact.command}
        return self._names_leading_to(states)

    def starts(self, state: State, shape: CallShape) -> tuple[LoadFact, ...]:
        """How a call of the place starts a file of its own."""
        return tuple(
            fact
            for fact in self._libraries.facts(state).loads
            if fact.kind in _OWN and fact.file and self._libraries.applies(fact, shape) is not False
        )

    def loaded_exports(self, used: Container[str]) -> list[tuple[str, int]]:
        """The names of the calls that load a file whose default export stands for its name, and the argument."""
        found = {
            (name, path[0].low)
            for state, fact in self._loads("export")
            if self._is_used(fact, used)
            for name in self._names_leading_to({state})
            for path in fact.file
        }
        return sorted(found)

    def loading_lists(self, used: Container[str]) -> list[tuple[str, int, frozenset[str]]]:
        """The names of the calls that give a list of what files export, the argument that names these, and the packages
        from which such a call comes.
        """
        modules = self._libraries.automaton.modules
        return sorted(
            (name, path[0].low, frozenset(each for each, root in modules.items() if root == modules[fact.package]))
            for state, fact in self._loads("exports")
            if self._is_used(fact, used)
            for name in self._names_leading_to({state})
            for path in fact.file
        )

    def _is_used(self, fact: Fact, used: Container[str]) -> bool:
        """Whether the package of a row, by any of its names, is among those in use."""
        modules = self._libraries.automaton.modules
        root = modules.get(fact.package)
        return any(name in used for name, state in modules.items() if state == root)

    def _loads(self, kind: str) -> Iterator[tuple[State, LoadFact]]:
        for state, facts in self._libraries.automaton.facts.items():
            for fact in facts.loads:
                if fact.kind == kind:
                    yield state, fact

    @kept_table
    def browser_packages(self) -> frozenset[str]:
        """The packages that only code for browsers loads."""
        return frozenset(self._modules(_BROWSER))

    @kept_table
    def command_packages(self) -> frozenset[str]:
        """The packages that take the command line apart, and run what stands there for each command."""
        facts = self._libraries.automaton.facts.values()
        return frozenset(call.package for each in facts for call in each.calls if call.at == _COMMAND)

    @kept_table
    def server_packages(self) -> frozenset[str]:
        """The packages that only code for servers loads, pages that run there too."""
        return frozenset(self._modules(_SERVER))

    @kept_table
    def test_packages(self) -> frozenset[str]:
        """The packages that only tests load."""
        return frozenset(self._modules(_TESTING))

    def _modules(self, role: str) -> Iterator[str]:
        for name, state in self._libraries.automaton.modules.items():
            if any(fact.role == role for fact in self._libraries.roles(state)):
                yield name

    @kept_table
    def browser_globals(self) -> frozenset[str]:
        """The global variables that only browsers have."""
        return frozenset(self._globals(_BROWSER))

    @kept_table
    def test_globals(self) -> frozenset[str]:
        """The global variables that only tests have."""
        return frozenset(self._globals(_TESTING))

    def _globals(self, role: str) -> Iterator[str]:
        for name, state in self._libraries.automaton.globals.items():
            if any(fact.role == role for fact in self._libraries.roles(state)):
                yield name

    @kept_table
    def browser_members(self) -> dict[str, frozenset[str]]:
        """Of global variables that others have too, the members that only browsers have."""
        automaton = self._libraries.automaton
        found = {
            name: frozenset(
                label[1:]
                for label, targets in automaton.tables[state].items()
                if label[0] == "."
                and any(fact.role == _BROWSER for target in targets for fact in self._libraries.roles(target))
            )
            for name, state in automaton.globals.items()
            if name not in self.browser_globals
        }
        return {name: members for name, members in found.items() if members}

    @kept_table
    def listening(self) -> dict[str, frozenset[str]]:
        """The names of the calls that make a server accept connections, by the packages that have them."""
        packages = self._libraries.role_packages(_LISTEN)
        return {name: self._libraries.role_names_of(_LISTEN, {name}) for name in sorted(packages)}

    @kept_table
    def serving_packages(self) -> frozenset[str]:
        """The packages with which servers are written: those of applications, routers and databases."""
        return frozenset().union(*(self._libraries.role_packages(role) for role in _SERVED))
