"""Leaning: the names that a piece of code depends on, through the names that stand for it."""

from __future__ import annotations

from typing import Final

from reviewer.source.module import BindingKind, Kind, Module

THIS: Final = -2
"""Stands for `this` among bindings."""
_APART: Final = frozenset({BindingKind.IMPORT, BindingKind.SELF, BindingKind.ARGUMENTS})
_DEFINING: Final = frozenset({Kind.DECLARATOR, Kind.ASSIGN, Kind.FUNCTION, Kind.CLASS})


def leans_on(module: Module, row: int, *, waited: bool) -> frozenset[int]:
    """The bindings of a module that an expression or statement names, and those which go into what these hold; `THIS`
    too. Imports are apart: they hold nothing of a run. With `waited` also those that go into what was awaited: else
    that counts as come to its end.
    """
    found: set[int] = set()
    pending = [row]
    while pending:
        for at in _rows(module, pending.pop(), waited=waited):
            kind = module.kind[at]
            if kind == Kind.THIS:
                found.add(THIS)
            if kind != Kind.IDENT or (binding := module.binding[at]) < 0 or binding in found:
                continue
            if module.binding_kind[binding] not in _APART:
                found.add(binding)
                pending.extend(_definitions(module, binding))
    return frozenset(found)


def _rows(module: Module, row: int, *, waited: bool) -> list[int]:
    """The rows of a piece of code, without what it waits for if that is not wanted."""
    found = []
    pending = [row]
    while pending:
        at = pending.pop()
        found.append(at)
        if waited or module.kind[at] != Kind.AWAIT:
            pending.extend(module.ops(at))
    return found


def _definitions(module: Module, binding: int) -> list[int]:
    """The values and functions that a binding may hold: what is written to it, wherever that is told."""
    found = []
    for target in module.writes(binding):
        if module.kind[target] in {Kind.FUNCTION, Kind.CLASS}:
            found.append(target)
            continue
        for at in module.ancestors(target):
            if module.kind[at] in {Kind.DECLARATOR, Kind.ASSIGN}:
                found.append(module.op(at, 1))
            if module.kind[at] in {*_DEFINING, Kind.BLOCK, Kind.PARAM, Kind.CATCH, Kind.FOR_OF, Kind.FOR_IN}:
                break
    return found
