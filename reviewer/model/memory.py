"""Memory: what code remembers so that it need not do a thing again, `if (!cache) cache = read()`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.model.guards import EQUAL, disjuncts
from reviewer.model.paths import Truth, conditions
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.domain import Spot
    from reviewer.model.model import Model

Where: TypeAlias = tuple[object, ...]
"""A place that outlives a call: a binding of a function or module around, or `this`, and names of members below it;
at the end `ENTRY` for what a table holds under a key.
"""

_THIS: Final = "this"
_ENTRY: Final = "[]"
_ALIASES: Final = 3
_FLAG: Final = -2
_NESTED: Final = 200
_NOTHING: Final = frozenset({Kind.NULL, Kind.UNDEFINED})


class Remembered(IntEnum):
    """Whether what a row does is done again: each time, once for each key of a table, for each object, or once."""

    NO = 0
    BY_KEY = 1
    BY_OBJECT = 2
    ONCE = 3


class Memory:
    """`of(module, row)`: a row runs only where a place is empty, and code that runs then fills the place.

    Told from the text alone: no question is asked.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._filled: dict[tuple[int, int], frozenset[Where]] = {}

    def of(self, module: Module, row: int, called: Spot | None = None) -> Remembered:
        """Whether what a row does is done again. called: the function that the row calls, which may fill the place."""
        met = self.met(module, row, called)
        if not met:
            return Remembered.NO
        if all(where[-1] == _ENTRY for where in met):
            return Remembered.BY_KEY
        return Remembered.BY_OBJECT if all(where[0] == _THIS for where in met) else Remembered.ONCE

    def met(self, module: Module, row: int, called: Spot | None = None) -> frozenset[Where]:
        """The places that are empty where a row runs, and that code which runs then fills."""
        empty = frozenset(where for where in self._empty(module, row) if where)
        if not empty:
            return empty
        filled = self.filled(module, module.owner[row])
        if called is not None and called.module == module.index and called.row:
            filled |= self.filled(module, called.row)
        return empty & filled

    def asks_of(self, module: Module, row: int, condition: int, called: Spot | None = None) -> bool:
        """Whether a condition in force at a row asks for such a place: `if (isBegun) return; isBegun = true`."""
        return self.place(module, condition) in self.met(module, row, called)

    def is_behind_table(self, module: Module, row: int) -> bool:
        """Whether a row runs only where a table of the object or module, which other functions fill, has no entry."""
        empty = {where for where in self._empty(module, row) if where and where[-1] == _ENTRY}
        if not any(self.is_lasting(module, where) for where in empty):
            return False
        link, owner = self.model.link, module.owner[row]
        functions = {module.owner[at] for kind in (Kind.ASSIGN, Kind.CALL) for at in link.of_kind(module.index, kind)}
        others = (self._own(module, function)[0] for function in sorted(functions - {owner}))
        return any(self.is_lasting(module, where) for places in others for where in empty & places)

    @staticmethod
    def is_table(where: Where) -> bool:
        """Whether a place is what a table holds under a key."""
        return where[-1] == _ENTRY

    @staticmethod
    def is_of_object(where: Where) -> bool:
        """Whether a place belongs to the object of a method."""
        return where[0] == _THIS

    @staticmethod
    def is_lasting(module: Module, where: Where) -> bool:
        """Whether a place belongs to an object or to the module, and not to a call of a function around."""
        return not isinstance(where[0], int) or not module.binding_owner[where[0]]

    def in_turn(self, module: Module, row: int, loop: int) -> bool:
        """Whether a row runs in one turn of a loop only: it fills a place from before the loop that has to be empty."""
        empty = {where for where in self._empty(module, row, loop) if where and where[-1] != _ENTRY}
        return bool(empty) and any(
            self.place(module, module.first[assign]) in empty and _carries(module, module.op(assign, 1), row)
            for assign in self.model.link.owned(module.index, Kind.ASSIGN, module.owner[row])
        )

    def filled(self, module: Module, function: int) -> frozenset[Where]:
        """The places that a function and the functions in it write to or put something into. One that is set to false
        again is a lock.
        """
        key = (module.index, function)
        found = self._filled.get(key)
        if found is None:
            places: set[Where] = set()
            released: set[Where] = {()}
            pending = [function]
            for at in pending:
                own = self._own(module, at)
                places |= own[0]
                released |= own[1]
                if len(pending) < _NESTED:
                    pending += self.model.link.owned(module.index, Kind.FUNCTION, at)
            found = self._filled[key] = frozenset(places - released)
        return found

    def _own(self, module: Module, function: int) -> tuple[set[Where], set[Where]]:
        """The places that a function itself fills, and those that it sets to false."""
        places: set[Where] = set()
        released: set[Where] = set()
        for row in self.model.link.owned(module.index, Kind.ASSIGN, function):
            is_released = module.kind[module.op(row, 1)] == Kind.FALSE
            (released if is_released else places).add(self.place(module, module.first[row]))
        for row in self.model.link.owned(module.index, Kind.CALL, function):
            callee = module.first[row]
            if module.kind[callee] == Kind.MEMBER and self.model.libraries.puts(module.text(callee)):
                places.add(_entry(self.place(module, module.first[callee])))
        return places, released

    def _empty(self, module: Module, row: int, loop: int = -1) -> Iterator[Where]:
        """The places that the conditions in force at a row, or where a flag was set, say are empty, and that outlive
        the function's call, or the turns of a loop.
        """
        owner = module.owner[row]
        for condition, truth in conditions(module, row):
            if truth == Truth.TRUE and module.kind[condition] == Kind.IDENT and loop == -1:
                for flagged in _flagged(module, condition) - {row}:
                    yield from self._empty(module, flagged, _FLAG)
            elif truth == Truth.NULLISH:
                yield from self._outliving(module, condition, owner, loop)
            elif truth in {Truth.TRUE, Truth.FALSE}:
                for test, holds in disjuncts(module, condition, holds=truth == Truth.TRUE):
                    if module.kind[test] == Kind.BINARY and module.text(test) == "in" and not holds:
                        yield from map(_entry, self._outliving(module, module.op(test, 1), owner, loop))
                        continue
                    tested = found_empty(module, test, holds=holds)
                    if tested >= 0:
                        yield from self._outliving(module, tested, owner, loop)

    def _outliving(self, module: Module, row: int, owner: int, loop: int, depth: int = 0) -> Iterator[Where]:
        """The places that an expression of a function reads and that outlive the function's call, or a loop's turns."""
        while module.kind[row] in {Kind.AWAIT, Kind.ASSIGN}:
            row = module.first[row]
        if module.kind[row] == Kind.CALL:  # cache.get(key), cache.has(key)
            callee = module.first[row]
            if module.kind[callee] == Kind.MEMBER:
                yield from map(_entry, self._outliving(module, module.first[callee], owner, loop, depth))
            return
        binding = _root(module, row)
        if binding < 0 or (module.binding_owner[binding] != owner if loop < 0 else _is_outside(module, binding, loop)):
            yield self.place(module, row)
        elif module.binding_kind[binding] != BindingKind.PARAM and module.kind[row] == Kind.IDENT and depth < _ALIASES:
            for write in module.writes(binding):
                parent = module.parent[write]
                is_given = module.kind[parent] in {Kind.DECLARATOR, Kind.ASSIGN} and module.first[parent] == write
                if is_given and module.kind[module.op(parent, 1)] != Kind.NONE:
                    yield from self._outliving(module, module.op(parent, 1), owner, loop, depth + 1)

    def place(self, module: Module, row: int) -> Where:
        """The name of a place; what lies below an entry of a table counts as the entry. `()` where it has no name."""
        names: list[str] = []
        at = row
        while module.kind[at] in {Kind.MEMBER, Kind.INDEX}:
            names = [module.text(at), *names] if module.kind[at] == Kind.MEMBER else [_ENTRY]
            at = module.first[at]
        if module.kind[at] == Kind.THIS:
            return (_THIS, *names) if names else ()
        if module.kind[at] != Kind.IDENT:
            return ()
        return (module.binding[at] if module.binding[at] >= 0 else module.text(at), *names)


