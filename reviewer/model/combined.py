"""Combined promises: whether the promises in a list are waited for by what is given the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import External
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


def is_lost_list(model: Model, module: Module, call: int) -> bool:
    """Whether nobody takes the promises out of the list that a call gives: it is taken for a promise itself, or is an
    element of an array that is given to a function which waits for the elements.
    """
    at = module.parent[call]
    if module.kind[at] == Kind.AWAIT:
        return _is_taken_for_promise(model, module, at)
    return module.kind[at] == Kind.ARRAY and _is_combined(model, module, at)


def _is_taken_for_promise(model: Model, module: Module, awaited: int) -> bool:
    """Whether what comes of an AWAIT, which is the list, is not given to a function that waits for its elements:
    `Promise.all(await list.map(…))`.
    """
    at = module.parent[awaited]
    is_named = module.kind[at] == Kind.DECLARATOR and module.kind[module.first[at]] == Kind.IDENT
    held = module.refs(module.binding[module.first[at]]) if is_named else [awaited]
    return not any(_is_combined(model, module, row) for row in held)


def _is_combined(model: Model, module: Module, row: int) -> bool:
    """Whether an expression is given to a function that waits for its elements."""
    outer = module.parent[row]
    if module.kind[outer] != Kind.CALL or module.first[outer] == row:
        return False
    callees = model.ask(model.calls.callees(module.index, outer))
    shape = model.call_shape(module, outer)
    return any(isinstance(item, External) and model.libraries.combines(item.state, shape) for item in callees.items)
