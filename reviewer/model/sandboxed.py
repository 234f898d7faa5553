"""Sandboxed: functions that a call names by the file which exports them, to be run in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import Closure, Spot
from reviewer.model.file_texts import named_file
from reviewer.source.paths import folder_of

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.source.module import Module

_WHOLE = ("=", "default")


def sandboxed(model: Model, module: Module, argument: Spot) -> set[Closure]:
    """The functions that the files export which an argument of a call names in the place of a function."""
    found: set[Closure] = set()
    for text in named_file(module, argument.row):
        for m in model.programs.roots.located(folder_of(module.path), text):
            for export in model.link.surfaces[m].exports:
                if export.name in _WHOLE:
                    found |= _functions(model, m, export.binding, export.row)
    return found


def _functions(model: Model, m: int, binding: int, row: int) -> set[Closure]:
    held = model.ask(model.values.binding(m, binding) if binding >= 0 else model.values.resolved(m, row))
    return {item for item in held.items if isinstance(item, Closure)}
