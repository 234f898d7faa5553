"""Depending: whether anything that differs from turn to turn goes into a query, however many calls away that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.chains import whole_chain
from reviewer.model.domain import Closure, Typed
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.does import Doing
    from reviewer.model.model import Model
    from reviewer.model.turns import Turn

_BRANCHES: Final = frozenset({Kind.IF, Kind.SWITCH, Kind.CONDITIONAL})
_SELF: Final = frozenset({Kind.THIS, Kind.SUPER})
_ROUNDS: Final = 6
_STORING: Final = frozenset({Kind.DECLARATOR, Kind.ASSIGN, Kind.FOR_OF, Kind.FOR_IN, Kind.CALL, Kind.NEW})


class Depending:
    """Asked of what is reported only. What is not seen counts as different in each turn."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._used: dict[tuple[int, int], tuple[frozenset[int], bool]] = {}
        self._storing: dict[Closure, list[int]] = {}

    def is_same(self, turn: Turn, way: list[Doing]) -> bool:
        """Whether the last call of a way, which is made in each turn, is given the same in all of them."""
        module = self.model.link.body(turn.module)
        start, end = module.start[turn.row], module.end[turn.row]
        differing = {
            module.binding[row]
            for row in module.descend(turn.row)
            if module.kind[row] == Kind.IDENT and module.binding[row] >= 0
            if any(start <= module.start[write] < end for write in module.writes(module.binding[row]))
        }
        is_this = False
        for at in way[:-1]:
            module = self.model.link.body(at.module)
            inner = self._entered(module, at, differing, is_this=is_this)
            if inner is None or at.callee is None:
                return False
            differing, is_this = inner
            module = self.model.link.body(at.callee.module)
            if not differing and not is_this:
                return True
            self._spread(module, at.callee.row, differing, is_this=is_this)
        query = way[-1].row
        if module.kind[query] not in {Kind.CALL, Kind.NEW, Kind.TAGGED}:
            return False
        return not self._differs(module, whole_chain(module, query), differing, is_this=is_this)

    def _entered(
        self, module: Module, at: Doing, differing: set[int], *, is_this: bool
    ) -> tuple[set[int], bool] | None:
        """The parameters of the function that a call runs which differ, and whether its `this` does; None where it is
        not known which argument becomes which of them.
        """
        callee, call = at.callee, at.row
        if callee is None or module.kind[call] not in {Kind.CALL, Kind.NEW}:
            return None
        held = module.first[call]
        if module.kind[held] == Kind.IDENT and module.binding[held] in differing:
            return None  # another function each time, or one that holds what differs
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        if callee not in callees.items or any(not isinstance(item, Closure | Typed) for item in callees.items):
            return None
        arguments = module.args(call)
        if any(module.kind[argument] == Kind.SPREAD for argument in arguments):
            return None
        body = self.model.link.body(callee.module)
        found: set[int] = set()
        for argument, param in zip(arguments, body.params(callee.row), strict=False):
            # What a call in an argument gives may be another thing each time: `next()`.
            if self._differs(module, argument, differing, is_this=is_this) or _calls(module, argument):
                found |= _names(body, param)
        if len(arguments) > len(body.params(callee.row)):
            return None  # it may read `arguments`
        receiver = module.first[held] if module.kind[held] == Kind.MEMBER else -1
        return found, receiver >= 0 and (
            self._differs(module, receiver, differing, is_this=is_this) or _calls(module, receiver)
        )

    def _spread(self, module: Module, function: int, differing: set[int], *, is_this: bool) -> None:
        """Add what a function makes of what differs."""
        key = Closure(module.index, function)
        rows = self._storing.get(key)
        if rows is None:
            rows = self._storing[key] = [row for row in module.descend(function) if module.kind[row] in _STORING]
        for _ in range(_ROUNDS):
            size = len(differing)
            for row in rows:
                differing |= self._stored(module, row, differing, is_this=is_this) - differing
            if len(differing) == size:
                return

    def _stored(self, module: Module, row: int, differing: set[int], *, is_this: bool) -> set[int]:
        """The names that hold something else because of what a row does with what differs."""
        kind = module.kind[row]
        if kind in {Kind.CALL, Kind.NEW}:
            parts = [part for part in module.ops(row) if module.kind[part] != Kind.FUNCTION]
            if not any(self._differs(module, part, differing, is_this=is_this) for part in parts):
                return set()
            found: set[int] = set()
            for argument in module.args(row):
                if module.kind[argument] == Kind.FUNCTION:  # a callback may be given what the call was
                    for param in module.params(argument):
                        found |= _names(module, param)
            callee = module.first[row]
            held = _root(module, callee) if module.kind[callee] == Kind.MEMBER else -1
            if held >= 0 and module.binding_owner[held] and module.binding_kind[held] != BindingKind.PARAM:
                found.add(held)  # `list.push(id)`
            return found
        value = module.op(row, 1)
        is_given = self._differs(module, value, differing, is_this=is_this)
        if kind == Kind.ASSIGN and not is_given:
            is_given = any(
                module.kind[above] in _BRANCHES
                and self._differs(module, module.first[above], differing, is_this=is_this)
                for above in module.ancestors(row)
            )
        if not is_given:
            return set()
        target = module.first[row]
        if module.kind[target] in {Kind.MEMBER, Kind.INDEX}:
            root = _root(module, target)
            return {root} if root >= 0 else set()
        return _names(module, target)

    def _differs(self, module: Module, row: int, differing: set[int], *, is_this: bool) -> bool:
        """Whether anything that differs is named in an expression."""
        key = (module.index, row)
        used = self._used.get(key)
        if used is None:  # the same is asked for each turn, and in each round
            rows = [*module.descend(row)]
            names = frozenset(module.binding[at] for at in rows if module.kind[at] == Kind.IDENT)
            used = self._used[key] = names, any(module.kind[at] in _SELF for at in rows)
        return not used[0].isdisjoint(differing) or (is_this and used[1])


def _calls(module: Module, row: int) -> bool:
    return any(module.kind[at] in {Kind.CALL, Kind.NEW, Kind.AWAIT} for at in module.descend_owned(row))


def _names(module: Module, target: int) -> set[int]:
    found = (module.binding[at] for at in module.descend(target) if module.kind[at] == Kind.IDENT)
    return {binding for binding in found if binding >= 0}


def _root(module: Module, row: int) -> int:
    while module.kind[row] in {Kind.MEMBER, Kind.INDEX, Kind.CALL}:
        row = module.first[row]
    return module.binding[row] if module.kind[row] == Kind.IDENT else -1
