"""What the library rows say, in the form in which the model's questions ask it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Final

from reviewer.model.flow_rows import FlowRows
from reviewer.model.function_shape import FunctionShape
from reviewer.model.libraries.automaton import (
    ANY_MEMBER,
    AWAIT,
    CALL,
    ELEMENT,
    NEW,
    OTHER,
    Libraries,
    State,
    argument,
    parameter,
)
from reviewer.model.libraries.facts import NO_FACTS, RoleFact
from reviewer.model.libraries.load_fact import LoadFact
from reviewer.model.row_tables import NONE_KEPT, kept_table
from reviewer.model.shape import CallShape

_AWAITED: Final = "event.awaited"
_EXTENDED: Final = "extended.object"
_INHERITING: Final = "inherited.object"
_ARGUMENTS: Final = 4
SOURCE_ROLES: Final = (
    "request.data",
    "process.environment",
    "process.arguments",
    "network.response",
    "file.content",
    "database.row",
    "queue.job",
    "event.listener",
)
"""Roles of values that are told by where they come from, gravest first: most come from outside the program."""

_NAMELESS: Final = frozenset({"string", "number", "boolean", "array"})


class Rows(FlowRows):
    """The questions about libraries. States are those of the automaton; results leave out `OTHER`."""

    def __init__(self, libraries: Libraries, kept: Mapping[str, bytes] = NONE_KEPT) -> None:
        super().__init__(libraries, kept)
        self._called_for: dict[str, frozenset[str]] = {}
        self._making_for: dict[str, frozenset[str]] = {}
        self._waiting: dict[State, bool] = {}

    @kept_table
    def _extended(self) -> frozenset[State]:
        return self._with_role(_EXTENDED)

    @kept_table
    def _inheriting(self) -> frozenset[State]:
        return self._with_role(_INHERITING)

    def _with_role(self, role: str) -> frozenset[State]:
        facts = self._libraries.automaton.facts
        return frozenset(state for state, stated in facts.items() if any(fact.role == role for fact in stated.roles))

    # steps

    def package(self, name: str) -> State | None:
        """The module object of a package or built-in module."""
        return self._libraries.package(name)

    def global_(self, name: str) -> State | None:
        """A global variable."""
        return self._libraries.global_(name)

    def type_state(self, package: str, name: str) -> State | None:
        """The value that a TypeScript annotation names."""
        return self._libraries.type_state(package, name)

    def element(self, state: State) -> tuple[State, ...]:
        """An element of a value."""
        return self._known(self._libraries.step(state, ELEMENT))

    def any_member(self, state: State) -> tuple[State, ...]:
        """A member of a value whose name is not known."""
        return self._known(self._libraries.step(state, ANY_MEMBER))

    def awaited(self, state: State) -> tuple[State, ...]:
        """What awaiting a value gives."""
        return self._known(self._libraries.step(state, AWAIT))

    def constructed(self, state: State, shape: CallShape | None = None) -> tuple[State, ...]:
        """What `new` of a value makes."""
        return self._known(self._libraries.step(state, NEW, shape))

    def called(self, state: State, shape: CallShape | None) -> tuple[State, ...]:
        """What calling a value gives."""
        return self._known(self._libraries.step(state, CALL, shape))

    def argument(self, state: State, index: int, shape: CallShape | None, arity: int | None) -> tuple[State, ...]:
        """The place of an argument of a call; `arity` is the number of parameters of the function given there."""
        if shape is not None:
            shape.handler_parameters = arity
        return self._known(self._libraries.step(state, argument(index), shape))

    def parameter(self, state: State, index: int, arity: int) -> tuple[State, ...]:
        """What a function with `arity` parameters that is given at this place receives as parameter `index`."""
        return self._known(self._libraries.step(state, parameter(index), FunctionShape(arity)))

    def plugin_loaders(self) -> Iterator[tuple[str, LoadFact]]:
        """The packages that load a folder of plugins where they are registered, and how."""
        for name, state in self._libraries.automaton.modules.items():
            for fact in self._libraries.automaton.facts.get(state, NO_FACTS).loads:
                if fact.kind == "plugins":
                    yield name, fact

    def commands(self) -> Iterator[tuple[str, State]]:
        """The commands of packages that load a module, and the place at which its default export then stands."""
        for state, facts in self._libraries.automaton.facts.items():
            for fact in facts.loads:
                if fact.command and fact.kind == "module":
                    yield fact.command, state

    # roles

    def role_names(self, role: str) -> frozenset[str]:
        """The names under which the role can occur in code."""
        return self._libraries.role_names(role)

    def role_names_of(self, role: str, packages: Container[str]) -> frozenset[str]:
        """Like `role_names`, where only these packages are used."""
        return self._libraries.role_names_of(role, packages)

    def role_packages(self, role: str) -> frozenset[str]:
        """The packages from which a place that plays the role can be reached."""
        return self._libraries.role_packages(role)

    def loading_packages(self, role: str) -> frozenset[str]:
        """The packages that play the role by being loaded."""
        found = set()
        for name in self._libraries.role_packages(role):
            state = self._libraries.package(name)
            if state is not None and any(fact.role == role for fact in self._libraries.roles(state)):
                found.add(name)
        return frozenset(found)

    def packages_called_for(self, role: str) -> frozenset[str]:
        """The packages that are functions themselves, whose calls play the role or take an argument that does."""
        found = self._called_for.get(role)
        if found is None:
            roots = {name: self._libraries.package(name) for name in self._libraries.role_packages(role)}
            called = {name for name, root in roots.items() if root and self._plays_when_called(root, role)}
            found = self._called_for[role] = frozenset(called)
        return found

    def packages_making_for(self, role: str) -> frozenset[str]:
        """The packages that make functions whose calls play the role: `const db = knex(…)`, then `db('users')`."""
        found = self._making_for.get(role)
        if found is None:
            roots = {name: self._libraries.package(name) for name in self._libraries.role_packages(role)}
            making = {name for name, root in roots.items() if root is not None and self._plays_once_made(root, role)}
            found = self._making_for[role] = frozenset(making)
        return found

    def _plays_once_made(self, root: State, role: str) -> bool:
        return any(self.has_role(state, role, None) for state in self.called(root, None))

    def _plays_when_called(self, root: State, role: str) -> bool:
        given = [state for index in range(_ARGUMENTS) for state in self.argument(root, index, None, None)]
        return self.has_role(root, role, None) or any(self.role_paths(state, role, None) for state in given)

    def has_role(self, state: State, role: str, shape: CallShape | None) -> bool:
        """Whether the place plays the role, at this call."""
        return self.role_fact(state, role, shape) is not None

    def places(self, role: str) -> frozenset[State]:
        """The places that play a role, whatever else has to hold."""
        return frozenset(self._with_role(role))

    def is_own(self, state: State) -> bool:
        """Whether each `new` makes another thing here that keeps what is put into it: elements, listeners."""
        return self.is_container(state) or self.is_emitter(state)

    def is_emitter(self, state: State) -> bool:
        """Whether what stands here is an emitter that can wait for its listeners."""
        found = self._waiting.get(state)
        if found is None:
            waiting = self.places(_AWAITED)
            found = self._waiting[state] = any(
                not waiting.isdisjoint(self.member(state, name)) for name in self.role_names(_AWAITED)
            )
        return found

    def shaped(self, role: str) -> tuple[State, ...]:
        """The places whose values may be told to play the role by their use."""
        return tuple(sorted(state for state in self._with_role(role) if self._is_shaped(state, role)))

    def _is_shaped(self, state: State, role: str) -> bool:
        return any(fact.role == role and fact.shape for fact in self._libraries.roles(state))

    def members(self, state: State) -> frozenset[str]:
        """The names of the members that rows speak of."""
        return self._libraries.members(state)

    def role_fact(self, state: State, role: str, shape: CallShape | None) -> RoleFact | None:
        """What is said of the place in the role, at this call."""
        for fact in self._libraries.roles(state):
            if fact.role == role and not fact.inserts and self._libraries.applies(fact, shape) is not False:
                return fact
        return None

    def insertions(self, state: State, role: str, shape: CallShape | None) -> tuple[str, ...]:
        """The patterns by which a text says which parts of the argument at the place play the role."""
        facts = (fact for fact in self._libraries.roles(state) if fact.role == role and fact.inserts)
        return tuple(fact.inserts for fact in facts if self._libraries.applies(fact, shape) is not False)

    def added_to(self, state: State) -> State:
        """The place, or its type, values at which may have members that no row speaks of (see `Added`), or `OTHER`."""
        return self._added_to.get(state, OTHER)

    @kept_table
    def _added_to(self) -> dict[State, State]:
        added = self._extended | self._inheriting | self.given_anything()
        found = {state: state for state in added}
        for table in self._libraries.automaton.tables:
            for targets in table.values():
                for state in sorted(added.intersection(targets)) if len(targets) > 1 else ():
                    for place in targets:
                        if self._libraries.type_name(place) is None:
                            found.setdefault(place, state)
        return found

    def is_extended(self, state: State) -> bool:
        """Whether applications add members of their own to what stands at the place."""
        return state in self._extended

    def is_inherited(self, state: State) -> bool:
        """Whether values at the place have the members of classes of the application, which extend the library's."""
        return state in self._inheriting

    def is_begun(self, state: State, name: str) -> bool:
        """Whether rows speak of a member of the place only by how its name begins, or as of others."""
        return self._libraries.is_begun(state, name)

    @kept_table
    def makers(self) -> dict[str, frozenset[State]]:
        """The classes of each package that applications extend, and instances of which it gives back."""
        found: dict[str, set[State]] = {}
        for class_, table in enumerate(self._libraries.automaton.tables):
            for state in self._inheriting.intersection(table.get(NEW, ())):
                found.setdefault(self.package_name(state), set()).add(class_)
        return {package: frozenset(classes) for package, classes in found.items()}

    def role_paths(self, state: State, role: str, shape: CallShape | None) -> tuple[tuple[str, ...], ...]:
        """The ways from a place to where the role is played: `()` at the place itself, `(name,)` at its members."""
        found: list[tuple[str, ...]] = [()] if self.has_role(state, role, shape) else []
        found.extend(
            (name,)
            for name in sorted(self._libraries.members(state))
            if any(self.has_role(below, role, shape) for below in self.member(state, name))
        )
        return tuple(found)

    def source_role(self, state: State) -> tuple[str, str] | None:
        """The role that makes values at this place come from outside, and the part of the request."""
        facts = {fact.role: fact.part for fact in self._libraries.roles(state)}
        return next(((role, facts[role]) for role in SOURCE_ROLES if role in facts), None)

    def has_no_names(self, state: State) -> bool:
        """Whether values at this place, which come from outside, are texts or lists: none has a member by a name."""
        kinds = [fact.kinds for fact in self._libraries.roles(state) if fact.role in SOURCE_ROLES]
        return bool(kinds) and all(each and _NAMELESS.issuperset(each) for each in kinds)

    def roles(self, state: State) -> tuple[str, ...]:
        """The names of all roles of a place, sorted."""
        return tuple(sorted({fact.role for fact in self._libraries.roles(state)}))

    def place(self, state: State) -> str:
        """The place as a library file would write it; its type where it has one."""
        return (self._libraries.type_name(state) or self._libraries.place(state)) if state else "?"

    def package_name(self, state: State) -> str:
        """The package whose rows speak of the place: `socket.io` of `socket.io/Server.Member[on]`."""
        return self._libraries.place(state).partition(".Member[")[0].rpartition("/")[0]

    def many(self, package: str, kind: str) -> str:
        """What a package offers instead of a query for each element: `read`, `write` …; empty where nobody says."""
        return self._libraries.many(package, kind)

    def words(self, kind: str) -> frozenset[str]:
        """The words of a kind to which a platform gives a meaning: `file.settings`."""
        return self._libraries.words(kind)
