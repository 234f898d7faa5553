"""Fulfilled: the expressions that a function gives to one that it gets, as the executor of a promise does."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External, Spot
from reviewer.model.solve import Answer, Key
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.flows import ValueFlow
    from reviewer.model.model import Model

_FUNCTIONS: Final = 12
"""So many functions are looked at through which `resolve` goes, from one to the next."""


def fulfilled(model: Model, module: Module, new: int) -> Generator[Key, Answer, list[Spot]]:
    """What the promise that a NEW row makes is fulfilled with: `x` in `new Promise((resolve) => resolve(x))`."""
    found: list[Spot] = []
    callees = yield model.values.resolved(module.index, module.first[new])
    for callee in callees.items:
        for flow in model.libraries.passed_flows(callee.state) if isinstance(callee, External) else ():
            found += yield from _passed(model, module, new, flow)
    return found


def _passed(model: Model, module: Module, new: int, flow: ValueFlow) -> Generator[Key, Answer, list[Spot]]:
    arguments = module.args(new)
    if len(arguments) <= flow.at or any(module.kind[row] == Kind.SPREAD for row in arguments[: flow.at + 1]):
        return []
    index, argument = flow.inner
    executors = yield model.values.resolved(module.index, arguments[flow.at])
    pending = [(item, index) for item in executors.items if isinstance(item, Closure)]
    looked_at = set(pending)
    found: set[Spot] = set()
    while pending and len(looked_at) <= _FUNCTIONS:
        function, at = pending.pop()
        body = model.link.body(function.module)
        for call, position in _taking(body, function.row, at):
            given = body.args(call)
            if position < 0:
                found.update(Spot(body.index, row) for row in given[argument : argument + 1])
                continue
            callees = yield model.calls.callees(body.index, call)
            after = {(item, position) for item in callees.items if isinstance(item, Closure)}
            pending += sorted(after - looked_at)
            looked_at |= after
    return sorted(found)


def _taking(body: Module, function: int, index: int) -> list[tuple[int, int]]:
    """The calls of what a function gets as a parameter, with -1, and those that are given it, with its position."""
    params = body.params(function)
    target = body.first[params[index]] if index < len(params) else -1
    if target < 0 or body.kind[target] != Kind.IDENT or body.binding[target] < 0:
        return []
    calls = [(body.parent[ref], ref) for ref in body.refs(body.binding[target])]
    return [(call, body.position(ref) - 1) for call, ref in calls if body.kind[call] == Kind.CALL]
