"""Endless: loops that a program stays in, and waits in between, for as long as it runs: the poll loop of a worker."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External
from reviewer.model.within import rows_within
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.solve import Answer, Key

_ROLE: Final = "event.endless"
_FLAGS: Final = frozenset({Kind.TRUE, Kind.FALSE})
_LEAVING: Final = (Kind.BREAK, Kind.RETURN)


def endless(module: Module, row: int) -> int:
    """The innermost loop without an end around a row, within its function; -1 without one.

    It awaits something, and nothing but a failure leaves it, or a flag that others lower: `while (true) { … }`,
    `while (running) { … }`.
    """
    at = row
    while module.kind[at] not in {Kind.FUNCTION, Kind.PROGRAM}:
        at = module.parent[at]
        if _is_always_true(module, at) and not _is_left(module, at) and _waits(module, at):
            return at
    return -1


def staying(model: Model, m: int, row: int) -> Generator[Key, Answer, int]:
    """The loop around a row, within its function, in which a program stays: one without an end, or over what gives one
    message after the other; -1 without one.
    """
    module = model.link.body(m)
    loop = endless(module, row)
    for given in _awaited_loops(module, row) if loop < 0 else ():
        over = yield model.values.resolved(m, module.op(given, 1))
        if any(isinstance(item, External) and model.libraries.has_role(item.state, _ROLE, None) for item in over.items):
            return given
    return loop


def _awaited_loops(module: Module, row: int) -> Iterator[int]:
    """The loops around a row, within its function, that wait for each value: `for await`; outermost last."""
    at = row
    while module.kind[at] not in {Kind.FUNCTION, Kind.PROGRAM}:
        parent = module.parent[at]
        if module.has(parent, Flag.AWAITED) and module.kind[parent] == Kind.FOR_OF and module.op(parent, 2) == at:
            yield parent
        at = parent


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
    is_true = module.kind[test] == Kind.TRUE or (module.kind[test] == Kind.NUMBER and module.text(test) == "1")
    return is_true or is_lowered_by_others(module, loop, test)


def is_lowered_by_others(module: Module, loop: int, test: int) -> bool:
    """Whether a condition asks a flag, which is only ever true or false, and that changes in other functions only."""
    asked = module.first[test] if module.kind[test] == Kind.UNARY and module.text(test) == "!" else test
    writes: Sequence[int] = ()
    if module.kind[asked] == Kind.IDENT and module.binding[asked] >= 0:
        writes = module.writes(module.binding[asked])
    elif module.kind[asked] == Kind.MEMBER:
        writes = module.surface.writes.get(module.text(asked), ())
    assigned = [row for row in writes if module.kind[module.parent[row]] == Kind.ASSIGN]
    if any(module.kind[module.op(module.parent[row], 1)] not in _FLAGS for row in assigned):
        return False
    function = module.owner[loop]
    return any(module.owner[row] != function for row in assigned) and not any(
        module.start[loop] <= module.start[row] < module.end[loop] for row in assigned
    )


def _is_left(module: Module, loop: int) -> bool:
    """Whether a `break` or `return` stands in a loop. One that leaves a loop inside of it counts as well."""
    return any(rows_within(module, loop, kind) for kind in _LEAVING)


def _waits(module: Module, loop: int) -> bool:
    return bool(rows_within(module, loop, Kind.AWAIT))
