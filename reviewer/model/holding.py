"""Holding: under which name a function keeps what a call gave it, and where it lets go of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure
from reviewer.model.paths import receiver
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_DEPTH: Final = 3
# Tests of a value leave it where it is.
_TESTS: Final = frozenset({Kind.IF, Kind.WHILE, Kind.CONDITIONAL, Kind.SWITCH})
_LOOKED_AT: Final = frozenset({Kind.UNARY, Kind.BINARY, Kind.EXPRESSION})


def holder(module: Module, call: int) -> int:
    """The binding under which the value of a call is kept, awaited in place or not; where it is dropped, the one that
    the call is made on: `runner` of `await runner.connect()`. -1 where it goes elsewhere.
    """
    row = call
    while module.kind[module.parent[row]] == Kind.AWAIT:
        row = module.parent[row]
    if module.kind[module.parent[row]] == Kind.EXPRESSION:
        return begins_with(module, call)
    target = receiver(module, row)
    return module.binding[target] if target >= 0 else -1


def begins_with(module: Module, call: int) -> int:
    """The binding that a chain of calls begins with, `res` of `res.status(404).json()`; -1 where it is no name."""
    at = module.first[call]
    while module.kind[at] in {Kind.MEMBER, Kind.CALL}:
        at = module.first[at]
    return module.binding[at] if module.kind[at] == Kind.IDENT else -1


class Letting:
    """Where a function lets go of what it holds under a name: by a call on it of one of these names, or by handing it
    to whoever may do so: what it returns, stores, or gives to code that is not known to leave it alone.
    """

    def __init__(self, model: Model, names: frozenset[str]) -> None:
        self.model = model
        self.names = names

    def rows(self, module: Module, function: int, binding: int) -> frozenset[int] | None:
        """The rows of the function that let go; None where a function inside of it may do so at another time."""
        found: set[int] = set()
        for ref in self._reads(module, binding):
            row = self._lets_go(module, ref, 0)
            if row >= 0 and module.owner[ref] != function:
                return None
            if row >= 0:
                found.add(row)
        return frozenset(found).union(*(self._asked_before(module, row, binding) for row in found))

    def _asked_before(self, module: Module, row: int, binding: int) -> frozenset[int]:
        """Where the state of the thing itself decides whether it is let go: `if (!runner.isReleased)`."""
        tests = [
            module.first[at]
            for at in module.ancestors(row)
            if module.kind[at] in _TESTS or module.kind[at] == Kind.LOGICAL
        ]
        return frozenset(
            ref
            for ref in self._reads(module, binding)
            if module.kind[module.parent[ref]] == Kind.MEMBER
            and any(module.start[test] <= module.start[ref] < module.end[test] for test in tests)
        )

    def _reads(self, module: Module, binding: int) -> list[int]:
        writes = set(module.writes(binding))
        return [ref for ref in module.refs(binding) if ref not in writes]

    def _lets_go(self, module: Module, ref: int, depth: int) -> int:
        """The row at which a use of the name lets go of its value; -1 where it does not."""
        parent = module.parent[ref]
        kind = module.kind[parent]
        is_first = module.first[parent] == ref
        if kind == Kind.MEMBER:
            call = module.parent[parent]
            if module.text(parent) not in self.names:
                return -1
            return call if module.kind[call] == Kind.CALL and module.first[call] == parent else parent
        if kind in _LOOKED_AT or (kind in _TESTS and is_first):
            return -1
        if kind == Kind.LOGICAL and is_first and module.text(parent) == "&&":
            return -1
        if kind == Kind.CALL and not is_first and self._is_left_alone(module, parent, module.position(ref) - 1, depth):
            return -1
        return ref

    def _is_left_alone(self, module: Module, call: int, index: int, depth: int) -> bool:
        """Whether all that a call may run only uses what it is given as this argument."""
        if depth == _DEPTH or any(module.kind[row] == Kind.SPREAD for row in module.args(call)):
            return False
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        if callees.open or not callees.items:
            return False
        return all(isinstance(item, Closure) and self._leaves(item, index, depth + 1) for item in callees.items)

    def _leaves(self, function: Closure, index: int, depth: int) -> bool:
        module = self.model.link.body(function.module)
        params = module.params(function.row)
        target = module.first[params[index]] if index < len(params) else -1
        if target < 0 or module.kind[target] != Kind.IDENT or module.binding[target] < 0:
            return False
        return all(self._lets_go(module, ref, depth) < 0 for ref in self._reads(module, module.binding[target]))
