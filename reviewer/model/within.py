"""Within: the rows of a kind that stand inside of another one, and the class around a row."""

from __future__ import annotations

from reviewer.source.module import Kind, Module


def rows_within(module: Module, around: int, kind: int) -> list[int]:
    """The rows of a kind below `around`, ascending, that belong to the same function: what runs when it does."""
    start, end, owner = module.start[around], module.end[around], module.owner[around]
    wanted = bytes((kind,))
    found = []
    at = module.kind.find(wanted, around + 1)
    while at >= 0:
        if module.owner[at] == owner and start <= module.start[at] < end:
            found.append(at)
        at = module.kind.find(wanted, at + 1)
    return found


def class_around(module: Module, row: int) -> int:
    """The class in which a row stands, whose `this` that is unless a function has its own; -1 for none."""
    return next((at for at in module.ancestors(row) if module.kind[at] == Kind.CLASS), -1)
