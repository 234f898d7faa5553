"""Looked up: tables of functions, object literals of which the code around them reads members by computed names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.solve import Answer

_NAME: Final = re.compile(r"[^\W\d]\w*|\$[\w$]*|#\w+")
_READING: Final = frozenset({Kind.MEMBER, Kind.INDEX})


def is_looked_up(module: Module, literal: int, name: str) -> bool:
    """Whether a member of an OBJECT row is read by a computed name: it has none that could stand behind a dot, or what
    holds the object, or an object around it, is read so in this file.
    """
    return is_no_name(name) or any(_leads_to_index(module, row) for row in _held(module, literal))


def is_no_name(name: str) -> bool:
    """Whether what has this name as a member can only be read with brackets, as a path or an event is."""
    return not _NAME.fullmatch(name)


def is_put(model: Model, callees: Answer, index: int) -> bool:
    """Whether a call puts what it is given as an argument into a list or map."""
    states = (callee.state for callee in callees.items if isinstance(callee, External))
    return any(model.libraries.is_put(state, index) for state in states)


def _held(module: Module, literal: int) -> Iterator[int]:
    """The reads of the name or member that holds the outermost object around a literal."""
    holder = module.parent[literal]
    while module.kind[holder] == Kind.PROPERTY and module.kind[module.parent[holder]] == Kind.OBJECT:
        holder = module.parent[module.parent[holder]]
    if module.kind[holder] == Kind.PROPERTY and module.kind[module.parent[holder]] == Kind.CLASS:
        yield from module.surface.reads.get(module.text(holder), ())
    if module.kind[holder] not in {Kind.ASSIGN, Kind.DECLARATOR}:
        return
    target = module.first[holder]
    if module.kind[target] == Kind.IDENT and module.binding[target] >= 0:
        yield from module.refs(module.binding[target])
    elif module.kind[target] == Kind.MEMBER:
        yield from module.surface.reads.get(module.text(target), ())


def _leads_to_index(module: Module, row: int) -> bool:
    """Whether a member of what a row reads, or of a member of it, is taken by a computed name."""
    parent = module.parent[row]
    while module.kind[parent] in _READING and module.first[parent] == row:
        if module.kind[parent] == Kind.INDEX:
            return True
        row, parent = parent, module.parent[parent]
    return False
