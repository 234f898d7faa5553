"""What the library rows say of promises: what gives them, under which names, and which do nothing by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from reviewer.model.libraries import Libraries, State
from reviewer.model.libraries.automaton import argument, member
from reviewer.model.libraries.conditions import Condition
from reviewer.model.libraries.facts import PromiseFact
from reviewer.model.libraries.naming import in_use
from reviewer.model.row_tables import NONE_KEPT, kept_table
from reviewer.model.schema_rows import SchemaRows
from reviewer.model.shape import CallShape

_EMITTER: Final = "event.emitter"
_CALLBACK: Final = "callback"
_FUNCTION_CONDITIONS: Final = frozenset({"kind", _CALLBACK})
LAST: Final = -1
"""The position of a call's last argument."""


class PromiseRows(SchemaRows):
    """The questions about promises. States are those of the automaton."""

    def __init__(self, libraries: Libraries, kept: Mapping[str, bytes] = NONE_KEPT) -> None:
        super().__init__(libraries, kept)
        self._promises: dict[State, bool] = {}
        self._told: dict[State, tuple[PromiseFact, ...]] = {}

    @kept_table
    def _emitters(self) -> tuple[State, ...]:
        facts = self._libraries.automaton.facts
        return tuple(
            state
            for state in facts
            if any(fact.role == _EMITTER and fact.shape for fact in self._libraries.roles(state))
        )

    def emitter_method(self, name: str) -> tuple[State, ...]:
        """The methods of this name by which what may be told for an emitter by its use takes a listener."""
        found = {after for state in self._emitters for after in self._libraries.step(state, member(name))}
        return tuple(sorted(state for state in found if self._takes_listener(state)))

    def _takes_listener(self, state: State) -> bool:
        listeners = self._libraries.step(state, argument(1))
        return any(fact.at == "listener" for at in listeners for fact in self._libraries.facts(at).calls)

    def promise_names(self, used: Iterable[str]) -> frozenset[str]:
        """The names of the calls that give a promise, of the language, of built-in modules and of packages in use: some
        module of them is loaded. `get*` is any that begins so.
        """
        automaton = self._libraries.automaton
        return in_use(automaton.promise_names, used, automaton.builtins)

    def is_lazy(self, state: State, shape: CallShape | None) -> bool:
        """Whether what a call of the place yields does nothing before it is awaited."""
        return any(
            fact.lazy and not fact.value and self._libraries.applies(fact, shape) is not False
            for fact in self._libraries.facts(state).promise
        )

    def is_lazy_value(self, state: State) -> bool:
        """Whether a value at this place does nothing before it is awaited."""
        return any(fact.lazy and fact.value for fact in self._libraries.facts(state).promise)

    def is_promise(self, state: State) -> bool:
        """Whether a value at this place is a promise: a row says so, or its `then` continues one (ECMAScript §27.2)."""
        known = self._promises.get(state)
        if known is None:
            known = self._promises[state] = any(fact.value for fact in self._libraries.facts(state).promise) or any(
                self._libraries.facts(then).handles for then in self._libraries.step(state, member("then")) if then
            )
        return known

    def promise(self, state: State, shape: CallShape | None) -> bool | None:
        """Whether the promise that a call of the place yields may reject; None where the call yields none."""
        for fact in self._libraries.facts(state).promise:
            if not fact.value and self._libraries.applies(fact, shape) is not False:
                return fact.rejects != "never"
        return None

    def always_rejects(self, state: State) -> bool:
        """Whether a call of the place gives a promise that is made to reject: `Promise.reject`."""
        return any(fact.rejects == "always" for fact in self._libraries.facts(state).promise)

    def never_rejects(self, state: State) -> bool:
        """Whether a call of the place gives a promise that is never rejected."""
        return any(fact.rejects == "never" for fact in self._libraries.facts(state).promise)

    def is_for_callback(self, state: State, shape: CallShape) -> bool:
        """Whether a call of the place yields no promise where its last argument is a function, which its text leaves
        open.
        """
        if shape.kinds(LAST, ()) is not None:
            return False
        return any(
            _is_of_callback(condition) for fact in self._libraries.facts(state).promise for condition in fact.unless
        )

    def tells_callback(self, state: State, shape: CallShape) -> bool:
        """Whether a call of the place is given a callback that hears of the result in the place of a promise, also
        where what it gives is one by its type: a query with a callback is sent at once.
        """
        return any(self._libraries.applies(fact, shape) is True for fact in self._for_callback(state))

    def _for_callback(self, state: State) -> tuple[PromiseFact, ...]:
        """What rows say of a place that is given a callback: what they take out, put in."""
        found = self._told.get(state)
        if found is None:
            found = self._told[state] = tuple(
                msgspec.structs.replace(fact, when=(*fact.when, *fact.unless), unless=())
                for fact in self._libraries.facts(state).promise
                if not fact.value and any(map(_is_of_callback, fact.unless))
            )
        return found

    def has_place_for_callback(self, state: State, shape: CallShape) -> bool:
        """Whether the last argument of such a call stands where rows say that a callback stands."""
        count = (shape.arity() or (0, 0))[1]
        return any(
            condition.kind == _CALLBACK and condition.low < count
            for fact in self._libraries.facts(state).promise
            if self._libraries.applies(fact, shape) is not False
            for condition in fact.unless
        )

    def combines(self, state: State, shape: CallShape) -> bool:
        """Whether the promise rejects only with the promises given to the call."""
        applies = self._libraries.applies
        facts = self._libraries.facts(state).promise
        return any(fact.rejects == "with" and applies(fact, shape) is not False for fact in facts)

    def settles_as(self, state: State) -> bool:
        """Whether the promise settles as an argument of the call does where that is one: `Promise.resolve(value)`."""
        return any(
            fact.rejects == "with" and all(len(path) == 1 and path[0].kind == "argument" for path in fact.of)
            for fact in self._libraries.facts(state).promise
        )

    def handles(self, state: State, shape: CallShape | None = None) -> tuple[int | None, bool] | None:
        """For `then`, `catch` …: the argument that handles a rejection, and whether an unhandled one passes on. None
        where the shape of the call rules it out: `catch(TypeError, handler)` leaves other errors alone.
        """
        facts = self._libraries.facts(state).handles
        for fact in facts:
            if shape is not None and self._libraries.applies(fact, shape) is False:
                continue
            return next((path[0].low for path in fact.rejection if path and path[0].kind == "argument"), None), True
        return (None, True) if facts else None


def _is_of_callback(condition: Condition) -> bool:
    return condition.kind in _FUNCTION_CONDITIONS and condition.argument == LAST
