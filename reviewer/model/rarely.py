"""Rarely: calls that most runs of their function leave out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.bounds import values_written
from reviewer.model.guards import conjuncts
from reviewer.model.paths import Truth, conditions
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.domain import Spot
    from reviewer.model.model import Model

_ASKING: Final = "file.exists"


def rarely(model: Model, spot: Spot) -> str:
    """When a row runs that most runs of its function leave out, to be read after `each request`: where something has
    failed, or where a file is not there yet. Empty for others.
    """
    module = model.link.body(spot.module)
    for at in module.ancestors(spot.row):
        if module.kind[at] == Kind.FUNCTION:
            break
        if module.kind[at] == Kind.CATCH:
            return " where something fails"
    for condition, truth in conditions(module, spot.row):
        if truth in {Truth.TRUE, Truth.FALSE}:
            for asked, holds in _asked(module, condition, holds=truth == Truth.TRUE):
                if not holds and module.kind[asked] == Kind.CALL and model.sites.plays(_ASKING, module, asked):
                    return " for which nothing is there yet"
    return ""


def _asked(module: Module, condition: int, *, holds: bool) -> Iterator[tuple[int, bool]]:
    """What a condition asks, and what it finds, also through names: `const isNew = !existsSync(file)`."""
    for test, found in conjuncts(module, condition, holds=holds):
        kept = next(iter(values_written(module, test)), test)
        yield from [(test, found)] if kept == test else conjuncts(module, kept, holds=found)
