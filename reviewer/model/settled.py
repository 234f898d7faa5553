"""Settled: whether a promise, wherever its value goes, gets to somebody who waits for it or handles its rejection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.escapes import covering_catch
from reviewer.model.heard import handles
from reviewer.model.solve import YES
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_PASSING: Final = frozenset(
    {Kind.ARRAY, Kind.CONDITIONAL, Kind.LOGICAL, Kind.OBJECT, Kind.PROPERTY, Kind.SEQUENCE, Kind.SPREAD}
)
"""What has the value of an operand, or holds it."""
_CALLS: Final = frozenset({Kind.CALL, Kind.NEW})
_STORES: Final = frozenset({Kind.ASSIGN, Kind.DECLARATOR})
_DEPTH: Final = 3
"""So many variables one after the other are looked through."""


def is_settled(model: Model, module: Module, row: int, depth: int = _DEPTH) -> bool:
    """Whether the promise that an expression is, or that is in the list that it is, is looked at: awaited where a
    `catch` is around it, handled, kept, or given back by a function that has callers of its own to do so.
    """
    while True:
        parent = module.parent[row]
        kind = module.kind[parent]
        if kind in _PASSING:
            row = parent
        elif kind == Kind.MEMBER and module.kind[module.parent[parent]] == Kind.CALL:
            if handles(model, module, row):
                return True
            row = module.parent[parent]
        elif kind in _CALLS:
            if module.first[parent] != row and YES not in model.ask(model.promises.yields(module.index, parent)).items:
                return True  # the other function has it
            row = parent
        elif kind in _STORES:
            return depth > 0 and _is_settled_below(model, module, module.first[parent], depth - 1)
        elif kind in {Kind.AWAIT, Kind.RETURN} or (kind == Kind.FUNCTION and module.has(parent, Flag.EXPRESSION_BODY)):
            if kind == Kind.AWAIT and covering_catch(module, row) >= 0:
                return True
            function = module.owner[row]
            row = module.parent[function]
            if module.kind[function] != Kind.FUNCTION or module.kind[row] not in _CALLS:
                return True
            if module.first[row] != function and model.callbacks.drops(module, row, function):
                return False
        else:
            return False


def _is_settled_below(model: Model, module: Module, target: int, depth: int) -> bool:
    """Whether what a variable holds is looked at where it is read; of what a member or pattern holds, others know."""
    binding = module.binding[target] if module.kind[target] == Kind.IDENT else -1
    return binding < 0 or any(is_settled(model, module, ref, depth) for ref in module.refs(binding))
