"""Kept: queries on the way to which code looks first at what it keeps in memory from the turns or requests before."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Closure, Spot
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


class _Step(NamedTuple):
    """A row that runs on the way to a query. called: the function that it calls. is_same: what is kept there is the
    same for all turns. is_around: it stands in the turn itself. is_handed: it calls what was handed to its function.
    """

    module: Module
    row: int
    called: Spot | None
    is_same: bool
    is_around: bool
    is_handed: bool = False


def kept(model: Model, turn: Turn, way: list[Doing], *, is_same: bool) -> Kept:
    """How often the last call of a way is made at most. is_same: whether it is given the same in each turn."""
    found = Kept.NO
    is_one = True  # whether all turns are about one object
    for module, row, called, same, is_around, is_handed in _steps(model, turn, way, is_same=is_same):
        met = model.memory.met(module, row, called)
        if model.memory.is_behind_table(module, row):
            found = max(found, Kept.BY_KEY)
        elif met and all(model.memory.is_table(where) for where in met):
            if all(_lasts(model, module, row, where) for where in met):
                found = max(found, Kept.ONCE if same and is_one else Kept.BY_KEY)
        elif met and not is_around:  # what is around the loop is asked of the loop
            is_of_object = any(model.memory.is_of_object(where) for where in met)
            if not is_of_object or is_one:
                found = max(found, Kept.BY_KEY if is_of_object and model.together.are_begun(turn) else Kept.ONCE)
        if not is_handed:
            is_one = is_one and _is_of_one(module, row, turn if is_around else None)
    return found


def _steps(model: Model, turn: Turn, way: list[Doing], *, is_same: bool) -> Iterator[_Step]:
    """The calls of a way, and those by which functions that are written on it are run: `cache.get(key, () => ask())`
    runs its second argument where nothing is kept under the key.
    """
    for index, at in enumerate(way):
        module = model.link.body(at.module)
        called = Spot(at.callee.module, at.callee.row) if at.callee is not None else None
        yield _Step(module, at.row, called, is_same, at is way[0])
        for function in model.turns.runners(at.module, at.row):
            inline = model.turns.inline(at.module, function) if function else None
            if inline is None or (not index and not _is_within(module, inline.call, turn)):
                break
            before = [*way[:index], at._replace(row=inline.call, callee=None)]
            run = [
                _Step(*each, called=None, is_same=False, is_around=False, is_handed=True)
                for each in _runs(model, module, inline.call, function)
            ]
            is_of_one_key = (
                bool(run)
                and _is_of_one(module, inline.call, None if index else turn)
                and model.depending.is_same(turn, before)
            )
            yield from (step._replace(is_same=is_of_one_key) for step in run)


def _is_within(module: Module, row: int, turn: Turn) -> bool:
    return module.start[turn.body] < module.start[row] < module.end[turn.body]


def _runs(model: Model, module: Module, call: int, function: int) -> Iterator[tuple[Module, int]]:
    """The calls by which the functions that a call runs do so with a function among its arguments."""
    index = module.position(function) - 1
    callees = model.ask(model.calls.callees(module.index, call))
    closures = sorted((each for each in callees.items if isinstance(each, Closure)), key=lambda at: (at.module, at.row))
    for closure in closures:
        body = model.link.body(closure.module)
        params = body.params(closure.row)
        target = body.first[params[index]] if 0 <= index < len(params) else -1
        binding = body.binding[target] if target >= 0 and body.kind[target] == Kind.IDENT else -1
        for ref in body.refs(binding) if binding >= 0 else ():
            if body.kind[body.parent[ref]] == Kind.CALL and body.first[body.parent[ref]] == ref:
                yield body, body.parent[ref]


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
