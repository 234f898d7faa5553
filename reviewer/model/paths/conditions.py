"""The conditions in force at a row: what every path to it has decided, by enclosing branches and by earlier exits."""

from __future__ import annotations

from reviewer.model.paths.blocks import Flow, Op
from reviewer.model.paths.exits import Exits, Joined, Origin
from reviewer.model.paths.kept import PerFlow
from reviewer.model.paths.order import located, shape_of
from reviewer.source.module import Kind, Module

Fact = tuple[int, int]
"""A condition row, and the `Truth` that was found of it."""


class Dominators:
    """The dominator tree over the blocks and the branch edges of a flow (Cooper, Harvey, Kennedy 2001).

    An edge that dominates a row is a decision in force there, and the last one about its condition: had a later one
    gone the other way, its path would lead to the row around the edge. A finally is passed over: what holds before it
    holds after it, what is decided within stays within.
    """

    def __init__(self, flow: Flow, walked: Exits[int]) -> None:
        self.node_of: dict[int, int] = {}
        self.facts: list[list[Fact]] = []
        self.parent: list[int] = []
        before: list[list[int]] = []
        edges: list[tuple[int, int, int, int]] = []
        blocks = [node[0] for node in walked.seen]
        for block in blocks:
            self.node_of[block] = len(self.facts)
            self.facts.append(list(flow.facts.get(block, ())))
            before.append([])
        for node, origins in walked.seen.items():
            for block in {_block(origin) for origin in origins}:
                edges.extend((block, node[0], *fact) for fact in _decided(flow, block, node[0]))
        for source, target, condition, truth in edges:
            at, to = self.node_of[source], self.node_of[target]
            if condition >= 0:
                before[to].append(len(self.facts))
                self.facts.append([(condition, truth)])
                before.append([at])
            else:
                before[to].append(at)
        self._build(before)

    def _build(self, before: list[list[int]]) -> None:
        after: list[list[int]] = [[] for _ in before]
        for node, origins in enumerate(before):
            for origin in origins:
                after[origin].append(node)
        order = _postorder(after)
        rank = [0] * len(before)
        for number, node in enumerate(order):
            rank[node] = number
        parent = [-1] * len(before)
        parent[0] = 0
        changed = True
        while changed:
            changed = False
            for node in reversed(order):
                if node == 0:
                    continue
                new = -1
                for origin in before[node]:
                    if parent[origin] < 0:
                        continue
                    if new < 0:
                        new = origin
                        continue
                    other = origin
                    while new != other:
                        if rank[new] < rank[other]:
                            new = parent[new]
                        else:
                            other = parent[other]
                if parent[node] != new:
                    parent[node] = new
                    changed = True
        self.parent = parent

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


def _decided(flow: Flow, source: int, target: int) -> list[Fact]:
    """What is decided between two blocks: (-1, -1) where nothing is."""
    if flow.op[source] != Op.BRANCH:
        return [(-1, -1)]
    found = []
    if target == flow.a[source]:
        found.append((flow.condition[source], flow.truth[source]))
    if target == flow.b[source]:
        found.append((flow.condition[source], flow.truth[source] ^ 1))
    return found or [(-1, -1)]


def _postorder(after: list[list[int]]) -> list[int]:
    seen = bytearray(len(after))
    seen[0] = 1
    order = []
    stack = [(0, 0)]
    while stack:
        node, at = stack.pop()
        if at == len(after[node]):
            order.append(node)
            continue
        stack.append((node, at + 1))
        following = after[node][at]
        if not seen[following]:
            seen[following] = 1
            stack.append((following, 0))
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
    tree = _dominators_of(module, flow)
    chains = [chain for block in flow.blocks_of(row) if (chain := tree.chain(block))]
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
