"""Events: the names for which listeners are registered and emitted, and whether two of them may be the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, Spot
from reviewer.model.shifted import of_parameter, only_value
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.callback import Callback
    from reviewer.model.model import Model

_HOLE: Final = ":?"


def events(model: Model, callback: Callback, function: Closure) -> tuple[str, ...]:
    """The names of the events for which a callback registers one of its functions; none where they are not known.

    Where name and listener are parameters of what registers them, `on(event, listener) { super.on(event, listener) }`,
    the names are those that stand beside this function in the calls.
    """
    module = model.link.body(callback.module)
    rows = [
        module.args(callback.row)[path[0].low]
        for path in callback.name
        if len(path) == 1 and path[0].kind == "argument" and 0 <= path[0].low < len(module.args(callback.row))
    ]
    found: list[str] = []
    for row in rows:
        name, listener = of_parameter(module, row), of_parameter(module, callback.given.row)
        if callback.given.module == callback.module and name and listener and name[0] == listener[0]:
            found += _beside(model, Spot(callback.module, name[0]), name[1], listener[1], function)
        else:
            found += texts(model, module, row)
    return tuple(dict.fromkeys(found))


def _beside(model: Model, registers: Spot, name: int, listener: int, function: Closure) -> list[str]:
    """The texts that calls of what registers listeners are given with a function."""
    found: list[str] = []
    for use in model.ask(model.uses.of(*registers)).items:
        body = model.link.body(use.module)
        arguments = body.args(use.row) if use.kind == "call" and use.index <= 0 else ()
        if max(name, listener) < len(arguments):
            given = model.ask(model.values.resolved(use.module, arguments[listener])).items
            if function in given:
                found += texts(model, body, arguments[name])
    return sorted(found)


def said(model: Model, emit: Spot) -> tuple[str, ...]:
    """The names of the events that a call emits; none where they are not known."""
    module = model.link.body(emit.module)
    arguments = module.args(emit.row)
    return texts(model, module, arguments[0]) if len(arguments) else ()


def texts(model: Model, module: Module, row: int) -> tuple[str, ...]:
    """The texts that a name may be, also of a template that stands in a variable."""
    found = model.texts(module, row)
    if not found and module.kind[row] == Kind.IDENT and module.binding[row] >= 0:
        value = only_value(module, module.binding[row])
        found = model.texts(module, value) if value is not None else ()
    return found


def may_be(names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one of some names may be one of others; holes may be anything."""
    others = tuple(others)
    return any(_fit(one, other) for one in names for other in others)


def _fit(one: str, other: str) -> bool:
    if _HOLE not in one and _HOLE not in other:
        return one == other
    (begin, _, _), (other_begin, _, _) = one.partition(_HOLE), other.partition(_HOLE)
    (_, _, end), (_, _, other_end) = one.rpartition(_HOLE), other.rpartition(_HOLE)
    return _begins(begin, other_begin) and _begins(end[::-1], other_end[::-1])


def _begins(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
