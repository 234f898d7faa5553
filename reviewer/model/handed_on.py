"""Handed on: the calls that give listeners to a function of the repository which registers what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.callback import Callback
from reviewer.model.domain import Closure, Spot
from reviewer.model.events import events
from reviewer.model.shifted import of_parameter
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_DEPTH: Final = 3
"""Through so many functions one after another a listener is handed on."""


def handed_on(model: Model, callback: Callback) -> list[Callback]:
    """The functions of a callback, each at the call that gives it, where what registers them has them as a parameter:
    `onBlock(listener) { this.on('block', listener) }`, and one of them at each such call; those of which no call is
    seen, and all others, at the place itself.
    """
    if callback.is_decorated or callback.dropped is not None:
        return [callback]
    found: list[Callback] = []
    left = list(callback.functions)
    for function in callback.functions:
        given = sorted(set(_giving(model, callback.given, function, _DEPTH)))
        names = events(model, callback, function) if given else ()
        for spot in given:
            module = model.link.body(spot.module)
            told = msgspec.structs.replace(
                callback, module=spot.module, row=module.parent[spot.row], given=spot, functions=(function,), told=names
            )
            found.append(msgspec.structs.replace(told, registered=callback.given))
        if given:
            left.remove(function)
    rest = [msgspec.structs.replace(callback, functions=tuple(left))] if left else []
    return [*rest, *found]


def _giving(model: Model, place: Spot, function: Closure, depth: int) -> Iterator[Spot]:
    """The arguments that give a function to the parameter which stands at a place, where that has it first."""
    taken = _parameter(model.link.body(place.module), place.row)
    if taken is None or not depth:
        return
    called, index = taken
    for use in model.ask(model.uses.of(place.module, called)).items:
        body = model.link.body(use.module)
        arguments = body.args(use.row) if use.kind == "call" and use.index <= 0 else range(0)
        if index >= len(arguments) or any(body.kind[row] == Kind.SPREAD for row in arguments[: index + 1]):
            continue
        if function in model.ask(model.values.resolved(use.module, arguments[index])).items:
            spot = Spot(use.module, arguments[index])
            yield from list(_giving(model, spot, function, depth - 1)) or [spot]


def _parameter(module: Module, row: int) -> tuple[int, int] | None:
    """The function whose parameter a name is, and which one; also of one that has a default."""
    found = of_parameter(module, row)
    binding = module.binding[row] if found is None and module.kind[row] == Kind.IDENT else -1
    for target in module.writes(binding) if binding >= 0 else ():
        default = module.parent[target]
        parameter = module.parent[default]
        if module.kind[default] == Kind.DEFAULT and module.kind[parameter] == Kind.PARAM:
            return module.parent[parameter], module.position(parameter) - 1
    return found
