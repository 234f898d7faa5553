"""The transitions of the automaton while it is built: plain ones, and those under conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        for label, conditions in _labelled(guards, step):
            for target in targets:
                self.lay(state, label, conditions, target)

    def lay(self, state: State, label: Label, conditions: tuple[Condition, ...], target: State) -> None:
        """Lay one transition."""
        if conditions:
            _add(self.guarded[state].setdefault(label, []), (conditions, target))
        else:
            _add(self.plain[state].setdefault(label, []), target)

    def inherit(self, state: State, parent: State) -> None:
        """Lay all transitions of `parent` into `state` as well."""
        for label, targets in self.plain[parent].items():
            for target in targets:
                self.lay(state, label, (), target)
        for label, guarded in self.guarded[parent].items():
            for conditions, target in guarded:
                self.lay(state, label, conditions, target)

    def spread_wildcards(self) -> None:
        """What any member is, each named member is as well."""
        for state, (plain, guarded) in enumerate(zip(self.plain, self.guarded, strict=True)):
            if ANY_MEMBER not in plain and ANY_MEMBER not in guarded:
                continue
            for label in {*plain, *guarded}:
                if label[0] == "." and label != ANY_MEMBER:
                    for target in plain.get(ANY_MEMBER, ()):
                        self.lay(state, label, (), target)
                    for conditions, target in guarded.get(ANY_MEMBER, ()):
                        self.lay(state, label, conditions, target)

    def by_member(self, states: Iterable[State]) -> dict[str, tuple[State, ...]]:
        """The named members of several states by name."""
        found: dict[str, list[State]] = {}
        for state in states:
            members = [(label, target) for label, targets in self.plain[state].items() for target in targets]
            members += [(label, target) for label, targets in self.guarded[state].items() for _, target in targets]
            for label, target in members:
                if label[0] == "." and label != ANY_MEMBER:
                    _add(found.setdefault(label[1:], []), target)
        return {name: tuple(targets) for name, targets in found.items()}


def _labelled(guards: tuple[Condition, ...], step: Step) -> Iterator[tuple[str, tuple[Condition, ...]]]:
    """The labels of a step, each with the conditions to pass: a position from the end may be any."""
    if step.low >= 0:
        for label in labels(step):
            yield label, guards
        return
    prefix = "arg" if step.kind == "argument" else "param"
    for index in range(INDEX_LIMIT + 1):
        yield f"{prefix}:{index}", (*guards, Condition(f"{step.kind}-from-end", argument=index, low=step.low))


def _add(items: list[_Item], item: _Item) -> None:
    """Append what is not there yet; these lists are short."""
    if item not in items:
        items.append(item)
