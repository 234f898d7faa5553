"""Rewritten members: what an object held under a name, before the function itself put something else there."""

from __future__ import annotations

from reviewer.model.paths import after_one
from reviewer.source.module import BindingKind, Kind, Module


def is_rewritten(module: Module, row: int, name: str) -> bool:
    """Whether the member of this name was assigned, to the object that the IDENT `row` holds, on every way there: it is
    what was assigned. Of what a function is given nothing is said: what is put into a request is most likely another
    form of what the request brings.
    """
    binding = module.binding[row]
    if len(module.writes(binding)) != 1 or module.binding_kind[binding] == BindingKind.PARAM:
        return False
    assigned = [write for ref in module.refs(binding) if (write := _assigning(module, ref, name)) >= 0]
    owner = module.owner[row]
    assigned = [write for write in assigned if module.owner[write] == owner and not _is_around(module, write, row)]
    return bool(assigned) and after_one(module, assigned, row)


def _assigning(module: Module, ref: int, name: str) -> int:
    """The ASSIGN row that puts something else into the member of this name; -1 where none does."""
    member = module.parent[ref]
    if module.kind[member] != Kind.MEMBER or module.first[member] != ref or module.text(member) != name:
        return -1
    assign = module.parent[member]
    is_target = module.kind[assign] == Kind.ASSIGN and module.first[assign] == member and module.text(assign) == "="
    return assign if is_target else -1


def _is_around(module: Module, write: int, row: int) -> bool:
    """Whether a row is part of what is assigned, which is read before."""
    return module.start[write] <= module.start[row] < module.end[write]
