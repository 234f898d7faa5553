"""Chains: calls on what another call gives, `db('users').where({ id }).first()`."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from reviewer.source.module import Kind, Module

_LINKS: Final = frozenset({Kind.CALL, Kind.MEMBER, Kind.INDEX, Kind.TAGGED})


def whole_chain(module: Module, call: int) -> int:
    """The last call of the chain that begins with this one: `knex('t').where(…).first()`."""
    at = call
    while True:
        parent = module.parent[at]
        is_callee = module.kind[parent] == Kind.MEMBER or (
            module.kind[parent] == Kind.CALL and module.first[parent] == at
        )
        if not is_callee:
            return at
        at = parent


def chain_start(module: Module, row: int) -> int:
    """What stands on the first line of a chain over several lines whose last call this is; of others the row itself.

    What a chain does as a whole is shown there; each of several things that a chain does, where it stands.
    """
    if module.kind[row] not in {Kind.CALL, Kind.TAGGED} or module.kind[module.first[row]] != Kind.MEMBER:
        return row
    chain = [row]
    while module.kind[chain[-1]] in _LINKS:
        chain.append(module.first[chain[-1]])
    line = module.line(chain[-1])
    if _last_line(module, module.first[row]) == line:
        return row
    return next(at for at in chain if at == chain[-1] or _last_line(module, at) == line)


def _last_line(module: Module, row: int) -> int:
    return bisect_right(module.line_starts, max(module.end[row] - 1, 0))
