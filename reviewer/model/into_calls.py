"""Into calls: where a function goes that is passed to a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import ClassValue, Closure, External
from reviewer.model.looked_up import is_put
from reviewer.model.members import own_constructor
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.model.use import HELD, Use
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class IntoCalls:
    """The part of `model.uses.flow` that follows arguments, for the function or class at (fm, fr)."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def argument(self, module: Module, call: int, row: int, fm: int, fr: int) -> Equation:
        """The function is passed to a call."""
        index = module.position(row) - 1
        callees = yield self.model.calls.callees(module.index, call)
        because = (HELD,) if is_put(self.model, callees, index) else ()
        found = Answer(frozenset(), frozenset({*because, *(("escapes",) if callees.open else ())}))
        for callee in callees.items:
            if isinstance(callee, Closure):
                found = join(found, (yield from self._into_parameter(callee, index, fm, fr)))
            elif isinstance(callee, External):
                if index and self._runs_receiver(callee):
                    found = join(found, (yield from self._into_receiver(module, call, index - 1, fm, fr)))
                    continue
                found = join(found, answer([Use("argument", module.index, call, index)]))
                if self.model.libraries.returns_argument(
                    callee.state, index
                ) or index in self.model.libraries.promisified(callee.state):
                    found = join(found, (yield self.model.uses.flow(module.index, call, fm, fr)))
            elif isinstance(callee, ClassValue):
                body = self.model.link.body(callee.module)
                constructor = own_constructor(body, callee.row)
                if constructor >= 0:
                    found = join(
                        found, (yield from self._into_parameter(Closure(callee.module, constructor), index, fm, fr))
                    )
            else:
                found = join(found, answer(open_because=["escapes"]))
        return found

    def _runs_receiver(self, callee: External) -> bool:
        """Whether a call runs what it is called on, with its arguments but the first: `run.call(this, function)`."""
        return any((place, how) == ("receiver", "call") for place, _, how in self.model.libraries.runs(callee.state))

    def _into_receiver(self, module: Module, call: int, index: int, fm: int, fr: int) -> Equation:
        receivers = yield self.model.values.resolved(module.index, module.first[module.first[call]])
        found = answer(open_because=["escapes"]) if receivers.open else NOTHING
        for item in receivers.items:
            if isinstance(item, Closure):
                found = join(found, (yield from self._into_parameter(item, index, fm, fr)))
            else:
                found = join(found, answer(open_because=["escapes"]))
        return found

    def _into_parameter(self, callee: Closure, index: int, fm: int, fr: int) -> Equation:
        body = self.model.link.body(callee.module)
        params = body.params(callee.row)
        if params and index >= len(params) - 1 and body.kind[body.first[params[-1]]] == Kind.REST:
            return answer(open_because=["escapes", HELD])
        if index >= len(params):
            return NOTHING
        target = body.first[params[index]]
        if body.kind[target] == Kind.DEFAULT:
            target = body.first[target]
        if body.kind[target] == Kind.IDENT and body.binding[target] >= 0:
            return (yield self.model.uses.binding(callee.module, body.binding[target], fm, fr))
        return answer(open_because=["escapes"])
