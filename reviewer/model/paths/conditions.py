"""The conditions in force at a row: what every path to it has decided, by enclosing branches and by earlier exits."""

from __future__ import annotations

from collections.abc import Iterable

from reviewer.model.paths.blocks import Flow, Op
from reviewer.model.paths.exits import Exits, Joined, Origin
from reviewer.model.paths.kept import PerFlow, flow_of
from reviewer.model.paths.order import located, shape_of
from reviewer.source.module import Kind, Module

Fact = tuple[int, int]
"""A condition row, and the `Truth` that was found of it."""


class Dominators:
    """The dominator tree over the blocks and the branch edges of a flow.

    An edge that dominates a row is a decision in force there, and the last one about its condition: had a later one
    gone the other way, its path would lead to the row around the edge. A finally is passed over: what holds before it
    holds after it, what is decided within stays within.

    Structured control flow is reducible: each loop is entered at its head, and edges back to a head say nothing of what
    dominates it. So one pass in reverse postorder finds each node's parent, the lowest common ancestor of the nodes
    that lead to it; `jump` skips up the tree so that this takes logarithmic time (Myers 1983).
    """

    def __init__(self, flow: Flow, walked: Exits[int]) -> None:
        self.node_of: dict[int, int] = {}
        self.facts: list[list[Fact]] = []
        before: list[list[int]] = []
        for block, _, _ in walked.seen:
            self.node_of[block] = len(self.facts)
            self.facts.append(flow.facts.get(block, []))
            before.append([])
        for node, origins in walked.seen.items():
            to = self.node_of[node[0]]
            for block in {_block(origin) for origin in origins}:
                at = self.node_of[block]
                for fact in _decided(flow, block, node[0]):
                    if fact is None:
                        before[to].append(at)
                    else:
                        before[to].append(len(self.facts))
                        self.facts.append([fact])
                        before.append([at])
        self.parent = [0] * len(before)
        self.depth = [-1] * len(before)
        self.jump = [0] * len(before)
        self.depth[0] = 0
        for number in reversed(_postorder(before)):
            self._place(number, before[number])

    def _place(self, node: int, origins: list[int]) -> None:
        parent = -1
        for origin in origins:
            if self.depth[origin] >= 0:
                parent = origin if parent < 0 else self._common(parent, origin)
        if parent < 0:
            return
        self.parent[node] = parent
        self.depth[node] = self.depth[parent] + 1
        jump = self.jump[parent]
        equal = self.depth[parent] - self.depth[jump] == self.depth[jump] - self.depth[self.jump[jump]]
        self.jump[node] = self.jump[jump] if equal else parent

    def _common(self, one: int, other: int) -> int:
        depth, jump, parent = self.depth, self.jump, self.parent
        if depth[one] < depth[other]:
            one, other = other, one
        while depth[one] > depth[other]:
            one = jump[one] if depth[jump[one]] >= depth[other] else parent[one]
        while one != other:
            if jump[one] != jump[other]:
                one, other = jump[one], jump[other]
            else:
                one, other = parent[one], parent[other]
        return one

    def chain(self, block: int) -> list[int]:
        """The nodes that dominate `block`, itself first, the entry last; empty for a block that nothing reaches."""
        node = self.node_of.get(block, -1)
        if node < 0:
            return []
        found = [node]
        while node:
            node = self.parent[node]
            found.append(node)
        return found


_dominators_of = PerFlow(lambda module, flow: Dominators(flow, shape_of(module, flow)))


def _block(origin: Origin[int]) -> int:
    while isinstance(origin, Joined):
        origin = origin.before
    return origin[0]


def _decided(flow: Flow, source: int, target: int) -> list[Fact | None]:
    """What is decided between two blocks: None for an edge that decides nothing."""
    found: list[Fact | None] = []
    if flow.op[source] == Op.BRANCH:
        if target == flow.a[source]:
            found.append((flow.condition[source], flow.truth[source]))
        if target == flow.b[source]:
            found.append((flow.condition[source], flow.truth[source] ^ 1))
    return found or [None]


def _postorder(before: list[list[int]]) -> list[int]:
    after: list[list[int]] = [[] for _ in before]
    for node, origins in enumerate(before):
        for origin in origins:
            after[origin].append(node)
    seen = bytearray(len(after))
    seen[0] = 1
    order = []
    stack = [(0, iter(after[0]))]
    while stack:
        node, rest = stack[-1]
        for following in rest:
            if not seen[following]:
                seen[following] = 1
                stack.append((following, iter(after[following])))
                break
        else:
            stack.pop()
            order.append(node)
    return order


def conditions(module: Module, row: int) -> tuple[Fact, ...]:
    """The (condition row, `Truth`) pairs that hold whenever `row` is evaluated, the earliest decision first.

    From enclosing branches, short circuits, loops and cases, and from earlier exits (`if (!x) return;` leaves x TRUE
    behind). `!` and decided && and || are taken apart; && that is false and || that is true stay whole. They tell what
    was decided, not that nothing was written since. Empty for unreachable rows. Only decisions of the same function.
    """
    row, flow = located(module, row)
    if row == flow.root:
        return ()
    return _common(module, flow, flow.blocks_of(row))


def conditions_at_end(module: Module, function: int) -> tuple[Fact, ...]:
    """The same where a function's code ends without `return` or throw."""
    flow = flow_of(module, function)
    return _common(module, flow, [_block(origin) for origin in shape_of(module, flow).normal.values()])


def _common(module: Module, flow: Flow, blocks: Iterable[int]) -> tuple[Fact, ...]:
    if shape_of(module, flow).open:
        return ()
    tree = _dominators_of(module, flow)
    chains = [chain for block in blocks if (chain := tree.chain(block))]
    if not chains:
        return ()
    common = chains[0]
    for chain in chains[1:]:
        shared = set(chain)
        common = [node for node in common if node in shared]
    return tuple(fact for node in reversed(common) for fact in tree.facts[node])


def stable_facts(module: Module, row: int) -> dict[int, bool]:
    """Bindings whose truthiness is decided at `row` by plain tests of their name (`if (x)`, `x && …`)."""
    found: dict[int, bool] = {}
    for condition, truth in conditions(module, row):
        if module.kind[condition] == Kind.IDENT and module.binding[condition] >= 0 and truth <= 1:
            found[module.binding[condition]] = bool(truth)
    return found
