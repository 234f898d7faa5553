"""What must happen, or may happen once, on each path: releases after an acquisition, one response a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple

from reviewer.model.paths.blocks import Truth
from reviewer.model.paths.conditions import stable_facts
from reviewer.model.paths.definitions import write_event
from reviewer.model.paths.exits import Origin
from reviewer.model.paths.kept import flow_of
from reviewer.model.paths.machine import Machine
from reviewer.model.paths.walk import walk
from reviewer.source.module import Kind, Module

_REFUTED: Final = {Truth.FALSE: True, Truth.TRUE: False, Truth.NULLISH: True}
"""A decision about a name → the truthiness of its value with which it can't be."""

_WAYS_LIMIT: Final = 100
_ROWS_LIMIT: Final = 50


class Path(NamedTuple):
    """A path on which something is missed.

    row: where it leaves the function: a RETURN (the body of an arrow without braces), the row that throws, or the
    FUNCTION itself for its end. throws: whether it leaves by a throw. decisions: (condition, `Truth`) pairs in order.
    """

    row: int
    throws: bool
    decisions: tuple[tuple[int, int], ...]


class _Since:
    """What is known of names from the moment a row was evaluated, until one of them is written again."""

    def __init__(self, module: Module, row: int, known: dict[int, bool], own: int = -1) -> None:
        self.module = module
        self.known = known
        owner = module.owner[row]
        self.ended_by = frozenset(
            write_event(module, target)
            for binding in known
            for target in module.writes(binding)
            if target != own and module.owner[target] == owner
        )
        if any(module.owner[target] != owner for binding in known for target in module.writes(binding)):
            self.known = {}

    def refutes(self, condition: int, truth: int) -> bool:
        """Whether a decision contradicts what is known."""
        if self.module.kind[condition] != Kind.IDENT:
            return False
        known = self.known.get(self.module.binding[condition])
        return known is not None and _REFUTED.get(truth) is known


_IDLE, _DUE, _DUE_BLIND = 0, 1, 2


class _Must(Machine[int]):
    """_DUE from the acquisition to the discharge; _DUE_BLIND once a name that was known then has been written."""

    def __init__(
        self, acquired: int, discharges: frozenset[int], since: _Since, throws: Callable[[int], bool] | None
    ) -> None:
        self.acquired = acquired
        self.discharges = discharges
        self.since = since
        self.throws = throws
        self.rows = discharges | since.ended_by | {acquired}

    def may_throw(self, row: int) -> bool:
        return self.throws is None or self.throws(row)

    def step(self, state: int, row: int) -> int:
        if row in self.discharges:
            return _IDLE
        if row == self.acquired:
            return _DUE
        return _DUE_BLIND if state == _DUE else state

    def thrown(self, state: int, row: int) -> int:
        """A release that throws has released; an acquisition that throws has acquired nothing."""
        return _IDLE if row in self.discharges else state

    def assume(self, state: int, condition: int, truth: int) -> int | None:
        return None if state == _DUE and self.since.refutes(condition, truth) else state


def must(
    module: Module,
    function: int,
    after_row: int,
    discharge: Callable[[int], bool],
    on: Literal["every", "normal", "throwing"] = "every",
    may_throw: Callable[[int], bool] | None = None,
    held: int = -1,
) -> list[Path]:
    """The paths from `after_row` out of `function` on which no row that `discharge` accepts was evaluated.

    `may_throw` is asked of rows that run other code; without it all of them may throw. `held`: a binding that holds
    something from then on.

    One path for each way out, a hundred at most, in source order of these, the end of the function first. An
    acquisition that is awaited in place counts from its AWAIT. Paths are left out on which a name contradicts what it
    was at the acquisition: the name that received the acquired value is truthy, and names tested by the conditions in
    force keep their truth, until written again.
    """
    flow = flow_of(module, function)
    discharges = frozenset(row for rows in flow.rows for row in rows if discharge(row))
    acquired = after_row
    while module.kind[module.parent[acquired]] == Kind.AWAIT:
        acquired = module.parent[acquired]
    known = stable_facts(module, after_row)
    holder = receiver(module, acquired)
    if holder >= 0:
        known[module.binding[holder]] = True
    if held >= 0:
        known[held] = True
    since = _Since(module, after_row, known, holder)
    walked = walk(module, function, _Must(acquired, discharges, since, may_throw), _IDLE)
    missed: dict[tuple[int, bool], Origin[int]] = {}

    def collect(row: int, states: dict[int, Origin[int]], *, throws: bool) -> None:
        for state in (_DUE, _DUE_BLIND):
            if state in states:
                missed.setdefault((row, throws), states[state])

    if on != "throwing":
        collect(function, walked.normal, throws=False)
        for row, states in walked.returns.items():
            collect(row, states, throws=False)
    if on != "normal":
        for row, states in walked.throws.items():
            collect(row, states, throws=True)
    in_order = sorted(missed, key=lambda way: (module.start[way[0]], way))[:_WAYS_LIMIT]
    return [Path(*way, walked.decisions(missed[way])) for way in in_order]


