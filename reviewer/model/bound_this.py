"""What a library makes `this` of the functions that it is given: `where(function () { this.orWhere(…) })`."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External
from reviewer.model.libraries import PARAMETER_THIS
from reviewer.model.solve import Answer, Key
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_DEPTH: Final = 4
"""So many object literals around a function are looked through, as in `extend({ model: { user: { find() {} } } })`."""


def bound_this(model: Model, module: Module, function: int) -> Generator[Key, Answer, frozenset[External]]:
    """`this` of a function that is written where a library takes it: as an argument, in an object literal given there,
    or as what is assigned to a member of a library's value.
    """
    parent = module.parent[function]
    if module.kind[parent] == Kind.ASSIGN:
        held = yield model.values.of(module.index, module.first[parent])
        states = {item.state for item in held.items if isinstance(item, External)}
        return _bound(model, states)
    row, names = function, list[str]()
    while module.kind[module.parent[row]] == Kind.PROPERTY and len(names) < _DEPTH:
        names.append(module.text(module.parent[row]))
        row = module.parent[module.parent[row]]
    call = module.parent[row]
    if module.kind[call] not in {Kind.CALL, Kind.NEW} or module.first[call] == row:
        return frozenset()
    callees = yield model.calls.callees(module.index, call)
    shape, index = model.call_shape(module, call), module.position(row) - 1
    arity = len(module.params(function))
    states = {
        after
        for callee in callees.items
        if isinstance(callee, External)
        for after in model.libraries.argument(callee.state, index, shape, arity)
    }
    for name in reversed(names):
        states = {after for state in states for after in model.libraries.member(state, name)}
    return _bound(model, states)


def _bound(model: Model, states: set[int]) -> frozenset[External]:
    return frozenset(External(after) for state in states for after in model.libraries.step(state, PARAMETER_THIS))
