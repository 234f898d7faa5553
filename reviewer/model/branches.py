"""Branches: rows that not every run of their function comes to, and objects that are changed between two of them."""

from __future__ import annotations

from typing import Final

from reviewer.model.paths import Truth, conditions
from reviewer.source.module import Kind, Module

DECIDING: Final = frozenset({Truth.TRUE, Truth.FALSE, Truth.EQUAL, Truth.UNEQUAL})
"""What is found of the conditions that are followed: tests, and the cases of a `switch`."""


def is_decided(module: Module, row: int) -> bool:
    """Whether conditions of its function decide if a row runs, and it has parameters that could be part of them."""
    function = module.owner[row]
    if not function or not module.params(function):
        return False
    return any(truth in DECIDING for _, truth in conditions(module, row))


def is_in_branch(module: Module, row: int) -> bool:
    """Whether a row stands in a part of its function that not every run comes to."""
    return module.kind[module.region[row]] not in {Kind.FUNCTION, Kind.PROGRAM}


def is_exceptional(module: Module, row: int) -> bool:
    """Whether a row runs only where conditions hold, or where something in a `try` of its function has failed."""
    if conditions(module, row):
        return True
    for at in module.ancestors(row):
        if module.kind[at] in {Kind.CATCH, Kind.FUNCTION}:
            return module.kind[at] == Kind.CATCH
    return False


def is_changed(module: Module, target: int) -> bool:
    """Whether members of what the variable at a target holds are written to."""
    if module.kind[target] != Kind.IDENT:
        return False
    for ref in module.refs(module.binding[target]):
        member = module.parent[ref]
        store = module.parent[member]
        is_member = module.kind[member] in {Kind.MEMBER, Kind.INDEX} and module.first[member] == ref
        if is_member and module.kind[store] in {Kind.ASSIGN, Kind.UPDATE} and module.first[store] == member:
            return True
    return False
