"""Kept as: the names under which a function that has one is kept besides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reviewer.source.module import Flag, Kind, Module

_STEPS: Final = 3
_BINDS: Final = "bind"


def kept_as(module: Module, read: int) -> Iterator[str]:
    """The name of the constant, variable or member in which a name or member is kept: by itself, bound, wrapped, or as
    one of two: `const ask = db.ask`, `this.ask = ask.bind(db)`, `const run = isReplica ? askReplica : ask`.
    """
    at = read
    for _ in range(_STEPS):
        parent = module.parent[at]
        match module.kind[parent]:
            case Kind.DECLARATOR | Kind.ASSIGN:
                if module.first[parent] != at and module.text(module.first[parent]):
                    yield module.text(module.first[parent])
                return
            case Kind.PROPERTY:
                if module.first[parent] != at and not module.has(parent, Flag.SHORTHAND):
                    yield module.text(parent)
                return
            case Kind.CONDITIONAL | Kind.LOGICAL:
                if module.kind[parent] == Kind.CONDITIONAL and module.first[parent] == at:
                    return
                at = parent
            case Kind.MEMBER if module.text(parent) == _BINDS:
                at = module.parent[parent]
            case Kind.CALL if module.first[parent] != at:
                at = parent
            case _:
                return
