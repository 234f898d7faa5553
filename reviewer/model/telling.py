"""Telling: by what a function given to a library says that it is done, and where the library tells that it failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewer.model.domain import Closure, Spot
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries.facts import CallFact
    from reviewer.model.model import Model


def is_dropped(model: Model, fact: CallFact, function: Closure) -> bool:
    """Whether a library looks at no promise that a function gives: never, or because it calls `done` instead."""
    if fact.done < 0 or fact.promise == "dropped":
        return fact.promise in {"dropped", "returned"}
    module = model.link.body(function.module)
    params = module.params(function.row)
    # As `length` counts: up to the first with a default, and without the rest.
    counted = next((at for at, row in enumerate(params) if module.kind[module.first[row]] != Kind.IDENT), len(params))
    return counted > fact.done


def is_told(model: Model, module: Module, call: int, fact: CallFact) -> bool:
    """Whether listeners of what a call gives hear of what its function rejects with: `job.on('error', …)`."""
    return bool(fact.tells) and listening(model, module, call, fact.tells) is not None


def listening(model: Model, module: Module, call: int, event: str) -> Spot | None:
    """The call that registers a listener for an event of what a CALL or NEW gives: on that itself, on the variable that
    holds it, or on a member of `this` in the same class.
    """
    for row in (call, *_held(module, call)):
        found = _listens(model, module, row, event)
        if found >= 0:
            return Spot(module.index, found)
    return None


def _held(module: Module, call: int) -> Sequence[int]:
    """The reads of the variable, or of the member of `this`, to which the result of a call is given."""
    parent = module.parent[call]
    while module.kind[parent] in {Kind.LOGICAL, Kind.CONDITIONAL}:
        call, parent = parent, module.parent[parent]
    if module.kind[parent] not in {Kind.DECLARATOR, Kind.ASSIGN} or module.op(parent, 1) != call:
        return ()
    target = module.first[parent]
    if module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
        return module.refs(module.binding[target])
    if module.kind[target] == Kind.MEMBER and module.kind[module.first[target]] == Kind.THIS:
        reads = module.surface.reads.get(module.text(target), ())
        return [row for row in reads if module.kind[module.first[row]] == Kind.THIS]
    return ()


def _listens(model: Model, module: Module, emitter: int, event: str) -> int:
    """The CALL that registers a listener on what stands at a row; -1 where none does."""
    member = module.parent[emitter]
    call = module.parent[member]
    if module.kind[member] != Kind.MEMBER or module.first[member] != emitter or module.kind[call] != Kind.CALL:
        return -1
    arguments = module.args(call)
    if module.first[call] != member or not model.libraries.emitter_method(module.text(member)):
        return -1
    if len(arguments) > 1 and event in model.texts(module, arguments[0]):
        return call
    return _listens(model, module, call, event)  # `worker.on('message', …).on('error', …)`
