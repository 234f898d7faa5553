"""In place: of the functions that a call may run, those that do something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewer.model.domain import Atom, Closure, External
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


def in_place(model: Model, callees: frozenset[Atom]) -> Iterator[Atom]:
    """Callees, without functions that only throw where there are others: they stand where another function belongs,
    as methods do that a class leaves to those that extend it.
    """
    stubs = {
        item for item in callees if isinstance(item, Closure) and only_throws(model.link.body(item.module), item.row)
    }
    is_alone = all(item in stubs or not isinstance(item, Closure) for item in callees)
    return (item for item in callees if is_alone or item not in stubs)


def functions(model: Model, callees: frozenset[Atom]) -> frozenset[Atom]:
    """Callees, without the language's type of all functions where it is known which one is called: what `bind` gives is
    both.
    """
    if not any(isinstance(item, Closure) for item in callees):
        return callees
    return callees - {External(state) for state in model.libraries.function_states}


def only_throws(module: Module, function: int) -> bool:
    """Whether the first thing that a function does is to throw."""
    if module.has(function, Flag.EXPRESSION_BODY):
        return False
    body = module.first[function]
    return (
        module.kind[body] == Kind.BLOCK and bool(module.count[body]) and module.kind[module.first[body]] == Kind.THROW
    )
