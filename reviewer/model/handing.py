"""Handing over: which calls give a function to the parameter that is called in the end."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import ClassValue, Closure, Spot, Typed
from reviewer.model.function_places import places_of, run_in
from reviewer.model.members import own_constructor
from reviewer.model.shifted import assigned, of_parameter, only_value
from reviewer.model.solve import NOTHING, Answer, Equation, Key, Question, answer, join
from reviewer.model.use import Use
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.ways_in import WaysIn

_UNSEEN: Final = "calls"
_DECLARED: Final = "annotation"
_CALLING: Final = frozenset({Kind.CALL, Kind.NEW})
_NESTED: Final = 6


class Handing:
    """`of` a use of a function: the calls because of which it stands there."""

    def __init__(self, model: Model, ways: WaysIn) -> None:
        self.model = model
        self._ways = ways
        self._question = Question("given to a parameter", 2, self._given_over)

    def of(self, use: Use, function: Closure) -> Generator[Key, Answer, Answer | None]:
        """Where a call runs a parameter, or hands it on to a library: the calls that give this very function to it, so
        that a helper which takes functions does not mix those who call it. Of a wrapper, `(handler) => (req, res) =>
        handler(req, res)`, it is where that goes which the call gives. None where the parameter is not known so well.
        """
        module = self.model.link.body(use.module)
        row = module.first[use.row] if use.kind == "call" else module.args(use.row)[use.index]
        parameter = yield from self._parameter(module, row, function)
        inner = self._inner(module, module.owner[use.row], parameter[0]) if parameter is not None else None
        if parameter is None or inner is None:
            return None
        taking, indices = parameter
        found = NOTHING
        if inner == taking:
            for index in indices:
                found = join(found, (yield self._question(use.module, taking, index, function.module, function.row)))
            return found if found.items and _UNSEEN not in found.open else None
        calls = yield from self._giving(use.module, taking, indices, function)
        for call, _ in calls or ():
            goes = yield self.model.uses.flow(call.module, call.row, use.module, inner)
            found = join(found, answer(open_because=goes.open))
            for each in goes.items:
                is_sure = each.kind == "call" or self._ways.given_at(each)
                found = join(found, answer([each]) if is_sure else (yield from self._ways.library.given(each)))
        return found if found.items else None

    def _given_over(self, m: int, called: int, index: int, fm: int, fr: int) -> Equation:
        """The calls that give the function at (fm, fr) as that parameter of a function, and do not themselves only pass
        on what they are given.
        """
        calls = yield from self._giving(m, called, (index,), Closure(fm, fr))
        if calls is None:
            return answer(open_because=[_UNSEEN])
        found = NOTHING
        for call, row in calls:
            body = self.model.link.body(call.module)
            passed = yield from self._parameter(body, row, Closure(fm, fr))
            if passed is not None and self._inner(body, body.owner[call.row], passed[0]) == passed[0]:
                for at in passed[1]:
                    found = join(found, (yield self._question(call.module, passed[0], at, fm, fr)))
            else:
                found = join(found, answer([Use("call", call.module, call.row)]))
        return found

    def _giving(
        self, m: int, called: int, indices: tuple[int, ...], function: Closure
    ) -> Generator[Key, Answer, list[tuple[Use, int]] | None]:
        """The calls of a function that give it this function as one of some parameters, with the argument; None where
        not all of them are seen.
        """
        written = yield from self._giving_itself(Closure(m, called), indices, function)
        if written is not None:
            return written
        uses = yield self.model.uses.of(m, called)
        if uses.open:
            return None
        found = []
        for call in sorted(uses.items, key=lambda use: (use.module, use.row)):
            body = self.model.link.body(call.module)
            arguments = body.args(call.row)
            if call.kind != "call" or any(body.kind[each] == Kind.SPREAD for each in arguments):
                return None
            places = (index + max(call.index, 0) for index in indices)
            for argument in (arguments[at] for at in places if at < len(arguments)):
                given = yield self.model.values.resolved(call.module, argument)
                if as_value(self.model, function) in given.items:
                    found.append((call, argument))
        return found

    def _giving_itself(
        self, called: Closure, indices: tuple[int, ...], function: Closure
    ) -> Generator[Key, Answer, list[tuple[Use, int]] | None]:
        """The calls that give a function which is only written as an argument, or named as one where it is written:
        nobody else has it. None where it goes further, or the call runs something else as well.
        """
        body = self.model.link.body(function.module)
        found = []
        for row in places_of(body, function.row):
            call = body.parent[row]
            if body.kind[call] not in _CALLING or body.first[call] == row:
                return None
            callees = yield self.model.calls.callees(function.module, call)
            # What a field is declared to hold is no more than what is known to be written to it.
            run = {item for item in callees.items if not isinstance(item, Typed)}
            if callees.open - {_DECLARED} or run != {as_value(self.model, called)}:
                return None
            arguments = body.args(call)
            if any(body.kind[each] == Kind.SPREAD for each in arguments):
                return None
            if arguments.index(row) in indices:
                found.append((Use("call", function.module, call), row))
        return found or None

    def _parameter(
        self, module: Module, row: int, function: Closure
    ) -> Generator[Key, Answer, tuple[int, tuple[int, ...]] | None]:
        """The function whose parameter a name is, and which one, where nothing else that is written to it is known to
        be this function; also others that are written to it, as where one before it is left out: `if (typeof options
        === 'function') callback = options`.
        """
        binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
        if binding < 0:
            return None
        if module.binding_kind[binding] != BindingKind.PARAM:
            value = only_value(module, binding)
            return (yield from self._parameter(module, value, function)) if value is not None else None
        found: list[tuple[int, int]] = []
        for target in module.writes(binding):
            is_declared = module.kind[module.parent[target]] == Kind.PARAM
            own = of_parameter(module, target if is_declared else assigned(module, target))
            if own is not None:
                found.append(own)
                continue
            written = yield from self.model.values.close((yield self.model.values.target(module.index, target)))
            if as_value(self.model, function) in written.items:
                return None
        taking = found[0][0] if found else -1
        return (taking, tuple(at for _, at in found)) if all(each[0] == taking for each in found) and found else None

    def _inner(self, module: Module, function: int, wrapper: int, passed: frozenset[int] = frozenset()) -> int | None:
        """The function inside a wrapper that the wrapper gives back, or the wrapper itself where what is inside runs
        because it does; None where neither is sure.
        """
        if function == wrapper or (module.owner[function] == wrapper and self._is_returned(module, function, wrapper)):
            return function
        running = None if self._ways.registered(Spot(module.index, function)) else run_in(module, function)
        if not running or len(passed) > _NESTED:
            return None
        found = {self._inner(module, each, wrapper, passed | {function}) for each in running - passed}
        return found.pop() if len(found) == 1 else None

    def _is_returned(self, module: Module, function: int, wrapper: int) -> bool:
        """Whether a function gives back another one that is written in it, or the name of it."""
        here = Spot(module.index, function)
        returned = self.model.link.returned(module.index, wrapper)
        return any(row == function or self.model.names.of(module.index, row) == here for row in returned)


def as_value(model: Model, function: Closure) -> Closure | ClassValue:
    """What stands for a function where it is given to somebody: a constructor is given as its class."""
    module = model.link.body(function.module)
    member = module.parent[function.row]
    class_ = module.parent[member]
    is_constructor = module.kind[class_] == Kind.CLASS and own_constructor(module, class_) == function.row
    return ClassValue(function.module, class_) if is_constructor else function
