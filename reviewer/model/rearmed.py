"""Rearmed timers: those that run once and are set anew by what runs then, `setTimeout(() => work().finally(again))`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Spot
from reviewer.model.endless import is_lowered_by_others
from reviewer.model.paths import conditions
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_AFTERWARDS: Final = frozenset({"then", "finally"})
_LOOPS: Final = frozenset({Kind.DO, Kind.FOR, Kind.FOR_IN, Kind.FOR_OF, Kind.WHILE})
_BETWEEN: Final = 2
"""So many functions may lie between that of a timer and the one that sets it."""


def rearmed(model: Model) -> Iterator[tuple[Spot, tuple[Closure, ...]]]:
    """The CALL rows that set a timer which is set again whenever it ran, with the functions that run then. What is set
    again where something failed, or is not there yet, ends when that is mended.
    """
    for m, surface in enumerate(model.link.surfaces):
        for name in model.libraries.once_timers.intersection(surface.calls):
            for call in surface.calls[name]:
                functions = tuple(_functions(model, m, call))
                if functions:
                    yield Spot(m, call), functions


def _functions(model: Model, m: int, call: int) -> Iterator[Closure]:
    module = model.link.body(m)
    around = _around(module, call)
    arguments = module.args(call)[:1]
    if around <= 0 or not arguments:
        return
    found = model.ask(model.values.resolved(m, arguments[0]))
    for item in sorted((item for item in found.items if isinstance(item, Closure)), key=lambda at: (at.module, at.row)):
        if _leads_to(model, item, Closure(m, around), _BETWEEN):
            yield item


def _around(module: Module, row: int) -> int:
    """The function that gets to a row whenever it runs, at once or after what it waits for; -1 where it need not."""
    at = row
    while True:
        tests = [test for test, _ in conditions(module, at) if module.kind[module.parent[test]] not in _LOOPS]
        if not all(_is_until_stopped(module, test) for test in tests) or _is_of_failure(module, at):
            return -1
        function = module.owner[at]
        call = module.parent[function] if function else 0
        if module.kind[call] != Kind.CALL or module.text(call) not in _AFTERWARDS or module.args(call)[0] != function:
            return function
        at = call


def _is_until_stopped(module: Module, test: int) -> bool:
    """Whether a test is the last thing that its function does, and asks a flag that others lower: what comes after one
    that is still to be raised is done only then.
    """
    branch = module.parent[test]
    block = module.parent[branch]
    is_last = module.kind[branch] == Kind.IF and module.kind[module.parent[block]] == Kind.FUNCTION
    return is_last and module.ops(block)[-1] == branch and is_lowered_by_others(module, branch, test)


def _is_of_failure(module: Module, row: int) -> bool:
    function = module.owner[row]
    while row != function:
        row = module.parent[row]
        if module.kind[row] == Kind.CATCH:
            return True
    return False


def _leads_to(model: Model, function: Closure, wanted: Closure, between: int) -> bool:
    """Whether a function is another one, or calls it whenever it runs."""
    if function == wanted:
        return True
    if not between:
        return False
    module = model.link.body(function.module)
    for row in module.descend(function.row):
        if module.kind[row] == Kind.CALL and _around(module, row) == function.row:
            called = model.ask(model.calls.callees(function.module, row)).items
            if any(isinstance(item, Closure) and _leads_to(model, item, wanted, between - 1) for item in called):
                return True
    return False
