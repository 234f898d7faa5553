"""Told calls: the calls of a function, told from names and imports before any question is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.source.module import Import, Kind, Module
from reviewer.source.name_parts import is_global_object

if TYPE_CHECKING:
    from reviewer.model.model import Model

_LIMIT: Final = 2_000
"""A function that is called at more places is not told."""


class ToldCalls:
    """The calls by a name that stands for nothing else: its own, one of an export, or one of the whole program."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, module: Module, function: int) -> Iterator[Spot]:
        """The calls of a FUNCTION row, by module and row."""
        link = self.model.link
        meant = Spot(module.index, function)
        of_program = set(_global_names(module, function))
        names = {*_names(module, function), *of_program}
        spots = {spot for name in sorted(names) for spot in link.spots_named("calls", name)}
        if any(export.name in {"=", "default"} for export in link.surfaces[module.index].exports):
            for importer in link.importers.get(module.index, ()):
                spots.update(_of_importer(link.body(importer.module), importer.record))
        for m, row in sorted(spots) if len(spots) <= _LIMIT else ():
            body = link.body(m)
            callee = body.first[row]
            is_free = body.kind[callee] == Kind.IDENT and body.binding[callee] < 0
            is_global = is_free or (body.kind[callee] == Kind.MEMBER and is_global_object(body, body.first[callee]))
            if body.text(callee) in of_program if is_global else self.model.names.of(m, callee) == meant:
                yield Spot(m, row)


def _global_names(module: Module, function: int) -> Iterator[str]:
    """The names under which the whole program knows a function."""
    held = [function]
    for target in _targets(module, function):
        if module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
            held += module.refs(module.binding[target])
    if module.binding[function] >= 0:
        held += module.refs(module.binding[function])
    for row in held:
        for target in _targets(module, row):
            is_free = module.kind[target] == Kind.IDENT and module.binding[target] < 0
            if is_free or (module.kind[target] == Kind.MEMBER and is_global_object(module, module.first[target])):
                yield module.text(target)


def _names(module: Module, function: int) -> Iterator[str]:
    """The names that a function has where it stands."""
    yield from {module.text(function), *(module.text(target) for target in _targets(module, function))} - {""}


def _targets(module: Module, row: int) -> Iterator[int]:
    """The rows to which the value at a row is written: `const load = global.load = …`."""
    at = row
    while module.kind[module.parent[at]] == Kind.ASSIGN and module.position(at) == 1:
        at = module.parent[at]
        yield module.first[at]
    parent = module.parent[at]
    if module.kind[parent] in {Kind.DECLARATOR, Kind.PROPERTY} and module.position(at) == 1:
        yield module.first[parent] if module.kind[parent] == Kind.DECLARATOR else parent


def _of_importer(module: Module, record: Import) -> Iterator[Spot]:
    """The calls in a module of what it imports with a record, under a name of its own."""
    held = [ref for _, binding in record.names if binding >= 0 for ref in module.refs(binding)]
    if record.row >= 0:
        parent = module.parent[record.row]
        held.append(record.row)
        if module.kind[parent] == Kind.DECLARATOR and module.kind[module.first[parent]] == Kind.IDENT:
            held += module.refs(module.binding[module.first[parent]])
    for row in held:
        call = module.parent[row]
        if module.kind[call] == Kind.CALL and module.first[call] == row:
            yield Spot(module.index, call)
