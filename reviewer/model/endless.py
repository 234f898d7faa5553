"""Endless: loops that a program stays in, and waits in between, for as long as it runs: the poll loop of a worker."""

from __future__ import annotations

from typing import Final

from reviewer.model.within import rows_within
from reviewer.source.module import Kind, Module

_LEAVING: Final = (Kind.BREAK, Kind.RETURN)


def endless(module: Module, row: int) -> int:
    """The innermost loop without an end around a row, within its function; -1 without one.

    Nothing but a failure leaves it, and it awaits something: `while (true) { await poll() }`.
    """
    at = row
    while module.kind[at] not in {Kind.FUNCTION, Kind.PROGRAM}:
        at = module.parent[at]
        if _is_always_true(module, at) and not _is_left(module, at) and _waits(module, at):
            return at
    return -1


def _is_always_true(module: Module, loop: int) -> bool:
    match module.kind[loop]:
        case Kind.WHILE:
            test = module.first[loop]
        case Kind.DO:
            test = module.op(loop, 1)
        case Kind.FOR:
            return module.kind[module.op(loop, 1)] == Kind.NONE
        case _:
            return False
    return module.kind[test] == Kind.TRUE or (module.kind[test] == Kind.NUMBER and module.text(test) == "1")


def _is_left(module: Module, loop: int) -> bool:
    """Whether a `break` or `return` stands in a loop. One that leaves a loop inside of it counts as well."""
    return any(rows_within(module, loop, kind) for kind in _LEAVING)


def _waits(module: Module, loop: int) -> bool:
    return bool(rows_within(module, loop, Kind.AWAIT))
