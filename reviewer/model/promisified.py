"""Promisified: functions that take a callback, and were made to give a promise."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Adapted, Closure, Constant
from reviewer.model.solve import Answer, Key

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NOTHING: Final = frozenset({"null", "undefined"})


def tells_of_failures(model: Model, adapted: Adapted) -> Generator[Key, Answer, bool]:
    """Whether a function of the repository tells the callback, its last parameter, that something failed: the promise
    rejects with the first argument, where that is anything (Node.js, `util.promisify`).
    """
    function = adapted.value
    if not isinstance(function, Closure):
        return False
    last = len(model.link.body(function.module).params(function.row)) - 1
    told = yield model.calls.passed(function.module, function.row, last, 0)
    return any(not (isinstance(item, Constant) and item.kind in _NOTHING) for item in told.items)
