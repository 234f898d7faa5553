"""Mistakes in a row, told with the line of the key they are about and the words that it may have."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

import msgspec

from reviewer.diagnosis import unknown
from reviewer.finding import UsageError
from reviewer.yaml_nodes import Node


def explained(node: Node, model: type[msgspec.Struct], message: str) -> UsageError:
    """The message of msgspec as one with the line of the key it is about, and the words that this key may have."""
    reason, _, where = message.partition(" - at ")
    key = re.split(r"[.\[]", where.strip("`").removeprefix("$").lstrip("."))[0]
    value = (node.entries or {}).get(key, node)
    choices = next((_choices(field.type) for field in msgspec.structs.fields(model) if field.encode_name == key), ())
    if choices and isinstance(value.scalar, str):
        return value.wrong(unknown(f"`{key}`", value.scalar, choices))
    return value.wrong(f"`{key}`: {reason}" if key else reason)


def _choices(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 — any annotation
    """The words that an annotation allows, if it allows a closed set."""
    if get_origin(kind) is Literal:
        return tuple(word for word in get_args(kind) if word)
    for one in (kind, *get_args(kind)):
        if isinstance(one, type) and issubclass(one, StrEnum):
            return tuple(word.value for word in one)
    return ()
