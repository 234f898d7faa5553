"""Telling: by what a function given to a library says that it is done, and where the library tells that it failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewer.model.domain import Closure
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
    return bool(fact.tells) and any(_listens(model, module, row, fact.tells) for row in (call, *_held(module, call)))


def _held(module: Module, call: int) -> Sequence[int]:
    """The reads of the variable to which the result of a call is given."""
    parent = module.parent[call]
    if module.kind[parent] not in {Kind.DECLARATOR, Kind.ASSIGN} or module.op(parent, 1) != call:
        return ()
    target = module.first[parent]
    is_name = module.kind[target] == Kind.IDENT and module.binding[target] >= 0
    return module.refs(module.binding[target]) if is_name else ()


def _listens(model: Model, module: Module, emitter: int, event: str) -> bool:
    """Whether a listener is registered on what stands at a row."""
    member = module.parent[emitter]
    call = module.parent[member]
    if module.kind[member] != Kind.MEMBER or module.first[member] != emitter or module.kind[call] != Kind.CALL:
        return False
    arguments = module.args(call)
    return (
        module.first[call] == member
        and bool(model.libraries.emitter_method(module.text(member)))
        and len(arguments) > 1
        and event in model.texts(module, arguments[0])
    )
