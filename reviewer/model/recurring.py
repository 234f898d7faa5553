"""Recurring: work that a timer does again and again, so that a turn that failed is made up for by the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure
from reviewer.model.returned import finals
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.domain import Spot
    from reviewer.model.model import Model

_TIMER: Final = "timer"
_HELD: Final = frozenset({Kind.THIS, Kind.IDENT, Kind.MEMBER})
"""What names an object that is there already."""


def is_recurring(model: Model, call: Spot) -> bool:
    """Whether a timer runs again and again all that a call is known to run, and who hears of a rejection says so."""
    known = [item for item in model.ask(model.calls.callees(*call)).items if isinstance(item, Closure)]
    repeated = {
        function
        for entry in model.entries.all()
        if entry.kind == _TIMER and not entry.is_once
        for function in entry.functions
    }
    if not known or not repeated.issuperset(known) or any(_raises_flag(model, function) for function in known):
        return False
    return model.unhandled.is_said(*call)


def _raises_flag(model: Model, function: Closure) -> bool:
    """Whether a function says that its work is under way before it waits: when that fails, it is said for ever."""
    module = model.link.body(function.module)
    waits = model.link.owned(function.module, Kind.AWAIT, function.row)
    assigned = model.link.owned(function.module, Kind.ASSIGN, function.row) if waits else ()
    lowered = [
        (model.memory.place(module, module.first[row]), module.region[row])
        for row in assigned
        if module.kind[module.op(row, 1)] == Kind.FALSE
    ]
    for row in assigned:
        flag = module.first[row]
        if module.kind[module.op(row, 1)] != Kind.TRUE or not _outlives(module, flag, function.row):
            continue
        place = model.memory.place(module, flag)
        blocks = {block for where, block in lowered if where and where == place}
        if any(module.start[row] < module.start[at] and blocks.isdisjoint(finals(module, at)) for at in waits):
            return True
    return False


def _outlives(module: Module, target: int, function: int) -> bool:
    """Whether what is written to outlives a call of a function: the object that a local name holds may."""
    root = target
    while module.kind[root] in {Kind.MEMBER, Kind.INDEX}:
        root = module.first[root]
    binding = module.binding[root] if module.kind[root] == Kind.IDENT else -1
    if binding < 0 or module.binding_owner[binding] != function:
        return True
    holders = [module.parent[write] for write in module.writes(binding)] if root != target else []
    given = [module.op(at, 1) for at in holders if module.kind[at] == Kind.DECLARATOR]
    return any(  # const self = this, const own = this.state
        module.kind[value] in _HELD
        and module.start[value] < module.start[target]
        and _outlives(module, value, function)
        for value in given
    )
