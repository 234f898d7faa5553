"""Heard: promises whose rejection the function that gives them back has handled itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.bounds import values_written
from reviewer.model.domain import Closure
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_DEPTH: Final = 3
_DATA: Final = frozenset({Kind.NONE, Kind.NULL, Kind.UNDEFINED, Kind.FALSE, Kind.TRUE, Kind.STRING, Kind.NUMBER})


def is_heard(model: Model, m: int, call: int, depth: int = _DEPTH) -> bool:
    """Whether nobody need handle the promise of a call: what it runs does so with the very promise that it gives back,
    `promise.then(done, failed); return promise`, as functions do that take a callback and give a promise as well.
    """
    callees = model.ask(model.calls.callees(m, call))
    functions = [item for item in callees.items if isinstance(item, Closure)]
    return (
        bool(functions)
        and len(functions) == len(callees.items)
        and all(_hears(model, each, depth) for each in functions)
    )


def _hears(model: Model, function: Closure, depth: int) -> bool:
    module = model.link.body(function.module)
    if module.has(function.row, Flag.ASYNC):
        return False  # gives another promise than the one that it returns
    values = [row for row in model.link.returned(function.module, function.row) if module.kind[row] not in _DATA]
    return bool(values) and all(_is_handled(model, module, row, depth) for row in values)


def _is_handled(model: Model, module: Module, row: int, depth: int) -> bool:
    if module.kind[row] == Kind.CALL:
        return depth > 0 and is_heard(model, module.index, row, depth - 1)
    if module.kind[row] != Kind.IDENT or module.binding[row] < 0:
        return False
    if any(handles(model, module, ref) for ref in module.refs(module.binding[row])):
        return True
    written = values_written(module, row)
    return len(written) == 1 and module.kind[written[0]] == Kind.CALL and _is_handled(model, module, written[0], depth)


def handles(model: Model, module: Module, ref: int) -> bool:
    """Whether a function for the rejection is given to a method of the language that is called on a value."""
    member = module.parent[ref]
    call = module.parent[member]
    if module.kind[member] != Kind.MEMBER or module.kind[call] != Kind.CALL or module.first[call] != member:
        return False
    for state in model.libraries.language(module.text(member)):
        index = (model.libraries.handles(state) or (None, True))[0]
        if index is not None and index < len(module.args(call)):
            return True
    return False
