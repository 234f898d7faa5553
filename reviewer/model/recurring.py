"""Recurring: work that a timer does again and again, so that a turn that failed is made up for by the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.domain import Spot
    from reviewer.model.model import Model

_TIMER: Final = "timer"


def is_recurring(model: Model, call: Spot) -> bool:
    """Whether a timer runs again and again all that a call is known to run, and who hears of a rejection says so."""
    known = [item for item in model.ask(model.calls.callees(*call)).items if isinstance(item, Closure)]
    repeated = {
        function
        for entry in model.entries.all()
        if entry.kind == _TIMER and not entry.is_once
        for function in entry.functions
    }
    if not known or not repeated.issuperset(known) or any(_raises_flag(model, function) for function in known):
        return False
    return model.unhandled.is_said(*call)


def _raises_flag(model: Model, function: Closure) -> bool:
    """Whether a function says that its work is under way before it waits: when that fails, it is said for ever."""
    module = model.link.body(function.module)
    waits = [module.start[row] for row in model.link.owned(function.module, Kind.AWAIT, function.row)]
    return bool(waits) and any(
        module.kind[module.op(row, 1)] == Kind.TRUE and module.start[row] < waits[-1]
        for row in model.link.owned(function.module, Kind.ASSIGN, function.row)
    )
