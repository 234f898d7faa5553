"""Makers: functions that give back functions of their own, and the call that made the one which another call runs.

`const { get } = cached(load)`, then `get(id)`: what another call of the maker has made has been given other things.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.domain import Closure, Spot
from reviewer.model.link import ToModule
from reviewer.model.solve import Answer, Key
from reviewer.model.sources import FromParameter
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Made(NamedTuple):
    """What a CALL row of a function, the maker, has made: all functions that are written in it share what it keeps."""

    maker: Closure
    call: Spot

    def is_within(self, module: Module, item: FromParameter) -> bool:
        """Whether a value is given to the maker, or to a function that it has made."""
        at = item.function if item.module == self.maker.module else 0
        while at > 0 and at != self.maker.row:
            at = module.owner[at]
        return at > 0

    def given(self, model: Model, item: FromParameter) -> Generator[Key, Answer, list[tuple[Module, int]]]:
        """The calls that may give a value to the maker, or to one of these functions: not those of what other calls of
        the maker have made.
        """
        if item.function == self.maker.row:
            return [(model.link.body(self.call.module), self.call.row)]
        uses = yield model.uses.of(item.module, item.function)
        found = []
        for use in sorted((use for use in uses.items if use.kind == "call" and not use.spread), key=repr):
            module = model.link.body(use.module)
            made = making_call(model, module, use.row)
            if made is None or made == self.call:
                found.append((module, use.row))
        return found


def made_by(model: Model, body: Module, function: int, m: int, call: int) -> Generator[Key, Answer, Made | None]:
    """The call that made a function, a FUNCTION row of `body`, which a CALL row of module `m` runs."""
    made = making_call(model, model.link.body(m), call)
    if made is None:
        return None
    makers = yield model.calls.callees(*made)
    around = body.owner[function]
    while around > 0:
        maker = Closure(body.index, around)
        if makers.items == {maker} and not makers.open:
            return Made(maker, made)
        around = body.owner[around]
    return None


def making_call(model: Model, module: Module, call: int) -> Spot | None:
    """The CALL row that gave what a CALL row runs, or the object that holds it, where a constant keeps that, here or in
    the module that it is imported from.
    """
    row = module.first[call]
    while module.kind[row] in {Kind.CALL, Kind.MEMBER}:
        row = module.first[row]
    binding = module.binding[row] if module.kind[row] == Kind.IDENT else -1
    imported = model.link.import_bindings[module.index].get(binding) if binding >= 0 else None
    if imported is not None:
        target, name = imported
        if not isinstance(target, ToModule):
            return None
        exports = model.link.surfaces[target.module].exports
        binding = next((each.binding for each in exports if each.name == name and not each.source), -1)
        module = model.link.body(target.module)
    writes = module.writes(binding) if binding >= 0 else ()
    if len(writes) != 1:
        return None
    at = module.parent[writes[0]]
    while module.kind[at] in {Kind.PROPERTY, Kind.OBJECT_PATTERN}:
        at = module.parent[at]
    if module.kind[at] != Kind.DECLARATOR:
        return None
    value = module.op(at, 1)
    value = module.first[value] if module.kind[value] == Kind.AWAIT else value
    return Spot(module.index, value) if module.kind[value] == Kind.CALL else None
