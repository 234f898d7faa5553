"""Member values: what is written under the name of a member, in its own class, or wherever that name is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.within import class_around
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_LOOKED_AT: Final = 6
"""So many values of members of one name are looked at."""


def values_of_members(model: Model, module: Module, member: int) -> list[Spot]:
    """The values that a MEMBER row may read: where it is read of `this`, and its class writes it, those that the class
    writes, else all that are written under the name. None where these are too many.
    """
    name, link = module.text(member), model.link
    class_ = class_around(module, member) if module.kind[module.first[member]] == Kind.THIS else -1
    own = [
        spot
        for index in ("writes", "keys")
        for m, row in (link.spots_named(index, name) if class_ >= 0 else ())
        if m == module.index and class_around(module, row) == class_ and (spot := _value(module, row)) is not None
    ]
    if own:
        return own if len(own) <= _LOOKED_AT else []
    if link.count_named("writes", name) + link.count_named("keys", name) > _LOOKED_AT:
        return []
    spots = [spot for index in ("writes", "keys") for spot in link.spots_named(index, name)]
    return [value for m, row in spots if (value := _value(link.body(m), row)) is not None]


def _value(module: Module, row: int) -> Spot | None:
    """What a member is given where its name is written."""
    at = row if module.kind[row] == Kind.PROPERTY else module.parent[row]
    is_given = module.kind[at] in {Kind.ASSIGN, Kind.PROPERTY} and module.count[at] > 1
    return Spot(module.index, module.op(at, 1)) if is_given else None
