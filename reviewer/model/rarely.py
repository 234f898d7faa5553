"""Rarely: calls that most runs of their function leave out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.bounds import values_written
from reviewer.model.domain import External, Spot
from reviewer.model.guards import conjuncts
from reviewer.model.member_values import values_of_members
from reviewer.model.paths import Truth, conditions
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_ASKING: Final = "file.exists"
_WRITTEN: Final = "blocking.file"
_ENVIRONMENT: Final = "process.environment"
_STEPS: Final = 4
"""So many names and choices stand between a setting and where it is asked for."""
_EMPTY: Final = frozenset({Kind.FALSE, Kind.NONE, Kind.NULL, Kind.UNDEFINED})


def rarely(model: Model, spot: Spot) -> str:
    """When a row runs that most runs of its function leave out, to be read after `each request`: where something has
    failed, where a file is not there yet, or where the environment names a file that nothing else asks for. Empty for
    others.
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
                setting = _only_set(model, module, asked, _STEPS) if holds else ""
                if setting and _is_of(model, module, spot.row, asked):
                    return f" where `{setting}` is set"
    return ""


def _is_of(model: Model, module: Module, call: int, asked: int) -> bool:
    """Whether a call reads or writes a file named by what a condition asks for: `if (dir) write(`${dir}/in`)`."""
    arguments = module.args(call) if module.kind[call] == Kind.CALL else ()
    if not arguments or not model.sites.plays(_WRITTEN, module, call):
        return False
    text = model.source_text(module, asked)
    parts = (arguments[0], *module.descend_owned(arguments[0]))
    return any(module.kind[at] == module.kind[asked] and model.source_text(module, at) == text for at in parts)


def _only_set(model: Model, module: Module, row: int, steps: int) -> str:
    """The variable of the environment without which an expression is empty: it has no default. Empty for others."""
    if steps <= 0:
        return ""
    match module.kind[row]:
        case Kind.MEMBER:
            held = model.ask(model.values.of(module.index, module.first[row]))
            if any(isinstance(item, External) and _is_environment(model, item) for item in held.items):
                return module.text(row)
            written = values_of_members(model, module, row)
        case Kind.IDENT:
            written = [Spot(module.index, value) for value in values_written(module, row)]
        case Kind.CONDITIONAL if module.kind[module.op(row, 2)] in _EMPTY:
            written = [Spot(module.index, module.first[row])]
        case _:
            return ""
    if len(written) != 1:
        return ""
    return _only_set(model, model.link.body(written[0].module), written[0].row, steps - 1)


def _is_environment(model: Model, item: External) -> bool:
    return bool(item.state) and model.libraries.has_role(item.state, _ENVIRONMENT, None)


def _asked(module: Module, condition: int, *, holds: bool) -> Iterator[tuple[int, bool]]:
    """What a condition asks, and what it finds, also through names: `const isNew = !existsSync(file)`."""
    for test, found in conjuncts(module, condition, holds=holds):
        kept = next(iter(values_written(module, test)), test)
        yield from [(test, found)] if kept == test else conjuncts(module, kept, holds=found)
