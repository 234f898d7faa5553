"""Logged: calls whose promise rejects only with what has been written to a log before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External
from reviewer.model.within import rows_within
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.escapes import Escape
    from reviewer.model.model import Model

_WRITES: Final = "log.write"
_CALLS: Final = 4
"""How many calls lie at most between a call and the `catch` that logs."""
_DEPTH: Final = 2
"""How many functions of the code lie at most between what a `catch` calls and the library that writes the log."""


def is_logged(model: Model, m: int, call: int, depth: int = _CALLS) -> bool:
    """Whether all that rejects the promise of a call has passed a `catch` that logs it: what it runs catches the
    failure, says so and throws it again, or hands on the promise of what does.
    """
    callees = model.ask(model.calls.callees(m, call)).items
    functions = [item for item in callees if isinstance(item, Closure)]
    if depth <= 0 or not functions or len(functions) < len(callees):
        return False
    escapes = [model.ask(model.promises.escapes(function.module, function.row)).items for function in functions]
    return any(escapes) and all(_is_told(model, escape, depth) for items in escapes for escape in items)


def _is_told(model: Model, escape: Escape, depth: int) -> bool:
    """Whether what leaves a function at a row was logged there, or in the function that is called there."""
    module = model.link.body(escape.module)
    if _is_in_logging_catch(model, module, escape.row):
        return True
    value = module.first[escape.row] if module.kind[escape.row] == Kind.AWAIT else escape.row
    return module.kind[value] == Kind.CALL and is_logged(model, escape.module, value, depth - 1)


def _is_in_logging_catch(model: Model, module: Module, row: int) -> bool:
    """Whether a row stands in a `catch` of its function that always hands its failure to a log."""
    at = module.region[row]
    while module.kind[at] not in {Kind.FUNCTION, Kind.PROGRAM}:
        if module.kind[at] == Kind.CATCH and _logs(model, module, at):
            return True
        at = module.region[at]
    return False


def _logs(model: Model, module: Module, catch: int) -> bool:
    error = module.first[catch]
    if module.kind[error] != Kind.IDENT:
        return False
    told = [ref for ref in module.refs(module.binding[error]) if module.owner[ref] == module.owner[catch]]
    return any(
        module.region[call] == catch
        and any(_is_handed(module, call, ref) for ref in told)
        and _writes(model, module, call, _DEPTH)
        for call in rows_within(module, catch, Kind.CALL)
    )


def _is_handed(module: Module, call: int, ref: int) -> bool:
    """Whether a name stands in what a call is given."""
    return any(module.start[argument] <= module.start[ref] < module.end[argument] for argument in module.args(call))


def _writes(model: Model, module: Module, call: int, depth: int) -> bool:
    """Whether a call writes to a log, or runs a function that does."""
    callees = model.ask(model.calls.callees(module.index, call)).items
    if any(isinstance(item, External) for item in callees) and model.sites.plays(_WRITES, module, call):
        return True
    return depth > 0 and any(
        _writes(model, model.link.body(item.module), inner, depth - 1)
        for item in callees
        if isinstance(item, Closure)
        for inner in model.link.owned(item.module, Kind.CALL, item.row)
    )
