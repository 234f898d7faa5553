"""Handlers: the functions that a registration gives to a server or router."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External, Literal, Namespace, Promised, Spot
from reviewer.model.route import Handler
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


_NESTED: Final = 4
"""So many lists are looked through, each spread in the next."""


def handler(model: Model, spot: Spot, error_arity: int, fate: str) -> Handler:
    """What the expression of a handler may run."""
    m, row = spot
    module = model.link.body(m)
    value = module.first[row] if module.kind[row] == Kind.SPREAD else row
    found = model.ask(model.values.resolved(m, value))
    functions: set[Closure] = set()
    externals: set[External] = set()
    for item in found.items:
        inner = item.value if isinstance(item, Promised) else item
        if isinstance(inner, Closure):
            functions.add(inner)
        elif isinstance(inner, External):
            externals.add(inner)
        elif isinstance(inner, Namespace):
            whole = model.ask(model.heap.module_value(inner.module))
            functions.update(part for part in whole.items if isinstance(part, Closure))
            externals.update(part for part in whole.items if isinstance(part, External))
    arities = {len(model.link.body(function.module).params(function.row)) for function in functions}
    return Handler(
        m,
        row,
        tuple(sorted(functions, key=lambda item: (item.module, item.row))),
        tuple(sorted(externals, key=lambda item: (item.state, item.module, item.row))),
        error_arity > 0 and arities == {error_arity},
        fate,
        bool(found.open),
        External(0) in externals and module.kind[value] == Kind.MEMBER,
    )


def expanded(model: Model, spot: Spot, depth: int = _NESTED) -> Iterator[Spot]:
    """Each handler in an expression: arrays are looked through, also those spread in others (to a depth), and what is
    put into those kept under a name.
    """
    module = model.link.body(spot.module)
    for row in flattened(module, spot.row):
        value = module.first[row] if module.kind[row] == Kind.SPREAD else row
        if module.kind[value] not in {Kind.IDENT, Kind.MEMBER, Kind.CALL}:
            yield Spot(spot.module, row)
            continue
        found = model.ask(model.values.resolved(spot.module, value))
        arrays = [
            item
            for item in found.items
            if isinstance(item, Literal) and model.link.body(item.module).kind[item.row] == Kind.ARRAY
        ]
        if not arrays:
            yield Spot(spot.module, row)
        for array in sorted(arrays, key=lambda item: (item.module, item.row)):
            body = model.link.body(array.module)
            for element in flattened(body, array.row):
                if depth and body.kind[element] == Kind.SPREAD:
                    yield from expanded(model, Spot(array.module, element), depth - 1)
                else:
                    yield Spot(array.module, element)
            put = model.ask(model.heap.put(array.module, array.row)).items
            yield from sorted(put, key=lambda at: (at.module, model.link.body(at.module).start[at.row]))


def flattened(module: Module, row: int) -> Iterator[int]:
    """The elements of nested array literals, in order; any other row is its own."""
    pending = [row]
    while pending:
        at = pending.pop()
        if module.kind[at] == Kind.ARRAY:
            pending.extend(reversed(module.ops(at)))
        elif module.kind[at] != Kind.NONE:
            yield at
