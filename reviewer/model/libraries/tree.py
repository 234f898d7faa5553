"""The tree of places that the rows of library files name, one for each base."""

from __future__ import annotations

from typing import TypeAlias

from reviewer.model.libraries.automaton import State
from reviewer.model.libraries.conditions import Condition
from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.steps import Step

Edge: TypeAlias = tuple[tuple[Condition, ...], Step]


class Node:
    """One place. edges: by the conditions to pass and the step. types: the keys of the types that its value has."""

    __slots__ = ("edges", "facts", "name", "state", "types")

    def __init__(self, name: str) -> None:
        self.name = name
        self.edges: dict[Edge, Node] = {}
        self.facts: dict[str, list[Fact]] = {}
        self.types: list[str] = []
        self.state: State = 0

    def inherit(self, other: Node) -> None:
        """Lay everything of `other` into this place: what only one of them has is shared, what both have is merged."""
        pending = [(self, other)]
        while pending:
            mine, theirs = pending.pop()
            for kind, facts in theirs.facts.items():
                own = mine.facts.setdefault(kind, [])
                own.extend(fact for fact in facts if fact not in own)
            mine.types.extend(key for key in theirs.types if key not in mine.types)
            for edge, below in theirs.edges.items():
                held = mine.edges.get(edge)
                if held is None:
                    mine.edges[edge] = below
                elif held is not below:
                    # it may be shared with another place, which must not change
                    mine.edges[edge] = copy = held.copy()
                    pending.append((copy, below))

    def copy(self) -> Node:
        """A node of its own with the same places below."""
        copy = Node(self.name)
        copy.edges = dict(self.edges)
        copy.facts = {kind: list(facts) for kind, facts in self.facts.items()}
        copy.types = list(self.types)
        return copy
