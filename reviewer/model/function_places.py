"""Placed functions: where the text of a module takes a function that is written in it."""

from __future__ import annotations

from typing import Final

from reviewer.source.module import Flag, Kind, Module

_CALLING: Final = frozenset({Kind.CALL, Kind.NEW})


def places_of(module: Module, function: int) -> list[int]:
    """The rows at which a function stands: itself as part of an expression, or the reads of the name that it is given.
    Those in itself are left out; nothing where it goes out of the module under its name.
    """
    parent = module.parent[function]
    binding, found = module.binding[function], [function]
    if module.kind[parent] == Kind.DECLARATOR and module.kind[module.first[parent]] == Kind.IDENT:
        binding, found = module.binding[module.first[parent]], []
    elif module.has(function, Flag.DECLARATION):
        found = []
    if binding >= 0:
        if any(export.binding == binding for export in module.surface.exports):
            return []
        found += [ref for ref in module.refs(binding) if function not in module.ancestors(ref)]
    return found


def run_in(module: Module, function: int) -> set[int] | None:
    """The functions in which a function is called where it is written, or handed to what runs it, by its name too; None
    where it goes elsewhere.
    """
    rows = places_of(module, function)
    return (
        {module.owner[row] for row in rows}
        if all(module.kind[module.parent[row]] in _CALLING for row in rows)
        else None
    )
