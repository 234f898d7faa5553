"""Reaching definitions: which writes of a local name a read may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reviewer.model.paths.blocks import Flow
from reviewer.model.paths.kept import PerFlow, flow_of
from reviewer.model.paths.machine import ALL_THROW, Machine
from reviewer.model.paths.walk import walk
from reviewer.source.module import BindingFlag, Kind, Module

_UNWRITTEN: Final = -1


class _Writes(Machine[int]):
    """The state is the write in effect. events: row where a write happens → target; reads: row → what it saw."""

    throwing = ALL_THROW

    def __init__(self, events: dict[int, int], reads: dict[int, set[int]]) -> None:
        self.events = events
        self.reads = reads
        self.rows = frozenset(events) | frozenset(reads)

    def step(self, state: int, row: int) -> int:
        if row in self.reads:
            self.reads[row].add(state)
        return self.events.get(row, state)


_Seen = dict[int, tuple[tuple[int, ...], bool]]
_seen_by_binding: PerFlow[dict[int, _Seen]] = PerFlow(lambda _module, _flow: {})


def reaching(module: Module, ident: int) -> tuple[tuple[int, ...], bool]:
    """The writes that may reach the read at the IDENT row `ident`, targets in source order; and `open`.

    A name written once: that write. A read in another function than the name's, or in the initialiser of a field: all
    writes. Else those on some path to the read, and all that closures make. `open`: it may see something else, for the
    name is free, imported or otherwise bound without a write, or some path leads there before any write (undefined).
    """
    binding = module.binding[ident]
    if binding < 0:
        return (), True
    writes = module.writes(binding)
    if module.binding_flags[binding] & BindingFlag.ONCE or len(writes) < 2:
        return _in_order(module, writes), not writes
    owner = module.binding_owner[binding]
    if module.owner[ident] != owner:
        return _in_order(module, writes), False
    flow = flow_of(module, owner)
    by_binding = _seen_by_binding(module, flow)
    seen = by_binding.get(binding)
    if seen is None:
        seen = by_binding[binding] = _follow(module, flow, binding)
    return seen.get(ident, (_in_order(module, writes), False))


def in_effect(module: Module, ident: int) -> tuple[int, ...]:
    """The writes whose values may be in what a read sees: those that reach it, and those that reach what adds to it."""
    found: list[int] = []
    pending = [ident]
    while pending:
        for target in reaching(module, pending.pop())[0]:
            if target not in found:
                found.append(target)
                if write_event(module, target) != target:
                    pending.append(target)
    return _in_order(module, found)


def _follow(module: Module, flow: Flow, binding: int) -> _Seen:
    owner = flow.root
    events: dict[int, int] = {}
    elsewhere: list[int] = []
    for target in module.writes(binding):
        if module.owner[target] != owner:
            elsewhere.append(target)
        else:
            events[write_event(module, target)] = target
    reads: dict[int, set[int]] = {row: set() for row in module.refs(binding) if module.owner[row] == owner}
    walked = walk(module, owner, _Writes(events, reads), _UNWRITTEN)
    if walked.open:
        return {}
    found: _Seen = {}
    for row, seen in reads.items():
        if seen:
            # a closure that writes may have run before any read
            rows = seen.union(elsewhere) - {_UNWRITTEN}
            found[row] = (_in_order(module, rows), _UNWRITTEN in seen)
    return found


def _in_order(module: Module, rows: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(rows, key=module.start.__getitem__))


def write_event(module: Module, target: int) -> int:
    """The row whose evaluation is the write to `target`: the operation where that reads the target first."""
    parent = module.parent[target]
    kind = module.kind[parent]
    if kind == Kind.UPDATE or (kind == Kind.ASSIGN and module.text(parent) != "="):
        return parent
    return target
