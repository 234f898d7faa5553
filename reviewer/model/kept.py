"""Kept: queries on the way to which code looks first at what it keeps in memory from the turns or requests before."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from reviewer.model.domain import Spot
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Doing
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn


class Kept(IntEnum):
    """How often a query is sent at most: in each turn, once for each key as long as that is kept, or once."""

    NO = 0
    BY_KEY = 1
    ONCE = 2


def kept(model: Model, turn: Turn, way: list[Doing], *, is_same: bool) -> Kept:
    """How often the last call of a way is made at most. is_same: whether it is given the same in each turn."""
    found = Kept.NO
    is_one = True  # whether all turns are about one object
    for at in way:
        module = model.link.body(at.module)
        called = Spot(at.callee.module, at.callee.row) if at.callee is not None else None
        is_around = at is way[0]
        met = model.memory.met(module, at.row, called)
        if model.memory.is_behind_table(module, at.row):
            found = max(found, Kept.BY_KEY)
        elif met and all(model.memory.is_table(where) for where in met):
            if all(_lasts(model, module, at.row, where) for where in met):
                found = max(found, Kept.ONCE if is_same and is_one else Kept.BY_KEY)
        elif met and not is_around:  # what is around the loop is asked of the loop
            is_of_object = any(model.memory.is_of_object(where) for where in met)
            if not is_of_object or is_one:
                found = max(found, Kept.BY_KEY if is_of_object and model.together.are_begun(turn) else Kept.ONCE)
        is_one = is_one and _is_of_one(module, at.row, turn if is_around else None)
    return found


def _lasts(model: Model, module: Module, row: int, where: tuple[object, ...]) -> bool:
    """Whether a place outlives the request: it is the module's, or that of an object which is not made for each."""
    if not model.memory.is_lasting(module, where):
        return False
    return not model.memory.is_of_object(where) or not model.entries.is_made_anew(module.index, row)


def _is_of_one(module: Module, call: int, turn: Turn | None) -> bool:
    """Whether a call is a method of the same object each time: of `this`, or of what no turn makes."""
    callee = module.first[call] if module.kind[call] in {Kind.CALL, Kind.NEW} else call
    if module.kind[callee] != Kind.MEMBER:
        return True
    at = module.first[callee]
    while module.kind[at] == Kind.MEMBER:
        at = module.first[at]
    if module.kind[at] in {Kind.THIS, Kind.SUPER}:
        return True
    if module.kind[at] != Kind.IDENT:
        return False
    binding = module.binding[at]
    if binding < 0 or not module.binding_owner[binding]:
        return True
    if turn is None:
        return False
    start, end = module.start[turn.row], module.end[turn.row]
    return not any(start <= module.start[write] < end for write in module.writes(binding))
