"""Checks: functions that fail only where a check of their own throws, not because of what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.callbacks import Callback
    from reviewer.model.model import Model

_OWN: Final = "throw"
_THROWN: Final = frozenset({_OWN, "call"})
_DEPTH: Final = 4
"""Over so many calls it is followed where a failure comes from."""


def only_checks(model: Model, function: Closure, depth: int = _DEPTH) -> bool:
    """Whether every way in which a function's promise is known to reject begins with a `throw` of the code's own:
    `if (!this.config) throw …`, which happens where something else is wrong already. False where nothing is known to
    reject it, or where it waits for what may fail by itself: a library's promise, or what nobody knows.
    """
    module = model.link.body(function.module)
    escapes = model.ask(model.promises.escapes(function.module, function.row)).items
    for escape in escapes:
        if escape.how in _THROWN:
            continue
        call = module.first[escape.row] if escape.how == "await" else escape.row
        if not depth or not escape.certain or module.kind[call] != Kind.CALL:
            return False
        callees = model.ask(model.calls.run(function.module, call)).items
        if not callees or not all(
            isinstance(item, Closure) and only_checks(model, item, depth - 1) for item in callees
        ):
            return False
    return bool(escapes)


def fails_by_checks(callback: Callback, model: Model) -> bool:
    """The same of all functions of a callback; not where one of them throws itself, which somebody has meant."""
    return all(
        only_checks(model, function)
        and not any(
            escape.how == _OWN for escape in model.ask(model.promises.escapes(function.module, function.row)).items
        )
        for function in callback.functions
    )
