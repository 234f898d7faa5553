"""Library files into one automaton: a tree of steps for each base, types as shared places, supertypes laid in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Final

import msgspec

from reviewer.diagnosis import quoted, unknown, wrong
from reviewer.finding import UsageError
from reviewer.model.libraries.automaton import Automaton, State
from reviewer.model.libraries.conditions import Condition, guard
from reviewer.model.libraries.facts import NO_FACTS, HandlesFact, PromiseFact, ProvideFact, RoleFact
from reviewer.model.libraries.library_file import WORDS, LibraryFile
from reviewer.model.libraries.occurrence import Source, occurrences
from reviewer.model.libraries.steps import GUARDS, Place, Step, render_step
from reviewer.model.libraries.tables import Tables
from reviewer.model.libraries.tree import Node

_DEFAULT: Final = Step("member", "default")


def compile_libraries(files: Sequence[LibraryFile]) -> Automaton:
    """The automaton of all `files`. Raises `UsageError` for names that no file defines and for circular supertypes."""
    return _Compiler(files).compile()


class _Compiler:
    def __init__(self, files: Sequence[LibraryFile]) -> None:
        self._files = files
        self._roots: dict[tuple[str, str], Node] = {}
        self._defined: dict[str, str] = {}  # type key → where
        self._parents: dict[str, list[str]] = {}  # type key → keys of its supertypes
        self._sources: dict[str, list[Source]] = {}  # type key → its places
        self._roles: dict[str, list[Source]] = {}
        self._promises: list[Source] = []
        self._specifiers: dict[str, tuple[str, ...]] = {}  # first name of a package → all of its names
        self._first_names: dict[str, str] = {}  # other name of a package → its first

    def compile(self) -> Automaton:
        self._define_types()
        for file in self._files:
            self._lay_types(file)
        for file in self._files:
            self._lay_statements(file)
        self._inherit()
        nodes = self._number()
        tables = self._tables(nodes)
        types = {key: self._roots["type", key].state for key in self._defined}
        language = self._language_types(types)
        annotated = self._annotated()
        found = occurrences(self._roles, self._sources, self._subtypes(), annotated)
        promises = occurrences({"": self._promises}, self._sources, self._subtypes(), annotated)[""]
        return Automaton(
            tables=[{label: tuple(states) for label, states in table.items()} for table in tables.plain],
            guarded={
                state: {label: tuple(targets) for label, targets in conditional.items()}
                for state, conditional in enumerate(tables.guarded)
                if conditional
            },
            facts={
                node.state: msgspec.structs.replace(
                    NO_FACTS, **{kind: tuple(facts) for kind, facts in node.facts.items()}
                )
                for node in nodes
                if node.facts
            },
            places=["", *(node.name for node in nodes)],
            modules=self._modules(),
            globals={name: node.state for (base, name), node in self._roots.items() if base == "global"},
            types=types,
            annotations=self._annotations(types),
            builtins=frozenset(name for file in self._files for name in file.builtins),
            majors={name: file.majors for file in self._files if file.majors for name in file.packages},
            language_types=language,
            language=tables.by_member(language.values()),
            role_names={role: occurrence.names for role, occurrence in found.items()},
            role_packages={role: occurrence.packages for role, occurrence in found.items()},
            promise_names=promises.names,
            words={
                kind: frozenset(word for file in self._files for word in file.words.get(kind, ())) for kind in WORDS
            },
            many={name: file.many for file in self._files if file.many for name in file.packages},
        )

    # names

    def _define_types(self) -> None:
        for file in self._files:
            self._specifiers.setdefault(file.packages[0], file.packages)
            self._first_names.update(dict.fromkeys(file.packages[1:], file.packages[0]))
            for module in file.builtins or (() if file.language else file.packages[:1]):
                self._root("package", module)
            for name, line in file.types.items():
                if "/" in name:
                    continue
                key = f"{file.packages[0]}/{name}"
                if key in self._defined:
                    raise wrong(file.path, line, f"type {quoted(name)} is defined in {self._defined[key]}")
                self._defined[key] = f"{file.path}:{line}"
                self._root("type", key)
        for file in self._files:
            for subtype, supertype, line in file.supertypes:
                below = self._type(subtype, file, line)
                self._parents.setdefault(below, []).append(self._type(supertype, file, line))

    def _type(self, name: str, file: LibraryFile, line: int) -> str:
        """The full key of the type `name` as written in `file`."""
        key = name if "/" in name else f"{file.packages[0]}/{name}"
        if key not in self._defined:
            prefix = "" if "/" in name else f"{file.packages[0]}/"
            known = [other.removeprefix(prefix) for other in self._defined if other.startswith(prefix)]
            raise wrong(file.path, line, unknown("type", name, known))
        return key

    def _root(self, base: str, name: str) -> Node:
        node = self._roots.get((base, name))
        if node is None:
            node = self._roots[base, name] = Node(f"Global[{name}]" if base == "global" else name)
        return node

    # the tree

    def _base(self, place: Place, file: LibraryFile, line: int) -> str:
        """The full name of a place's base."""
        match place.base:
            case "type":
                return self._type(place.name, file, line)
            case "package":
                is_first = place.name in self._specifiers
                return place.name if is_first else self._first_names.get(place.name, place.name) or file.packages[0]
            case _:
                return place.name

    def _source(self, place: Place, name: str) -> Source:
        """The place under the full name of its base, and the packages that it begins at."""
        specifiers = self._specifiers.get(name, (name,)) if place.base == "package" else ()
        return Source(Place(place.base, name, place.steps), specifiers)

    def _node(self, place: Place, name: str, last: tuple[Condition, ...] = ()) -> tuple[Node, tuple[Condition, ...]]:
        """The node of a place under the full name of its base, and the conditions that stand behind its last step;
        `last` guards that step.
        """
        node = self._root(place.base, name)
        guards: tuple[Condition, ...] = ()
        end = len(place.steps) - 1
        for at, step in enumerate(place.steps):
            if step.kind in GUARDS:
                guards = (*guards, guard(step))
                continue
            edge = (guards + last if at == end else guards, step)
            after = node.edges.get(edge)
            if after is None:
                after = node.edges[edge] = Node(f"{node.name}.{render_step(step)}")
            node, guards = after, ()
        return node, guards

    def _lay_types(self, file: LibraryFile) -> None:
        for at in file.type_places:
            key = self._type(at.type, file, at.line)
            place = at.place
            if not place.steps and place.base == "type":
                raise wrong(file.path, at.line, f"a type is no place of {quoted(at.type)}; write it under supertypes")
            name = self._base(place, file, at.line)
            node, _ = self._node(place, name, at.guarded(file.packages[0]))
            if key not in node.types:
                node.types.append(key)
            self._sources.setdefault(key, []).append(self._source(place, name))

    def _lay_statements(self, file: LibraryFile) -> None:
        for statement in file.statements:
            name = self._base(statement.place, file, statement.line)
            node, guards = self._node(statement.place, name)
            fact = statement.fact
            if isinstance(fact, ProvideFact) and fact.of:
                fact = msgspec.structs.replace(fact, member=True, of=self._type(fact.of, file, statement.line))
            if guards:
                fact = msgspec.structs.replace(fact, when=guards + fact.when)
            node.facts.setdefault(statement.kind, []).append(fact)
            if isinstance(fact, RoleFact):
                self._roles.setdefault(fact.role, []).append(self._source(statement.place, name))
            elif isinstance(fact, PromiseFact | HandlesFact):
                self._promises.append(self._source(statement.place, name))

    # the automaton

    def _inherit(self) -> None:
        """Lay the rows of supertypes into types, and those of types into the packages and globals that are of them."""
        for key in self._supertypes_first():
            for parent in self._parents.get(key, ()):
                self._roots["type", key].inherit(self._roots["type", parent])
        for (base, _), node in self._roots.items():
            if base != "type":
                for key in tuple(node.types):
                    node.inherit(self._roots["type", key])

    def _number(self) -> list[Node]:
        """Give every node that is not wholly a type's place a state; in order."""
        numbered: list[Node] = []
        pending = list(reversed(self._roots.values()))
        roots = {id(node) for node in pending}
        seen: set[int] = set()
        while pending:
            node = pending.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if id(node) in roots or node.edges or node.facts or not node.types:
                numbered.append(node)
                node.state = len(numbered)
            pending.extend(reversed(node.edges.values()))
        return numbered

    def _tables(self, nodes: Sequence[Node]) -> Tables:
        """The transitions of all nodes."""
        tables = Tables(len(nodes) + 1)
        for node in nodes:
            for (guards, step), after in node.edges.items():
                targets = [after.state] if after.state else []
                targets += [self._roots["type", key].state for key in after.types]
                tables.connect(node.state, guards, step, targets)
        for (base, _), node in self._roots.items():
            if base == "package":
                tables.connect(node.state, (), _DEFAULT, [node.state])
        tables.spread_wildcards()
        return tables

    def _supertypes_first(self) -> list[str]:
        """Every type after its supertypes."""
        order = TopologicalSorter({key: self._parents.get(key, ()) for key in self._defined})
        try:
            return list(order.static_order())
        except CycleError as error:
            circle: list[str] = error.args[1]
            raise UsageError(f"{self._defined[circle[0]]}: {quoted(circle[0])} is its own supertype") from error

    def _subtypes(self) -> dict[str, list[str]]:
        below: dict[str, list[str]] = {}
        for key, parents in self._parents.items():
            for parent in parents:
                below.setdefault(parent, []).append(key)
        return below

    # indexes

    def _modules(self) -> dict[str, State]:
        modules: dict[str, State] = {}
        for (base, name), node in self._roots.items():
            if base == "package":
                for specifier in self._specifiers.get(name, (name,)):
                    modules[specifier] = node.state
        return modules

    def _annotations(self, types: Mapping[str, State]) -> dict[str, dict[str, State]]:
        found: dict[str, dict[str, State]] = {}
        for file in self._files:
            if not file.language:
                own = {name: types[f"{file.packages[0]}/{name}"] for name in file.types if "/" not in name}
                for package in file.packages:
                    found.setdefault(package, {}).update(own)
            for specifier, name, type_name, line in file.annotations:
                found.setdefault(specifier, {})[name] = types[self._type(type_name, file, line)]
        return found

    def _annotated(self) -> dict[str, set[str]]:
        """The packages of whose annotations files say that they mean a type, by its full key."""
        found: dict[str, set[str]] = {}
        for file in self._files:
            for specifier, _, type_name, line in file.annotations:
                found.setdefault(self._type(type_name, file, line), set()).add(specifier)
        return found

    def _language_types(self, types: Mapping[str, State]) -> dict[str, State]:
        return {
            name: types[f"{file.packages[0]}/{name}"]
            for file in self._files
            if file.language
            for name in file.types
            if "/" not in name
        }
