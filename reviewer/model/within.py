"""Within: the rows of a kind that stand inside of another one."""

from __future__ import annotations

from reviewer.source.module import Module


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
