"""Checks: functions that fail only where a check of their own throws, not because of what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure
from reviewer.model.paths import Truth, conditions
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.callback import Callback
    from reviewer.model.escapes import Escape
    from reviewer.model.model import Model

_OWN: Final = "throw"
_THROWN: Final = frozenset({_OWN, "call"})
_LOOKED_AT: Final = 50
"""So many functions are followed at most to where a failure comes from."""


def only_checks(model: Model, function: Closure) -> bool:
    """Whether every way in which a function's promise is known to reject begins with a `throw` of the code's own:
    `if (!this.config) throw …`, which happens where something else is wrong already. False where nothing is known to
    reject it, or where it waits for what may fail by itself, such as a library's promise.
    """
    pending = [function]
    seen = {function}
    while pending:
        at = pending.pop()
        module = model.link.body(at.module)
        escapes = model.ask(model.promises.escapes(at.module, at.row)).items
        if not escapes or len(seen) > _LOOKED_AT:
            return False
        for escape in escapes:
            if escape.how in _THROWN or not escape.certain:
                continue
            call = module.first[escape.row] if escape.how == "await" else escape.row
            if module.kind[call] != Kind.CALL:
                return False
            callees = model.ask(model.calls.run(at.module, call)).items
            known = {item for item in callees if isinstance(item, Closure)}
            if not known or len(known) < len(callees):
                return False
            pending += known - seen
            seen |= known
    return True


def waits_for_checks(model: Model, escape: Escape) -> bool:
    """Whether a row that lets a failure out waits for functions that fail only by checks of their own: what else the
    function waits for fails more likely.
    """
    module = model.link.body(escape.module)
    call = module.first[escape.row] if escape.how == "await" else escape.row
    if escape.how in _THROWN or module.kind[call] != Kind.CALL:
        return False
    callees = model.ask(model.calls.run(escape.module, call)).items
    return bool(callees) and all(isinstance(item, Closure) and only_checks(model, item) for item in callees)


def fails_by_checks(callback: Callback, model: Model) -> bool:
    """The same of all functions of a callback; not where one of them throws itself, which somebody has meant."""
    return all(
        only_checks(model, function)
        and not any(
            escape.how == _OWN for escape in model.ask(model.promises.escapes(function.module, function.row)).items
        )
        for function in callback.functions
    )


def is_checked_state(model: Model, function: Closure) -> bool:
    """Whether a function fails only in calls that are given nothing and throw by a check of their own, `settings()`:
    that depends on what the program holds, such as what it has read while it started, not on what the function gets.
    """
    module = model.link.body(function.module)
    escapes = model.ask(model.promises.escapes(function.module, function.row)).items
    return bool(escapes) and all(escape.how == "call" and not module.args(escape.row) for escape in escapes)


def is_after_failure(module: Module, row: int) -> bool:
    """Whether a row runs only where a callback was told of a failure, by its first parameter: `if (error) …`."""
    function = module.owner[row]
    params = module.params(function) if function else ()
    told = module.first[params[0]] if params else -1
    if told < 0 or module.kind[told] != Kind.IDENT or module.kind[module.parent[function]] != Kind.CALL:
        return False
    return any(
        truth == Truth.TRUE and module.kind[asked] == Kind.IDENT and module.binding[asked] == module.binding[told]
        for asked, truth in conditions(module, row)
    )
