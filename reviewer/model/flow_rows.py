"""What the library rows say of what calls pass on: to their results, to callbacks, and into what they are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reviewer.model.flows import (
    Filling,
    Flow,
    Iterated,
    ValueFlow,
    callback_flows,
    fillings,
    gifts,
    iterated,
    passed_flows,
    promisified,
    puts,
    runs,
    supplying,
    text_flows,
    value_flows,
)
from reviewer.model.libraries.automaton import OTHER, Libraries, State, argument, member
from reviewer.model.libraries.facts import NO_FACTS
from reviewer.model.promise_rows import PromiseRows
from reviewer.model.row_tables import NONE_KEPT, kept_table
from reviewer.model.shape import CallShape

_CALLBACKS: Final = 4  # so many arguments may be callbacks


class FlowRows(PromiseRows):
    """The questions about flows. States are those of the automaton; results leave out `OTHER`."""

    def __init__(self, libraries: Libraries, kept: Mapping[str, bytes] = NONE_KEPT) -> None:
        super().__init__(libraries, kept)
        self._flows: dict[State, tuple[Flow, ...]] = {}
        self._value_flows: dict[State, tuple[ValueFlow, ...]] = {}
        self._fillings: dict[State, tuple[Filling, ...]] = {}
        self._containers = frozenset(filter(self._takes_elements, libraries.automaton.language_types.values()))

    def _known(self, states: tuple[State, ...]) -> tuple[State, ...]:
        return () if states == (OTHER,) else tuple(state for state in states if state)

    def language(self, name: str) -> tuple[State, ...]:
        """Members of this name on the language's own types."""
        return self._libraries.language(name)

    def member(self, state: State, name: str) -> tuple[State, ...]:
        """The member `name` of a value."""
        return self._known(self._libraries.step(state, member(name)))

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

    def passed_flows(self, state: State) -> tuple[ValueFlow, ...]:
        """What `new` of the place makes a promise of: what its callback gives to one of its parameters."""
        return passed_flows(self._libraries.facts(state))

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
        return any(place == "receiver" for place, _, _ in self.runs(state))

    def runs(self, state: State) -> tuple[tuple[str, int, str], ...]:
        """The functions that a call runs as if it were theirs: (`receiver` or `argument`, which, `call` or `apply`)."""
        return runs(self._libraries.facts(state))

    def promisified(self, state: State) -> tuple[int, ...]:
        """The arguments that a call makes functions of which give a promise instead of taking a callback."""
        return promisified(self._libraries.facts(state))

    def gifts(self, state: State, index: int, parameter: int) -> tuple[ValueFlow, ...]:
        """What a callback given as argument `index` receives as its parameter, of what the call is given."""
        return gifts(self._libraries.facts(state), index, parameter)

    def supplying(self, state: State) -> tuple[int, ...]:
        """The arguments that give their value to what the decorator decorates that a call of the place makes."""
        return supplying(self._libraries.facts(state))

    def fillings(self, state: State) -> tuple[Filling, ...]:
        """What a call puts into the members of an object that it is given."""
        found = self._fillings.get(state)
        if found is None:
            found = self._fillings[state] = fillings(self._libraries.facts(state))
        return found

    @kept_table
    def filling_names(self) -> frozenset[str]:
        """The names of the calls that fill objects which they are given."""
        facts = self._libraries.automaton.facts
        return self._names_leading_to(state for state in facts if self.fillings(state))

    def callback_flows(self, state: State, index: int) -> tuple[tuple[str, int], ...]:
        """What a callback given as argument `index` receives of the receiver: (`element` or `awaited`, parameter)."""
        return callback_flows(self._libraries.facts(state), index)

    def iterated(self, state: State, index: int) -> Iterated | None:
        """What a callback given to a call of the place as argument `index` is run for, if for each element."""
        return iterated(self._libraries.facts(state), index)

    @kept_table
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

    def is_map(self, state: State) -> bool:
        """Whether what stands here is a map of the language: going through it gives pairs (ECMAScript 24.1.3.12)."""
        return state == self._libraries.automaton.language_types.get("Map")

    def _takes_elements(self, state: State) -> bool:
        methods = (below for name in self._libraries.members(state) for below in self.member(state, name))
        return any(puts(self._libraries.automaton.facts.get(method, NO_FACTS)) for method in methods)

    @kept_table
    def putting_names(self) -> frozenset[str]:
        """The names of the methods of the language's containers that take new elements."""
        facts = self._libraries.automaton.facts
        methods = {name: self.language(name) for state in self._containers for name in self._libraries.members(state)}
        return frozenset(name for name, at in methods.items() if any(puts(facts.get(state, NO_FACTS)) for state in at))

    def puts(self, name: str) -> frozenset[int]:
        """For a method of the language's arrays and sets: from which argument on it takes new elements."""
        return frozenset(index for state in self.language(name) for index in puts(self._libraries.facts(state)))

    def is_put(self, state: State, index: int) -> bool:
        """Whether a call puts what it is given as this argument into its receiver, as an element."""
        return any(first <= index for first in puts(self._libraries.facts(state)))

    def has_made_members(self, state: State) -> bool:
        """Whether a call of the place makes an object or list whose members come from what it is given."""
        return any(flow.target or flow.keeps in {"element", "members"} for flow in self.text_flows(state))
