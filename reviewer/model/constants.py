"""Constants of an enum: whether two names stand for the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import Spot
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


def are_same(model: Model, one: tuple[Module, int], other: tuple[Module, int]) -> bool | None:
    """Whether two members are the same constant of one enum; None for what is none of the same enum, or where one has a
    value that is not written there.
    """
    rows = [_constant(model, module, row) for module, row in (one, other)]
    if rows[0] is None or rows[1] is None:
        return None
    (enum, name, value), (other_enum, other_name, other_value) = rows[0], rows[1]
    if enum != other_enum:
        return None
    if name == other_name:
        return True
    return None if value is None or other_value is None else value != "" and value == other_value


def _constant(model: Model, module: Module, row: int) -> tuple[Spot, str, str | None] | None:
    """The enum of a member, its name, and the text that it has as its value: empty where it is counted, None for any
    other value.
    """
    if module.kind[row] != Kind.MEMBER:
        return None
    enum = model.names.of(module.index, module.first[row])
    if not isinstance(enum, Spot) or model.link.body(enum.module).kind[enum.row] != Kind.ENUM:
        return None
    property_ = model.names.property(enum, module.text(row))
    if property_ < 0:
        return None
    body = model.link.body(enum.module)
    values = list(body.ops(property_))[1:]
    if not values or body.kind[values[0]] == Kind.NONE:
        return enum, module.text(row), ""
    return enum, module.text(row), body.text(values[0]) if body.kind[values[0]] == Kind.STRING else None
