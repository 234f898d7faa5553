"""Gives: whether calling a function gives a promise, by itself and for one call of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.branches import is_decided
from reviewer.model.domain import Closure, External, Symbol
from reviewer.model.given_back import given_back_arguments
from reviewer.model.ruled_out import Given
from reviewer.model.shifted import of_parameter
from reviewer.model.solve import NO, NOTHING, YES, Answer, Equation, Key, answer, join
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


RUNS: Final = "runs"
"""Beside `yes`: the work of the promise goes on by itself, and need not be awaited to begin."""

PROMISE: Final = (YES, RUNS)


class Gives:
    """The equation of `model.promises.gives_promise`, and what follows from it for a call."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, m: int, function: int) -> Equation:
        """Whether calling a function gives a promise: `yes`, `runs`, `no`, as `yields` says it of a call."""
        module = self.model.link.body(m)
        if module.has(function, Flag.GENERATOR):
            return answer([NO])
        if module.has(function, Flag.ASYNC):
            return answer(PROMISE)
        found = NOTHING
        for value in self.model.link.returned(m, function):
            found = join(found, (yield from self._value_gives(m, function, value)))
        return found if found.items or found.open else answer([NO])

    def _given_parameter(self, module: Module, value: int, function: int) -> Generator[Key, Answer, int | None]:
        """Which parameter of a function is called for a value: by itself, or by a library that gives what it does."""
        index = _called_parameter(module, value, function)
        if index is not None or module.kind[value] != Kind.CALL:
            return index
        for callee in (yield self.model.calls.run(module.index, value)).items:
            for argument in (
                given_back_arguments(self.model, callee, module, value) if isinstance(callee, External) else ()
            ):
                own = _unwritten(module, argument, function)
                if own is not None:
                    return own
        return None

    def of_call(self, callee: Closure, module: Module | None = None, call: int = -1, *, only: bool = True) -> Equation:
        """`gives_promise` of a function for one call of it: what its parameters give there where it gives back what
        they do, `return callback(error)`. Without a call, for all that is known to be given to it. Where it is not the
        only one that the call may run, also what that does not come to.
        """
        gives = yield from self._given_there(callee, module if only else None, call)
        found = Answer(frozenset(item for item in gives.items if not isinstance(item, Symbol)), gives.open)
        for symbol in (item for item in gives.items if isinstance(item, Symbol)):
            found = join(found, (yield from self._of_argument(symbol, module, call)))
        return found

    def _given_there(self, callee: Closure, module: Module | None, call: int) -> Equation:
        """`gives_promise` of a function without what it does not come to for one call of it: a promise only where it is
        given no callback.
        """
        gives = yield self.model.promises.gives_promise(callee.module, callee.row)
        body = self.model.link.body(callee.module)
        if module is None or YES not in gives.items or body.has(callee.row, Flag.ASYNC):
            return gives
        returned = self.model.link.returned(callee.module, callee.row)
        values = [side for value in returned for side in _sides(body, value)]
        if not any(is_decided(body, value) for value in values):
            return gives
        given = Given(self.model, callee, module, call)
        found = NOTHING
        for value in values:
            if not (yield from given.rules_out(value)):
                found = join(found, (yield from self._value_gives(callee.module, callee.row, value)))
        return found if found.items or found.open else answer([NO])

    def _value_gives(self, m: int, function: int, value: int) -> Equation:
        """What a value that a function gives back is."""
        index = yield from self._given_parameter(self.model.link.body(m), value, function)
        if index is not None:
            return answer([Symbol(m, function, index)])
        return (yield self.model.promises.yields(m, value))

    def _of_argument(self, symbol: Symbol, module: Module | None, call: int) -> Equation:
        """What the function gives that is a parameter, where it is called."""
        if module is None or module.text(call) in self.model.libraries.applying_names:
            body = self.model.link.body(symbol.module)
            given = yield self.model.values.resolved(symbol.module, body.first[body.params(symbol.row)[symbol.index]])
        else:
            arguments = module.args(call)
            if any(module.kind[argument] == Kind.SPREAD for argument in arguments):
                return answer(open_because=["callee"])
            if symbol.index >= len(arguments):
                return answer([NO])
            given = yield self.model.values.resolved(module.index, arguments[symbol.index])
        found = Answer(frozenset(), given.open)
        for item in given.items:
            if isinstance(item, Closure):
                inner = yield self.model.promises.gives_promise(item.module, item.row)
                unknown = any(isinstance(each, Symbol) for each in inner.items)
                known = frozenset(each for each in inner.items if not isinstance(each, Symbol))
                found = join(found, Answer(known, inner.open | {"callee"} if unknown else inner.open))
            else:
                found = join(found, answer([NO]))
        return found


def _called_parameter(module: Module, row: int, function: int) -> int | None:
    """Which parameter of a function a call is made on, where nothing else is ever written to it."""
    return _unwritten(module, module.first[row] if module.kind[row] == Kind.CALL else -1, function)


def _unwritten(module: Module, row: int, function: int) -> int | None:
    """Which parameter of a function stands there, where nothing else is ever written to it."""
    own = of_parameter(module, row)
    if own is None or own[0] != function or len(module.writes(module.binding[row])) > 1:
        return None
    return own[1]


def _sides(module: Module, value: int) -> Iterator[int]:
    """The values of which an expression has one: the two sides of a condition."""
    if module.kind[value] == Kind.CONDITIONAL:
        for side in module.ops(value)[1:]:
            yield from _sides(module, side)
    else:
        yield value