def _flagged(module: Module, flag: int) -> set[int]:
    """The rows that set a variable of the same function to true."""
    binding = module.binding[flag]
    if binding < 0 or module.binding_owner[binding] != module.owner[flag]:
        return set()
    stores = (module.parent[write] for write in module.writes(binding))
    return {
        at
        for at in stores
        if module.kind[at] == Kind.ASSIGN
        and module.kind[module.op(at, 1)] == Kind.TRUE
        and module.owner[at] == module.owner[flag]
    }


def _is_outside(module: Module, binding: int, loop: int) -> bool:
    """Whether a name is declared around a loop or a call, not in it."""
    owner = module.binding_owner[binding]
    if owner and module.start[loop] <= module.start[owner] < module.end[loop]:
        return False
    declared = [module.first[row] for row in module.descend_owned(loop) if module.kind[row] == Kind.DECLARATOR]
    if module.kind[loop] in {Kind.FOR_OF, Kind.FOR_IN}:
        declared.append(module.first[loop])
    return all(module.binding[row] != binding for target in declared for row in module.descend_owned(target))


def _carries(module: Module, value: int, row: int) -> bool:
    """Whether a value is what a row gives, or made of a name that holds that."""
    for part in module.descend_owned(value):
        if part == row:
            return True
        writes = (
            module.writes(module.binding[part]) if module.kind[part] == Kind.IDENT and module.binding[part] >= 0 else ()
        )
        for write in writes:
            holder = module.parent[write]
            if (
                module.kind[holder] == Kind.DECLARATOR
                and module.start[holder] <= module.start[row] < module.end[holder]
            ):
                return True
    return False


def _entry(where: Where) -> Where:
    return (*where, _ENTRY) if where and where[-1] != _ENTRY else where


def _root(module: Module, row: int) -> int:
    """The binding of the name with which an expression begins, or -1."""
    while module.kind[row] in {Kind.MEMBER, Kind.INDEX}:
        row = module.first[row]
    return module.binding[row] if module.kind[row] == Kind.IDENT else -1


def found_empty(module: Module, test: int, *, holds: bool) -> int:
    """The expression that is empty where a test has this truth: `!x`, `x == null`, `typeof x === 'undefined'`.

    -1 where there is none.
    """
    kind = module.kind[test]
    if kind != Kind.BINARY:
        return test if not holds else -1
    left, right = module.ops(test)
    if EQUAL.get(module.text(test)) is not holds:
        return -1
    for one, other in ((left, right), (right, left)):
        if module.kind[other] in _NOTHING or module.kind[other] == Kind.FALSE:
            return one
        is_typeof = module.kind[one] == Kind.UNARY and module.text(one) == "typeof"
        if is_typeof and module.kind[other] == Kind.STRING and module.text(other) == "undefined":
            return module.first[one]
    return -1
