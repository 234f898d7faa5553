"""Functions that calls are given: whether one stands there, its parameters, and what is said beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from reviewer.model.domain import Closure
from reviewer.model.given import given
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model import Model
    from reviewer.model.libraries.facts import CallFact
    from reviewer.model.libraries.load_fact import LoadFact
    from reviewer.model.libraries.steps import Path


def is_function(model: Model, module: Module, row: int) -> bool:
    """Whether an expression may be a function of the example."""
    if module.kind[row] == Kind.FUNCTION:
        return True
    if module.kind[row] not in {Kind.IDENT, Kind.MEMBER, Kind.CALL}:
        return False
    found = model.ask(model.values.resolved(module.index, row))
    return any(isinstance(item, Closure) for item in found.items)


def arity(model: Model, module: Module, row: int) -> int | None:
    """How many parameters the function has that an expression is; None where that is not known."""
    if module.kind[row] == Kind.FUNCTION:
        return len(module.params(row))
    if module.kind[row] not in {Kind.IDENT, Kind.MEMBER}:
        return None
    found = model.ask(model.values.resolved(module.index, row))
    counts = {len(model.link.body(item.module).params(item.row)) for item in found.items if isinstance(item, Closure)}
    return counts.pop() if len(counts) == 1 else None


def named(model: Model, module: Module, call: int, fact: CallFact) -> CallFact:
    """The row without the places of names at which the call has none: nothing, or a function."""
    return replace(fact, name=_said(model, module, call, fact.name))


def loading(model: Model, module: Module, call: int, fact: LoadFact) -> LoadFact:
    """The row without the places of files at which the call has none: nothing, or a function."""
    return replace(fact, file=_said(model, module, call, fact.file))


def _said(model: Model, module: Module, call: int, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(
        path
        for path in paths
        if module.kind[call] in {Kind.CALL, Kind.NEW}
        and any(
            not is_function(model, model.link.body(spot.module), spot.row) for spot in given(model, module, call, path)
        )
    )
