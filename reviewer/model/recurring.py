"""Recurring: work that a timer does again and again, so that a turn that failed is made up for by the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure

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
    return bool(known) and repeated.issuperset(known) and model.unhandled.is_said(*call)
