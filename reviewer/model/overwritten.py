"""Overwritten: what is proved of a value by a branch that would have written another one over it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from reviewer.model.guards import Subject
from reviewer.model.paths import before
from reviewer.model.proofs import proved_by
from reviewer.model.solve import Answer, Key
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


def left_by_branches(model: Model, module: Module, row: int, target: int) -> Generator[Key, Answer, tuple[str, ...]]:
    """What holds of a value that was written at a target where an IDENT row still reads it: `if (!LIST.includes(order))
    order = 'id'` leaves what is on the list.
    """
    binding = module.binding[row]
    if len(module.writes(binding)) < 2:
        return ()
    barriers: set[str] = set()
    for test, is_taken in _branches(module, binding):
        is_between = module.start[target] < module.start[test] < module.start[row]
        if is_between and before(module, test, row) == "yes":
            subject = Subject(binding)
            barriers.update((yield from proved_by(model, module, test, subject, holds=not is_taken)))
    return tuple(sorted(barriers))


def _branches(module: Module, binding: int) -> Iterator[tuple[int, bool]]:
    """The conditions of the IF statements that write to a variable, and the truth for which they do."""
    for target in module.writes(binding):
        assign = module.parent[target]
        statement = module.parent[assign]
        is_plain = module.kind[assign] == Kind.ASSIGN and module.text(assign) == "="
        if not is_plain or module.kind[statement] != Kind.EXPRESSION:
            continue
        branch = statement
        above = module.parent[branch]
        if module.kind[above] == Kind.BLOCK:
            branch, above = above, module.parent[above]
        if module.kind[above] == Kind.IF and module.first[above] != branch:
            yield module.first[above], module.op(above, 1) == branch
