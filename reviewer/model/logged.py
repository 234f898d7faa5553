"""Logged: calls and functions whose promise rejects only with what has been written to a log before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External
from reviewer.model.within import rows_within
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.escapes import Escape
    from reviewer.model.model import Model

_WRITES: Final = "log.write"
_WORK: Final = (Kind.AWAIT, Kind.ASSIGN, Kind.UPDATE)
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
    return len(functions) == len(callees) and are_logged(model, functions, depth)


def are_logged(model: Model, functions: Sequence[Closure], depth: int = _CALLS) -> bool:
    """The same of all that rejects the promises of functions."""
    if depth <= 0 or not functions:
        return False
    escapes = [model.ask(model.promises.escapes(function.module, function.row)).items for function in functions]
    return any(escapes) and all(_is_told(model, escape, depth) for items in escapes for escape in items)


def _is_told(model: Model, escape: Escape, depth: int) -> bool:
    """Whether what leaves a function at a row was logged there, or in the function that is called there."""
    module = model.link.body(escape.module)
    if _is_in_logging_catch(model, module, escape.row):
        return True
    value = module.first[escape.row] if module.kind[escape.row] == Kind.AWAIT else escape.row
    if module.kind[value] == Kind.NEW:
        return _is_told_by_executor(model, module, value)
    return module.kind[value] == Kind.CALL and (
        _is_told_by_handler(model, module, value) or is_logged(model, escape.module, value, depth - 1)
    )


def _is_told_by_executor(model: Model, module: Module, new: int) -> bool:
    """Whether the executor of a promise always writes to a log, in the same block, before it rejects that."""
    executor = next(iter(module.args(new)), new)
    params = module.params(executor) if module.kind[executor] == Kind.FUNCTION else range(0)
    target = module.first[params[1]] if len(params) > 1 else -1
    if target < 0 or module.kind[target] != Kind.IDENT:
        return False
    refs = list(module.refs(module.binding[target]))
    calls = [module.parent[ref] for ref in refs if module.first[module.parent[ref]] == ref]
    return 0 < len(calls) == len(refs) and all(
        module.kind[call] == Kind.CALL
        and any(_writes(model, module, before, _DEPTH) for before in _calls_before(module, call))
        for call in calls
    )


def _calls_before(module: Module, call: int) -> list[int]:
    """The calls that are statements before one that is one, in its block."""
    statement = module.parent[call]
    block = module.parent[statement]
    if module.kind[statement] != Kind.EXPRESSION or module.kind[block] != Kind.BLOCK:
        return []
    before = [each for each in module.ops(block) if module.start[each] < module.start[statement]]
    return [module.first[each] for each in before if module.kind[module.first[each]] == Kind.CALL]


def _is_told_by_handler(model: Model, module: Module, call: int) -> bool:
    """Whether a call gives a method of the language a function for the rejection that logs it: `work().catch(tell)`."""
    arguments = module.args(call)
    for state in model.libraries.language(module.text(module.first[call])):
        index = (model.libraries.handles(state) or (None, True))[0]
        if index is None or index >= len(arguments):
            continue
        held = model.ask(model.values.resolved(module.index, arguments[index])).items
        functions = [item for item in held if isinstance(item, Closure)]
        if functions and all(_is_telling(model, function) for function in functions):
            return True
    return False


def _is_telling(model: Model, function: Closure) -> bool:
    """Whether a function always hands its first parameter to a log."""
    module = model.link.body(function.module)
    params = module.params(function.row)
    if not params or module.kind[module.first[params[0]]] != Kind.IDENT:
        return False
    calls = model.link.owned(function.module, Kind.CALL, function.row)
    body = module.first[function.row]
    always = [call for call in calls if module.kind[body] != Kind.BLOCK or module.region[call] in {body, function.row}]
    return _tells(model, module, module.first[params[0]], always)


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
    always = [call for call in rows_within(module, catch, Kind.CALL) if module.region[call] == catch]
    return _tells(model, module, error, always)


def _tells(model: Model, module: Module, error: int, calls: list[int]) -> bool:
    """Whether one of some calls hands to a log what the name of a failure holds."""
    refs = module.refs(module.binding[error])
    return any(
        any(module.owner[ref] == module.owner[call] and _is_handed(module, call, ref) for ref in refs)
        and _writes(model, module, call, _DEPTH)
        for call in calls
    )


def _is_handed(module: Module, call: int, ref: int) -> bool:
    """Whether a name stands in what a call is given."""
    return any(module.start[argument] <= module.start[ref] < module.end[argument] for argument in module.args(call))


def only_writes(model: Model, module: Module, call: int) -> bool:
    """Whether a call does nothing but to write to a log, or runs functions of the code that do: they wait for nothing
    and set nothing.
    """
    if not _writes(model, module, call, _DEPTH):
        return False
    functions = (item for item in model.ask(model.calls.callees(module.index, call)).items if isinstance(item, Closure))
    return not any(
        rows_within(model.link.body(function.module), function.row, kind) for function in functions for kind in _WORK
    )


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
