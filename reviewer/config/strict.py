"""Holds a file of settings against its form: what is wrong is told with its line and the nearest name."""

from __future__ import annotations

from typing import Any

import msgspec.inspect as inspected

from reviewer.config.form import Form
from reviewer.diagnosis import unknown
from reviewer.yaml_nodes import Node

_FORM = inspected.type_info(Form)


def conform(node: Node) -> None:
    """Nothing where `node` has the form of settings; UsageError otherwise. Nothing at all is a form of settings too."""
    if node.entries is None and node.items is None and node.scalar is None:
        return
    _hold(node, _FORM, "")


def _hold(node: Node, kind: inspected.Type, what: str) -> None:
    match kind:
        case inspected.Metadata(type=inner):
            _hold(node, inner, what)
        case inspected.StrType():
            node.text(f"`{what}`")
        case inspected.LiteralType(values=values):
            _choose(node, what, [str(value) for value in values])
        case inspected.EnumType(cls=cls):
            _choose(node, what, [member.value for member in cls])
        case inspected.ListType(item_type=item, min_length=least):
            items = node.sequence(f"`{what}`")
            if least and not items:
                raise node.wrong(f"`{what}` is empty")
            for one in items:
                _hold(one, item, what)
        case inspected.DictType(value_type=value):
            if node.entries is None:
                raise node.wrong(f"`{what}` wants a mapping")
            for key, one in node.entries.items():
                _hold(one, value, key)
        case inspected.StructType(fields=fields):
            known = {field.encode_name: field.type for field in fields}
            required = [field.encode_name for field in fields if field.required]
            for key, one in node.mapping(f"`{what}`" if what else "", list(known), required).items():
                _hold(one, known[key], key)
        case inspected.UnionType(types=types):
            _hold(node, _meant(node, types), what)
        case _:
            raise TypeError(kind)


def _meant(node: Node, types: tuple[inspected.Type, ...]) -> inspected.Type:
    """The type of a union that has the shape of the node; the first where none has."""
    wanted: tuple[Any, ...] = (inspected.StrType, inspected.EnumType, inspected.LiteralType)
    if node.entries is not None:
        wanted = (inspected.StructType, inspected.DictType)
    elif node.items is not None:
        wanted = (inspected.ListType,)
    return next((one for one in types if isinstance(_plain(one), wanted)), types[0])


def _plain(kind: inspected.Type) -> inspected.Type:
    return kind.type if isinstance(kind, inspected.Metadata) else kind


def _choose(node: Node, what: str, values: list[str]) -> None:
    if node.items is not None or node.entries is not None or not isinstance(node.scalar, str):
        raise node.wrong(f"`{what}` wants {', '.join(values[:-1])} or {values[-1]}")
    if node.scalar not in values:
        raise node.wrong(unknown(f"value of `{what}`:", node.scalar, values))
