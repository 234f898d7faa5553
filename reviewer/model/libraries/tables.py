"""The transitions of the automaton while it is built: plain ones, and those under conditions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from reviewer.model.libraries.automaton import ANY_MEMBER, Guarded, Label, State
from reviewer.model.libraries.conditions import Condition
from reviewer.model.libraries.steps import INDEX_LIMIT, Step, labels

_Item = TypeVar("_Item")


class Tables:
    """For each state, its targets by label; `guarded` holds those that conditions stand before."""

    def __init__(self, states: int) -> None:
        self.plain: list[dict[Label, list[State]]] = [{} for _ in range(states)]
        self.guarded: list[dict[Label, list[Guarded]]] = [{} for _ in range(states)]

    def connect(self, state: State, guards: tuple[Condition, ...], step: Step, targets: Iterable[State]) -> None:
        """Lay the transitions of one step."""
        if step.kind == "member" and not guards:
            _extend(self.plain[state], "." + step.name, targets)
        elif step.low < 0:
            for label, condition in from_end(step):
                _extend(self.guarded[state], label, [((*guards, condition), target) for target in targets])
        elif guards:
            for label in labels(step):
                _extend(self.guarded[state], label, [(guards, target) for target in targets])
        else:
            for label in labels(step):
                _extend(self.plain[state], label, targets)

    def spread_wildcards(self) -> None:
        """What any member is, each named member is as well."""
        for state, (plain, guarded) in enumerate(zip(self.plain, self.guarded, strict=True)):
            if ANY_MEMBER not in plain and ANY_MEMBER not in guarded:
                continue
            named = [label for label in {*plain, *guarded} if label[0] == "." and label != ANY_MEMBER]
            for label in sorted(named):
                _extend(self.plain[state], label, plain.get(ANY_MEMBER, ()))
                _extend(self.guarded[state], label, guarded.get(ANY_MEMBER, ()))

    def by_member(self, states: Iterable[State]) -> dict[str, tuple[State, ...]]:
        """The named members of several states by name."""
        found: dict[str, list[State]] = {}
        for state in states:
            members = [(label, target) for label, targets in self.plain[state].items() for target in targets]
            members += [(label, target) for label, targets in self.guarded[state].items() for _, target in targets]
            for label, target in members:
                if label[0] == "." and label != ANY_MEMBER:
                    _extend(found, label[1:], (target,))
        return {name: tuple(targets) for name, targets in found.items()}


@cache
def from_end(step: Step) -> tuple[tuple[Label, Condition], ...]:
    """A position counted from the end may be any, each under the condition that it is that one."""
    prefix = "arg" if step.kind == "argument" else "param"
    return tuple(
        (f"{prefix}:{index}", Condition(f"{step.kind}-from-end", argument=index, low=step.low))
        for index in range(INDEX_LIMIT + 1)
    )


def _extend(table: dict[str, list[_Item]], label: str, items: Iterable[_Item]) -> None:
    """Add to a label's short list what is not there yet."""
    mine = table.get(label)
    if mine is None:
        mine = list(items)
        if mine:
            table[label] = mine
        return
    for item in items:
        if item not in mine:
            mine.append(item)
