"""Callbacks: the functions given to calls that look at no promise which the function gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from reviewer.model.bounds import values_written
from reviewer.model.callback import Callback
from reviewer.model.candidates import Candidates
from reviewer.model.checks import is_after_failure, waits_for_checks
from reviewer.model.combined import is_lost_list
from reviewer.model.domain import Adapted, Closure, External, Spot
from reviewer.model.dropped import dropped_calls, made_by
from reviewer.model.escapes import is_read
from reviewer.model.given import inside
from reviewer.model.gives import RUNS
from reviewer.model.guessed import Guessed
from reviewer.model.handlers import expanded, handler
from reviewer.model.libraries.steps import Step
from reviewer.model.shifted import of_parameter
from reviewer.model.solve import NO
from reviewer.model.telling import is_dropped, is_told
from reviewer.model.unheeded import Unheeded
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.escapes import Escape
    from reviewer.model.libraries import State
    from reviewer.model.libraries.facts import CallFact
    from reviewer.model.model import Model

_Fact: TypeAlias = "tuple[tuple[str, ...], CallFact]"
_NAMED: Final = frozenset({Kind.CALL, Kind.IDENT, Kind.MEMBER})
_SENT: Final = frozenset({"listener", "job"})  # what programs send each other, not clients
_OWN, _THROWN = "throw", frozenset({"throw", "call"})
_LATER: Final = "later"
_LISTEN: Final = "http.listen"
_TIMER: Final = "timer"
_DEEPEST: Final = 4  # so far inside an object a library looks for functions


class Callbacks:
    """What is found of each module once and for all."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._candidates = Candidates(model, lambda rows: (rows.dropping_names, rows.dropping_packages))
        self._guessed = Guessed(model)
        self._unheeded = Unheeded(model)

    def in_module(self, m: int) -> Iterator[Callback]:
        """The callbacks of a module whose promises are dropped: of calls, by row, then of decorators, then those that
        functions of the repository drop.
        """
        calls = self._candidates.in_module(m)
        if calls:
            module = self.model.link.body(m)
            for call in calls:
                if any(self._may_give(module, argument, module.text(call), 0) for argument in module.args(call)):
                    yield from self._at(module, call, self.model.libraries.dropping)
        yield from self._in_lists(m)
        yield from self._decorated(m)
        yield from self._handed_on(m)

    def _handed_on(self, m: int) -> Iterator[Callback]:
        """The functions of a module that give a promise, handed to functions of the repository that drop it."""
        for function, given, call, dropped in self._unheeded.in_module(m, self._gives):
            if self.gives_promise(function):
                yield Callback(m, call, given, (function,), 0, "own", dropped=dropped)

    def _in_lists(self, m: int) -> Iterator[Callback]:
        """The callbacks whose promises are in a list that nobody takes out of it: `map` as a statement, `await` or an
        element of an array given to `Promise.all`.
        """
        surface = self.model.link.surfaces[m]
        names = self.model.libraries.returning_names.intersection(surface.calls)
        if not names:
            return
        module = self.model.link.body(m)
        calls = sorted(row for name in names for row in surface.calls[name])
        dropped = set(dropped_calls(module))
        for call in calls:
            if (call in dropped or is_lost_list(self.model, module, call)) and any(
                self._may_give(module, argument, "", 0) for argument in module.args(call)
            ):
                at = self._at(module, call, self._returning)
                yield from (found for found in at if found.is_known and self._is_list(module, found))

    def _is_list(self, module: Module, found: Callback) -> bool:
        """Whether the promises are elements of the result, and not the result itself."""
        shape = self.model.call_shape(module, found.row)
        return all(flow.place != "returned" for flow in self.model.libraries.value_flows(found.state, shape))

    def _may_give(self, module: Module, argument: int, name: str, depth: int) -> bool:
        """Whether an argument of a call of this name may be a function that gives a promise, or an object with one."""
        match module.kind[argument]:
            case Kind.FUNCTION:
                return self._gives(module, argument)
            case Kind.OBJECT:
                return depth < _DEEPEST and any(
                    module.kind[row] == Kind.PROPERTY and self._may_give(module, module.op(row, 1), name, depth + 1)
                    for row in module.ops(argument)
                )
            case kind if kind not in _NAMED:
                return False
        meaning = self.model.names.of(module.index, argument)
        if isinstance(meaning, Spot):
            body = self.model.link.body(meaning.module)
            if body.kind[meaning.row] == Kind.FUNCTION:
                return self._gives(body, meaning.row)
        elif meaning is not None:
            return False
        held = (value for value in values_written(module, argument) if module.kind[value] == Kind.FUNCTION)
        return name in self.model.libraries.running_names or any(self._gives(module, value) for value in held)

    def _gives(self, module: Module, function: int) -> bool:
        """Whether a function may give a promise, by how it is written."""
        if module.has(function, Flag.ASYNC):
            return True
        return any(
            module.kind[made] == Kind.NEW or self.model.dropped.may_yield(module, made)
            for value in self.model.link.returned(module.index, function)
            for made in made_by(module, value)
        )

    def gives_promise(self, function: Closure) -> bool:
        """Whether a function gives a promise of work that goes on by itself, on some path at least."""
        module = self.model.link.body(function.module)
        if module.has(function.row, Flag.ASYNC):
            return not module.has(function.row, Flag.GENERATOR)
        return any(
            self._is_promise(module, made)
            for value in self.model.link.returned(module.index, function.row)
            for made in made_by(module, value)
        )

    def _is_promise(self, module: Module, made: int) -> bool:
        """Whether an expression is such a promise. What a parameter gives that only some call with an async function is
        a matter between these and who takes it: `(error) => callback(error)`.
        """
        yields = self.model.ask(self.model.promises.yields(module.index, made)).items
        callee = module.first[made] if module.kind[made] == Kind.CALL else -1
        return RUNS in yields and (NO not in yields or of_parameter(module, callee) is None)

    def _at(self, module: Module, call: int, facts: Callable[[State], Iterable[_Fact]]) -> Iterator[Callback]:
        shape = self.model.call_shape(module, call)
        known, guessed = self._called(module, call)
        told: dict[Spot, Callback] = {}  # each promise once; what may be a listener is told of as that
        for state in known:
            if self.model.libraries.is_route(state):
                continue
            for index, argument in enumerate(module.args(call)):
                if module.kind[argument] == Kind.SPREAD:
                    break
                for place in self.model.libraries.argument(state, index, shape, None):
                    if any(map(self.model.libraries.is_given_back, self.model.libraries.callings(place, shape))):
                        continue  # the call gives the promise, whatever else rows say of other arguments
                    for path, fact in facts(place):
                        if self.model.libraries.admits(fact, shape):
                            for found in self._given(module, call, argument, path, state, fact):
                                first = told.get(found.given)
                                if first is None or first.is_listener < found.is_listener:
                                    told[found.given] = msgspec.structs.replace(found, is_known=not guessed)
        yield from told.values()

    def _called(self, module: Module, call: int) -> tuple[list[State], bool]:
        """The places of libraries that a call runs, and whether they are told from the name of the method alone."""
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        if callees.items <= {External(0)} and module.kind[module.first[call]] == Kind.MEMBER:
            return sorted(self._guessed.at(module, call, is_open=not callees.items)), True
        run = (item.value if isinstance(item, Adapted) else item for item in callees.items)
        return sorted({item.state for item in run if isinstance(item, External) and item.state}), False

    def drops(self, module: Module, call: int, argument: int) -> bool:
        """Whether a call looks at nothing that the function given as an argument gives back."""
        shape, libraries = self.model.call_shape(module, call), self.model.libraries
        return any(
            libraries.admits(fact, shape)
            for state in self._called(module, call)[0]
            for place in libraries.argument(state, module.position(argument) - 1, shape, None)
            for _, fact in libraries.dropping(place)
        )

    def names(self, callback: Callback) -> tuple[str, ...]:
        """The constant names of the event."""
        if callback.registered is not None:
            return callback.told
        module = self.model.link.body(callback.module)
        found: list[str] = []
        for path in callback.name:
            arguments = module.args(callback.row)
            if len(path) == 1 and path[0].kind == "argument" and 0 <= path[0].low < len(arguments):
                found.extend(text for text in self.model.texts(module, arguments[path[0].low]) if text != "undefined")
        return tuple(dict.fromkeys(found))

    def _returning(self, place: State) -> Iterator[_Fact]:
        return (((), fact) for fact in self.model.libraries.returning(place))

    def _given(
        self, module: Module, call: int, argument: int, path: tuple[str, ...], state: State, fact: CallFact
    ) -> Iterator[Callback]:
        spots = [Spot(module.index, argument)]
        for name in path:
            spots = [found for at in spots for found in inside(self.model, at, Step("member", name))]
        at = fact.promise if fact.promise == "returned" else fact.at
        for spot in (one for row in spots for one in expanded(self.model, row)):
            functions = tuple(
                item
                for item in handler(self.model, spot, 0, "").functions
                if self.gives_promise(item) and is_dropped(self.model, fact, item)
            )
            if functions and not is_told(self.model, module, call, fact):
                is_timer = at == _TIMER
                yield Callback(
                    *(module.index, call, spot, functions, state, at, fact.name),
                    is_next=fact.once and self._is_next(module, call, at),
                    is_repeated=is_timer and not fact.once,
                )

    def _is_next(self, module: Module, call: int, at: str) -> bool:
        """Whether what a call has run once runs before anybody asks the program for anything: a timer without a delay,
        a callback that waits for a file or a connection; not what follows when a server listens.
        """
        if at == _TIMER:
            return len(module.args(call)) == 1
        return at == _LATER and not self.model.sites.plays(_LISTEN, module, call)

    def gets_result(self, m: int, call: int) -> bool:
        """Whether a library calls the last argument of a call later, as a callback that gets the result: what that
        throws nobody hears.
        """
        module = self.model.link.body(m)
        index = len(module.args(call)) - 1
        shape = self.model.call_shape(module, call)
        libraries = self.model.libraries
        return index >= 0 and any(
            fact.at == "later" and fact.throw == "lost" and libraries.admits(fact, shape)
            for item in self.model.ask(self.model.calls.callees(m, call)).items
            if isinstance(item, External) and item.state
            for place in libraries.argument(item.state, index, shape, None)
            for _, fact in libraries.dropping(place)
        )

    def call_text(self, callback: Callback) -> str:
        """How the code names the call, `list.forEach(…)`, `new Promise(…)`; of what is decorated, the framework."""
        if callback.is_decorated:
            return f"`{self.model.libraries.package_name(callback.state)}`"
        module = self.model.link.body(callback.module)
        new = "new " if module.kind[callback.row] == Kind.NEW else ""
        return f"`{new}{self.model.source_text(module, callback.row)}`"

    def escape(self, callback: Callback) -> Escape | None:
        """The row by which a rejection leaves one of the functions, not by a `throw` where a function of the repository
        drops it: that leaves one that is not async in the same way. One that is certain first, one that waits for what
        is only read last, and what it or what it calls throws, as checks may, after what rejects, unless clients send
        what is read there; then what runs only where something failed before; then as in the text.
        """
        promises = self.model.promises
        escapes = [
            escape
            for function in callback.functions
            for escape in self.model.ask(promises.escapes(function.module, function.row)).items
            if callback.dropped is None or escape.how not in _THROWN
        ]
        thrown = _THROWN if callback.at in _SENT else frozenset({_OWN})
        return min(escapes, key=partial(self._weight, thrown), default=None)

    def _weight(self, thrown: Collection[str], escape: Escape) -> tuple[bool, bool, bool, bool, int, int, int]:
        module = self.model.link.body(escape.module)
        is_check = escape.how in thrown or waits_for_checks(self.model, escape)
        place = escape.module, module.start[escape.row], escape.row
        return not escape.certain, is_read(module, escape), is_check, is_after_failure(module, escape.row), *place

    def steps(self, callback: Callback, escape: Escape) -> list[tuple[Spot, str]]:
        """The evidence: where the function is handed over, where it stands, and what lets the rejection out."""
        steps = [(callback.given, "the function is handed over here")]
        body = self.model.link.body(escape.module)
        functions = {function.row for function in callback.functions if function.module == escape.module}
        function = next((at for at in (escape.row, *body.ancestors(escape.row)) if at in functions), -1)
        if function >= 0 and (escape.module, function) != callback.given:
            steps.append((Spot(escape.module, function), "this is the function"))
        if callback.registered is not None:
            steps.insert(1, (callback.registered, "here it becomes a listener"))
        return [*steps, (Spot(escape.module, escape.row), self.model.escape_text(escape))]

    def _decorated(self, m: int) -> Iterator[Callback]:
        for called in self.model.routes.called.in_module(m):
            if (
                called.fact.promise == "dropped"
                and not self.model.libraries.is_route(called.place)
                and self.gives_promise(called.function)
            ):
                row = called.decorator if called.decorated_in == m else called.member
                given = Spot(called.function.module, called.function.row)
                name = called.fact.name if row == called.decorator else ()
                yield Callback(m, row, given, (called.function,), called.place, called.fact.at, name, is_decorated=True)
