"""Placeholders of a text that put in what stands beside it as it is: `$1:raw` and the value at the first place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Literal
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_LONGEST: Final = 20_000
_HELD: Final = frozenset({Kind.IDENT, Kind.MEMBER, Kind.CALL})


def inserted(model: Model, module: Module, call: int, argument: int, pattern: str) -> Iterator[tuple[str, ...]]:
    """The ways from an argument to what the placeholders of this pattern in the first argument put in: elements by
    number, members by name, or the argument itself where that is no list.
    """
    for text in model.texts(module, module.args(call)[0]):
        for match in re.finditer(pattern, text[:_LONGEST]):
            if match["name"]:
                yield tuple(match["name"].split("."))
            elif _is_list(model, module, argument):
                yield (str(int(match["index"]) - 1),)
            elif int(match["index"]) == 1:
                yield ()


def _is_list(model: Model, module: Module, row: int) -> bool:
    if module.kind[row] not in _HELD:
        return module.kind[row] == Kind.ARRAY
    held = model.ask(model.values.resolved(module.index, row)).items
    arrays = (item for item in held if isinstance(item, Literal))
    return any(model.link.body(item.module).kind[item.row] == Kind.ARRAY for item in arrays)
