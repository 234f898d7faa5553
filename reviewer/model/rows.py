"""What the library rows say, in the form in which the model's questions ask it."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cached_property
from typing import Final

from reviewer.model.flows import Flow, Iterated, ValueFlow, callback_flows, iterated, puts, text_flows, value_flows
from reviewer.model.function_shape import FunctionShape
from reviewer.model.libraries.automaton import (
    AWAIT,
    CALL,
    ELEMENT,
    NEW,
    OTHER,
    Libraries,
    State,
    argument,
    member,
    parameter,
)
from reviewer.model.libraries.facts import NO_FACTS, LoadFact, RoleFact
from reviewer.model.promise_rows import PromiseRows
from reviewer.model.shape import CallShape

_CALLBACKS: Final = 4  # so many arguments may be callbacks
_EXTENDED: Final = "extended.object"
_ARGUMENTS: Final = 4
SOURCE_ROLES: Final = (
    "request.data",
    "process.environment",
    "process.arguments",
    "network.response",
    "file.content",
    "database.row",
)
"""Roles of values that come from outside the program, gravest first."""


class Rows(PromiseRows):
    """The questions about libraries. States are those of the automaton; results leave out `OTHER`."""

    def __init__(self, libraries: Libraries) -> None:
        super().__init__(libraries)
        self._flows: dict[State, tuple[Flow, ...]] = {}
        self._value_flows: dict[State, tuple[ValueFlow, ...]] = {}
        self._called_for: dict[str, frozenset[str]] = {}
        self._extended = frozenset(
            state
            for state, facts in libraries.automaton.facts.items()
            if any(fact.role == _EXTENDED for fact in facts.roles)
        )
        self._containers = frozenset(filter(self._takes_elements, libraries.automaton.language_types.values()))

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

    def language(self, name: str) -> tuple[State, ...]:
        """Members of this name on the language's own types."""
        return self._libraries.language(name)

    def _known(self, states: tuple[State, ...]) -> tuple[State, ...]:
        return () if states == (OTHER,) else tuple(state for state in states if state)

    def member(self, state: State, name: str) -> tuple[State, ...]:
        """The member `name` of a value."""
        return self._known(self._libraries.step(state, member(name)))

    def element(self, state: State) -> tuple[State, ...]:
        """An element of a value."""
        return self._known(self._libraries.step(state, ELEMENT))

    def awaited(self, state: State) -> tuple[State, ...]:
        """What awaiting a value gives."""
        return self._known(self._libraries.step(state, AWAIT))

    def constructed(self, state: State) -> tuple[State, ...]:
        """What `new` of a value makes."""
        return self._known(self._libraries.step(state, NEW))

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

    def _plays_when_called(self, root: State, role: str) -> bool:
        given = [state for index in range(_ARGUMENTS) for state in self.argument(root, index, None, None)]
        return self.has_role(root, role, None) or any(self.role_paths(state, role, None) for state in given)

    def has_role(self, state: State, role: str, shape: CallShape | None) -> bool:
        """Whether the place plays the role, at this call."""
        return self.role_fact(state, role, shape) is not None

    def role_fact(self, state: State, role: str, shape: CallShape | None) -> RoleFact | None:
        """What is said of the place in the role, at this call."""
        for fact in self._libraries.roles(state):
            if fact.role == role and self._libraries.applies(fact, shape) is not False:
                return fact
        return None

    def is_extended(self, state: State) -> bool:
        """Whether applications add members of their own to what stands at the place."""
        return state in self._extended

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

    def roles(self, state: State) -> tuple[str, ...]:
        """The names of all roles of a place, sorted."""
        return tuple(sorted({fact.role for fact in self._libraries.roles(state)}))

    def place(self, state: State) -> str:
        """The place as a library file would write it; its type where it has one."""
        return (self._libraries.type_name(state) or self._libraries.place(state)) if state else "?"

    def package_name(self, state: State) -> str:
        """The package whose rows speak of the place: `socket.io` of `socket.io/Server.Member[on]`."""
        return self._libraries.place(state).partition(".Member[")[0].rpartition("/")[0]

    # flows

    def text_flows(self, state: State) -> tuple[Flow, ...]:
        """How a call of the place passes on values and texts to its result."""
        found = self._flows.get(state)
        if found is None:
            found = self._flows[state] = text_flows(self._libraries.facts(state))
        return found

    def value_flows(self, state: State, shape: CallShape | None = None) -> tuple[ValueFlow, ...]:
        """Which values a call gives back unchanged."""
        found = self._value_flows.get(state)
        if found is None:
            found = self._value_flows[state] = value_flows(self._libraries.facts(state))
        if all(flow.fact is None for flow in found):
            return found
        return tuple(
            flow for flow in found if flow.fact is None or self._libraries.applies(flow.fact, shape) is not False
        )

    def passes_arguments(self, state: State) -> bool:
        """Whether a call gives back all that it is given, as one."""
        return any(
            flow.place == "argument" and flow.last > flow.first and not flow.target and flow.keeps == "value"
            for flow in self.text_flows(state)
        )

    def returns_argument(self, state: State, index: int) -> bool:
        """Whether calling the result of the call runs the function given as this argument, or the result is it."""
        if any(flow.place == "argument" and flow.at == index and not flow.source for flow in self.value_flows(state)):
            return True
        given = self._known(self._libraries.step(state, argument(index)))
        return any(
            path and path[0].kind == "return"
            for at in given
            for fact in self._libraries.facts(at).calls
            for path in fact.through
        )

    def returns_receiver(self, state: State) -> bool:
        """Whether a call gives back the function it is called on, as `bind` does."""
        return any(flow.place == "receiver" and not flow.source for flow in self.value_flows(state))

    def calls_receiver(self, state: State) -> bool:
        """Whether a call runs the function it is called on, as `call` does."""
        return any(fact.how in {"call", "apply"} for fact in self._libraries.facts(state).adapts)

    def callback_flows(self, state: State, index: int) -> tuple[tuple[str, int], ...]:
        """What a callback given as argument `index` receives of the receiver: (`element` or `awaited`, parameter)."""
        return callback_flows(self._libraries.facts(state), index)

    def iterated(self, state: State, index: int) -> Iterated | None:
        """What a callback given to a call of the place as argument `index` is run for, if for each element."""
        return iterated(self._libraries.facts(state), index)

    @cached_property
    def iterating_names(self) -> frozenset[str]:
        """The names of the calls that may run a callback for each element of something."""
        return self._names_leading_to(
            {
                state
                for state, facts in self._libraries.automaton.facts.items()
                if any(iterated(facts, index) is not None for index in range(_CALLBACKS))
            }
        )

    def is_container(self, state: State) -> bool:
        """Whether what stands here is an array, map or set of the language: its methods put elements into it."""
        return state in self._containers

    def _takes_elements(self, state: State) -> bool:
        methods = (below for name in self._libraries.members(state) for below in self.member(state, name))
        return any(puts(self._libraries.automaton.facts.get(method, NO_FACTS)) for method in methods)

    @cached_property
    def putting_names(self) -> frozenset[str]:
        """The names of the methods of the language's containers that take new elements."""
        facts = self._libraries.automaton.facts
        methods = {name: self.language(name) for state in self._containers for name in self._libraries.members(state)}
        return frozenset(name for name, at in methods.items() if any(puts(facts.get(state, NO_FACTS)) for state in at))

    def puts(self, name: str) -> frozenset[int]:
        """For a method of the language's arrays and sets: from which argument on it takes new elements."""
        return frozenset(index for state in self.language(name) for index in puts(self._libraries.facts(state)))

    def has_made_members(self, state: State) -> bool:
        """Whether a call of the place makes an object or list whose members come from what it is given."""
        return any(flow.target or flow.keeps in {"element", "members"} for flow in self.text_flows(state))
