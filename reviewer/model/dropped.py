"""Dropped values: the calls whose result nobody looks at, as the code is written."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.source.module import BindingKind, Kind, Module

_VARIABLES = frozenset({BindingKind.CONST, BindingKind.LET, BindingKind.VAR})


def dropped_calls(module: Module) -> Iterator[int]:
    """The CALL rows, in the order of the text, whose value is an expression statement's, or is kept in a variable that
    nothing reads. What is marked by `void` is dropped on purpose and left out.
    """
    found: list[int] = []
    at = module.kind.find(bytes((Kind.EXPRESSION,)))
    while at >= 0:
        found.extend(_leaves(module, module.first[at]))
        at = module.kind.find(bytes((Kind.EXPRESSION,)), at + 1)
    found.extend(_unread(module))
    yield from sorted(found, key=module.start.__getitem__)


def _leaves(module: Module, row: int) -> Iterator[int]:
    """The calls that the value of an expression may be, and those whose value its operators throw away."""
    pending = [row]
    while pending:
        at = pending.pop()
        match module.kind[at]:
            case Kind.CALL:
                yield at
            case Kind.SEQUENCE:
                pending.extend(module.ops(at))
            case Kind.LOGICAL:
                pending.append(module.op(at, 1))
            case Kind.CONDITIONAL:
                pending.extend((module.op(at, 1), module.op(at, 2)))
            case _:
                pass


def _unread(module: Module) -> Iterator[int]:
    """The calls whose value goes into a variable that is never read."""
    exported = {export.binding for export in module.surface.exports}
    for binding, kind in enumerate(module.binding_kind):
        if kind not in _VARIABLES or binding in exported or len(module.refs(binding)):
            continue
        for target in module.writes(binding):
            parent = module.parent[target]
            if module.kind[parent] == Kind.DECLARATOR and module.first[parent] == target:
                value = module.op(parent, 1)
                if module.kind[value] == Kind.CALL:
                    yield value