def receiver(module: Module, row: int) -> int:
    """The IDENT that the value of `row` is written to, -1 where it goes elsewhere."""
    parent = module.parent[row]
    target = module.first[parent]
    kind = module.kind[parent]
    writes = kind == Kind.DECLARATOR or (kind == Kind.ASSIGN and module.text(parent) == "=")
    named = module.kind[target] == Kind.IDENT and module.binding[target] >= 0
    return target if writes and named and row == target + 1 else -1


class _Once(Machine[int]):
    """0, then the row that came first, negative once a name known then has been written."""

    def __init__(self, module: Module, rows: frozenset[int]) -> None:
        self.wanted = rows
        self.since = {row: _Since(module, row, stable_facts(module, row)) for row in rows}
        self.rows = rows.union(*(since.ended_by for since in self.since.values()))
        self.pairs: set[tuple[int, int]] = set()

    def step(self, state: int, row: int) -> int:
        if row in self.wanted:
            if state:
                self.pairs.add((abs(state), row))
            return row
        if state > 0 and row in self.since[state].ended_by:
            return -state
        return state

    def assume(self, state: int, condition: int, truth: int) -> int | None:
        return None if state > 0 and self.since[state].refutes(condition, truth) else state


def at_most_once(module: Module, function: int, rows: Iterable[int]) -> tuple[int, int] | None:
    """Two of `rows` that one path of `function` evaluates in this order; None where there are no such two.

    Of several pairs the one whose second stands first in the text. A row twice is one that a loop repeats. A row that
    throws has not happened. Paths are left out on which a name that was tested before the first is decided the other
    way, unwritten, before the second.
    """
    machine = _Once(module, frozenset(rows))
    walk(module, function, machine, 0)
    start = module.start
    return min(machine.pairs, key=lambda pair: (start[pair[1]], start[pair[0]], pair), default=None)


class _Between(Machine[bool]):
    """Whether `first` was evaluated and `second` not yet; the rows that are met meanwhile."""

    def __init__(self, first: int, second: int, asked: frozenset[int]) -> None:
        self.first = first
        self.second = second
        self.rows = asked | {first, second}
        self.met: set[int] = set()

    def step(self, state: bool, row: int) -> bool:  # noqa: FBT001 - the state
        if row in (self.first, self.second):
            return row == self.first
        if state:
            self.met.add(row)
        return state


def between(module: Module, function: int, first: int, second: int, rows: Iterable[int]) -> list[int]:
    """Those of `rows` that some path of `function` evaluates after `first` and before `second`, in source order."""
    machine = _Between(first, second, frozenset(rows))
    walk(module, function, machine, start=False)
    return sorted(machine.met, key=lambda row: module.start[row])


def surely_again(module: Module, function: int, rows: Iterable[int]) -> list[tuple[int, tuple[int, ...]]]:
    """Those of `rows` after which every path that leaves `function` without a throw evaluates another one, each with
    these: one alone where it is on all these paths, else all that may come next. All in the order of the text; none
    where the walk is given up, or where there are more than fifty.
    """
    wanted = frozenset(rows)
    if len(wanted) > _ROWS_LIMIT:
        return []
    machine = _Once(module, wanted)
    if walk(module, function, machine, 0).open:
        return []
    start = module.start
    found = []
    for first in sorted(wanted, key=lambda row: start[row]):
        seconds = sorted((b for a, b in machine.pairs if a == first and b != first), key=lambda row: start[row])
        if seconds and not must(module, function, first, (wanted - {first}).__contains__, "normal"):
            on_all = (row for row in seconds if not must(module, function, first, {row}.__contains__, "normal"))
            sure = next(on_all, None)
            found.append((first, tuple(seconds) if sure is None else (sure,)))
    return found
