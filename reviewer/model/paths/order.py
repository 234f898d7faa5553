"""What runs before what: evaluation order, dominance, reachability, cover by a catch, and how a function ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from reviewer.model.paths.blocks import Flow
from reviewer.model.paths.exits import Exits
from reviewer.model.paths.kept import PerFlow, flow_of
from reviewer.model.paths.machine import ALL_THROW, Machine
from reviewer.model.paths.walk import walk
from reviewer.source.module import Flag, Kind, Module

Known = Literal["yes", "no", "maybe"]


class _Plain(Machine[int]):
    """One state, nothing stepped: the shape of the paths alone, with every throw that the language allows."""

    throwing = ALL_THROW


def _walk_plainly(module: Module, flow: Flow) -> Exits[int]:
    return walk(module, flow.root, _Plain(), 0)


shape_of = PerFlow(_walk_plainly)
"""The walk of a machine that looks for nothing."""


def _find_reached(module: Module, flow: Flow) -> frozenset[int]:
    shape = shape_of(module, flow)
    return frozenset(range(len(flow.rows)) if shape.open else (node[0] for node in shape.seen))


_reached_of = PerFlow(_find_reached)


def located(module: Module, row: int) -> tuple[int, Flow]:
    """`row`, or the nearest row above it that its function evaluates, with the flow of that function.

    Rows that nothing evaluates in line: absent operands, and fields of instances, which run in the constructor.
    """
    flow = flow_of(module, module.owner[row])
    while row != flow.root and not flow.blocks_of(row):
        row = module.parent[row]
    return row, flow


def evaluation_order(module: Module, row: int) -> Iterator[int]:
    """The rows of an expression, a statement, a FUNCTION or a PROGRAM in evaluation order, each once.

    Operands come before their operation, a plain target after its value, a compound statement before its parts. Of a
    FUNCTION its parameters and body, without the FUNCTION itself; of functions inside only their row.
    """
    flow = flow_of(module, row)
    seen: set[int] = set()
    for block in flow.order:
        for at in flow.rows[block]:
            if at not in seen:
                seen.add(at)
                yield at


class _Before(Machine[int]):
    """0 until one of `firsts` was evaluated, then 1; what holds at `second` is kept in `found`."""

    throwing = ALL_THROW

    def __init__(self, firsts: frozenset[int], second: int) -> None:
        self.firsts = firsts
        self.second = second
        self.rows = firsts | {second}
        self.found: set[int] = set()

    def step(self, state: int, row: int) -> int:
        if row == self.second:
            self.found.add(state)
        return 1 if row in self.firsts else state


def before(module: Module, first: int, second: int) -> Known:
    """Whether `first` was evaluated on every path (yes), on some, or on none (no) that leads to `second`.

    Throws count as the language allows them. A logical assignment counts where it assigns. For a `second` inside a
    nested function the creation of that function answers: yes is yes, all else is maybe. Unreachable code: yes.
    """
    owner = module.owner[first]
    nested = False
    while module.owner[second] != owner:
        second = module.owner[second]
        if module.kind[second] == Kind.PROGRAM:
            return "maybe"
        nested = True
    first, second = located(module, first)[0], located(module, second)[0]
    machine = _Before(frozenset((first,)), second)
    if walk(module, owner, machine, 0).open:
        return "maybe"
    if machine.found <= {1}:
        return "yes"
    return "no" if machine.found == {0} and not nested else "maybe"


def after_one(module: Module, firsts: Iterable[int], second: int) -> bool:
    """Whether one of `firsts`, rows of the function of `second`, was evaluated on every path that leads there."""
    machine = _Before(frozenset(located(module, first)[0] for first in firsts), located(module, second)[0])
    if not machine.firsts or walk(module, module.owner[second], machine, 0).open:
        return False
    return machine.found <= {1}


class Ends(NamedTuple):
    """How a function ends: RETURN rows (or the body of an arrow without braces), its end, rows that throw out of it.

    `open`: there may be more, the walk was given up at its budget.
    """

    returns: tuple[int, ...]
    falls_off: bool
    throws: tuple[int, ...]
    open: bool = False

    @property
    def never(self) -> bool:
        """Whether it does not end at all: `for (;;) {}`."""
        return not (self.returns or self.falls_off or self.throws or self.open)


class _Ends(Machine[int]):
    """The plain walk, with throws as somebody knows them."""

    def __init__(self, throws: Callable[[int], bool]) -> None:
        self.throws = throws

    def may_throw(self, row: int) -> bool:
        return self.throws(row)


def exits(module: Module, function: int, may_throw: Callable[[int], bool] | None = None) -> Ends:
    """How `function` ends.

    `may_throw` is asked of calls, `new`, tagged templates, await, yield and for-of; without it all of them may.
    """
    found = walk(module, function, _Ends(may_throw) if may_throw else Machine[int](), 0)
    start = module.start.__getitem__
    returns, throws = sorted(found.returns, key=start), sorted(found.throws, key=start)
    return Ends(tuple(returns), bool(found.normal), tuple(throws), found.open)


def reachable(module: Module, row: int) -> bool:
    """Whether some path of its function leads to `row`: not after return, throw, break, or an endless loop."""
    row, flow = located(module, row)
    if row == flow.root:
        return True
    passed = _reached_of(module, flow)
    return any(block in passed for block in flow.blocks_of(row))


def covered(module: Module, row: int) -> int | None:
    """The CATCH that receives what `row` throws: the nearest one of the same function in whose try block it stands."""
    kinds = module.kind
    while kinds[row] != Kind.PROGRAM:
        parent = module.parent[row]
        kind = kinds[parent]
        if kind == Kind.FUNCTION:
            return None
        if kind == Kind.TRY:
            first = module.first[parent]
            if row == first and kinds[first + 1] == Kind.CATCH:
                return first + 1
        elif kind == Kind.PROPERTY and _is_instance_field(module, parent) and row == module.first[parent] + 1:
            return None
        row = parent
    return None


def _is_instance_field(module: Module, row: int) -> bool:
    """Whether a PROPERTY's value is evaluated by the constructor, wherever that is called."""
    if module.kind[module.parent[row]] != Kind.CLASS or module.flags[row] & Flag.STATIC:
        return False
    value = module.first[row] + 1
    methods = Flag.METHOD | Flag.GETTER | Flag.SETTER
    return not (module.kind[value] == Kind.FUNCTION and module.flags[value] & methods)
