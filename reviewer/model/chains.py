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


def chain_start(module: Module, call: int) -> int:
    """What stands on the first line of a chain over several lines; of others the call itself.

    What a chain does as a whole is shown there; each of several things that a chain does, where it stands.
    """
    callee = module.first[call]
    chain = [call]
    while module.kind[chain[-1]] in _LINKS:
        chain.append(module.first[chain[-1]])
    line = module.line(chain[-1])
    if module.kind[callee] != Kind.MEMBER or _last_line(module, callee) == line:
        return call
    return next(row for row in chain if row == chain[-1] or _last_line(module, row) == line)


def _last_line(module: Module, row: int) -> int:
    return bisect_right(module.line_starts, max(module.end[row] - 1, 0))
