"""What a walk found: the states that leave its root by each completion, and a path to each of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Generic, NamedTuple

from reviewer.model.paths.blocks import Flow, Op
from reviewer.model.paths.machine import S

Node = tuple[int, S, int]
"""A block, the state on entering it, and the context: 0, or one number for each finally and state that entered it."""


class Joined(NamedTuple, Generic[S]):
    """Where a path goes on after a finally: its last node inside, the finally's first node, and what led there."""

    inside: Node[S] | Joined[S]
    entry: Node[S]
    before: Node[S] | Joined[S]


Origin = Node[S] | Joined[S]


class Exits(Generic[S]):
    """How the root ends: the states that leave it, by completion.

    normal: at the end of the code. returns, throws: by the row that returns or throws (for an arrow without braces the
    body). jumps: by the BREAK or CONTINUE whose target lies outside the root. `open`: the walk was given up at its
    budget, and states may be missing.
    """

    __slots__ = ("flow", "jumps", "normal", "open", "returns", "seen", "throws")

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.normal: dict[S, Origin[S]] = {}
        self.returns: dict[int, dict[S, Origin[S]]] = {}
        self.throws: dict[int, dict[S, Origin[S]]] = {}
        self.jumps: dict[int, dict[S, Origin[S]]] = {}
        self.seen: dict[Node[S], list[Origin[S]]] = {}
        self.open = False

    def ended(self) -> set[S]:
        """The states in which the root ends without a throw: at its end or by return."""
        found = set(self.normal)
        for states in self.returns.values():
            found.update(states)
        return found

    def thrown(self) -> set[S]:
        """The states in which the root ends by a throw."""
        found: set[S] = set()
        for states in self.throws.values():
            found.update(states)
        return found

    def decisions(self, origin: Origin[S]) -> tuple[tuple[int, int], ...]:
        """The (condition, truth) pairs decided on one shortest path from the start to `origin`, in order."""
        path: list[Node[S]] = []
        entered: list[Joined[S]] = []
        at = origin
        while True:
            if isinstance(at, Joined):
                entered.append(at)
                at = at.inside
                continue
            path.append(at)
            if entered and at == entered[-1].entry:
                at = entered.pop().before
                continue
            origins = self.seen[at]
            if not origins:
                break
            at = origins[0]
        path.reverse()
        return tuple(self._decided(path))

    def _decided(self, path: list[Node[S]]) -> Iterator[tuple[int, int]]:
        flow = self.flow
        for (block, _, _), (after, _, _) in pairwise(path):
            if flow.op[block] == Op.BRANCH and flow.a[block] != flow.b[block]:
                if after == flow.a[block]:
                    yield flow.condition[block], flow.truth[block]
                elif after == flow.b[block]:
                    yield flow.condition[block], flow.truth[block] ^ 1
