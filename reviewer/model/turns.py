"""Turns: what repeats a row: loops, callbacks run for each element, and functions that call themselves for the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import Closure, External
from reviewer.model.enclosing import encloses
from reviewer.model.recursion import COUNTED, coming_back
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_TAKING: Final = frozenset({"shift", "pop"})
_WAITED: Final = frozenset({Kind.AWAIT, Kind.RETURN, Kind.MEMBER})


class Turn(NamedTuple):
    """What repeats a row: a loop statement, the CALL that runs a callback for each element, or the FUNCTION that calls
    itself for the next one.

    over: the row of the collection, -1 where the repetition is not over one (a count, a cursor, an attempt).
    element: the row that holds the element (target, PARAM, or the index of a counting loop), -1 where none does.
    body: the row that is repeated.
    """

    module: int
    row: int
    over: int
    element: int
    body: int


class Inline(NamedTuple):
    """The CALL that runs a function among its arguments; `turn` where it does so for each element."""

    call: int
    turn: Turn | None = None


class Turns:
    """Asks of rows what repeats them. Functions that run where they are handed over are looked through."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._inline: dict[tuple[int, int], Inline | None] = {}
        self._back: dict[tuple[int, int], tuple[int, int, int] | None] = {}

    def around(self, m: int, row: int) -> Iterator[Turn]:
        """What repeats a row within the function that runs it, innermost first."""
        module = self.model.link.body(m)
        at = row
        if module.kind[at] not in {Kind.CALL, Kind.NEW, Kind.TAGGED}:
            given = self.inline(m, at)
            if given is None:
                return
            if given.turn is not None:
                yield given.turn
            at = given.call
        while at:
            parent = module.parent[at]
            if module.kind[at] == Kind.FUNCTION:
                inline = self.inline(m, at)
                back = self._coming_back(module, at) if inline is None or inline.turn is None else None
                if back is not None:
                    function, over, element = back
                    yield Turn(m, function, over, element, module.first[function])
                if inline is None:
                    return
                if inline.turn is not None:
                    yield inline.turn
                at = inline.call
                continue
            turn = _loop(module, parent, at)
            if turn is not None:
                yield turn
            at = parent

    def _coming_back(self, module: Module, function: int) -> tuple[int, int, int] | None:
        key = (module.index, function)
        if key not in self._back:
            self._back[key] = coming_back(module, function)
        return self._back[key]

    def runners(self, m: int, row: int) -> Iterator[int]:
        """The FUNCTION rows that run when a row does: the one around it, and those that hand it over on the spot; 0 for
        the top level of the module.
        """
        module = self.model.link.body(m)
        at = module.owner[row]
        while True:
            yield at
            inline = self.inline(m, at) if at else None
            if inline is None:
                return
            at = module.owner[inline.call]

    def inline(self, m: int, row: int) -> Inline | None:
        """How a FUNCTION row, or the name of a function among the arguments of a call, is run where it stands, or what
        a call among them gives, by the row of what that calls; None where it runs by itself: when something happens, or
        when somebody calls it.
        """
        key = (m, row)
        if key not in self._inline:
            self._inline[key] = self._find(self.model.link.body(m), row)
        return self._inline[key]

    def _find(self, module: Module, row: int) -> Inline | None:
        parent = module.parent[row]
        if module.kind[parent] not in {Kind.CALL, Kind.NEW}:
            return None
        if module.first[parent] == row:
            # What a call gives that is itself an argument is run like any other argument.
            return Inline(parent) if module.kind[row] == Kind.FUNCTION else self.inline(module.index, parent)
        index = module.position(row) - 1
        callees = self.model.ask(self.model.calls.callees(module.index, parent))
        known = [item for item in callees.items if not isinstance(item, External) or item.state]
        externals = sorted((item for item in known if isinstance(item, External)), key=lambda item: item.state)
        if externals:
            return self._of_library(module, parent, row, index, externals)
        closures = sorted((item for item in known if isinstance(item, Closure)), key=lambda at: (at.module, at.row))
        for closure in closures:
            found = self._of_own(module, parent, row, index, closure)
            if found is not None:
                return found
        if not closures:
            turn = self._of_unknown(module, parent, row, index)
            if turn is not None:
                return Inline(parent, turn)
        return Inline(parent) if self._is_waited(module, parent) else None

    def _of_library(self, module: Module, call: int, row: int, index: int, externals: list[External]) -> Inline | None:
        libraries = self.model.libraries
        shape = self.model.call_shape(module, call)
        for external in externals:
            if libraries.is_route(external.state):
                return None
            states = libraries.argument(external.state, index, shape, None)
            facts = [fact for state in states for fact in libraries.callings(state, shape)]
            if facts and not any(libraries.goes_on(fact) for fact in facts):
                return None
            is_once = bool(facts) and all(fact.once for fact in facts)
            turn = None if is_once else self._turn(module, call, row, index, external.state)
            if turn is not None:
                return Inline(call, turn)
            if facts:
                return Inline(call)
        return Inline(call) if self._is_waited(module, call) else None

    def _of_unknown(self, module: Module, call: int, row: int, index: int) -> Turn | None:
        """A method that collections of the language have, called on what nobody knows."""
        callee = module.first[call]
        if module.kind[callee] == Kind.MEMBER and not encloses(self.model, module, module.first[callee]):
            for state in self.model.libraries.language(module.text(call)):
                turn = self._turn(module, call, row, index, state)
                if turn is not None:
                    return turn
        return None

    def _turn(self, module: Module, call: int, row: int, index: int, state: int) -> Turn | None:
        found = self.model.libraries.iterated(state, index)
        if found is None:
            return None
        arguments = module.args(call)
        over = -1
        if found.at >= 0:
            over = arguments[found.at] if found.at < len(arguments) else -1
        elif module.kind[module.first[call]] == Kind.MEMBER:
            over = module.first[module.first[call]]
        element = -1
        if module.kind[row] == Kind.FUNCTION and found.parameter < len(module.params(row)):
            element = module.params(row)[found.parameter]
        return Turn(module.index, call, over, element, row)

    def _of_own(self, module: Module, call: int, row: int, index: int, callee: Closure) -> Inline | None:
        """A function of the reviewed code that runs what it is given, perhaps for each element of another argument."""
        body = self.model.link.body(callee.module)
        params = body.params(callee.row)
        if index >= len(params):
            return None
        target = body.first[params[index]]
        if body.kind[target] != Kind.IDENT or body.binding[target] < 0:
            return None
        for ref in body.refs(body.binding[target]):
            parent = body.parent[ref]
            if body.kind[parent] != Kind.CALL or body.first[parent] != ref or body.owner[parent] != callee.row:
                continue
            for turn in self.around(callee.module, parent):
                over = _parameter(body, callee.row, turn.over)
                if 0 <= over < len(module.args(call)):
                    params_here = module.params(row) if module.kind[row] == Kind.FUNCTION else range(0)
                    element = params_here[0] if params_here else -1
                    return Inline(call, Turn(module.index, call, module.args(call)[over], element, row))
            return Inline(call)
        return None

    @staticmethod
    def _is_waited(module: Module, call: int) -> bool:
        parent = module.parent[call]
        return module.kind[parent] in _WAITED or module.has(parent, Flag.EXPRESSION_BODY)


def _parameter(module: Module, function: int, row: int) -> int:
    """The position of the parameter of a function that a row is; -1 where it is none."""
    if row < 0 or module.kind[row] != Kind.IDENT or module.binding[row] < 0:
        return -1
    for index, param in enumerate(module.params(function)):
        target = module.first[param]
        if module.kind[target] == Kind.IDENT and module.binding[target] == module.binding[row]:
            return index
    return -1


def _loop(module: Module, loop: int, part: int) -> Turn | None:
    """The turn of a loop statement for what stands in one of its operands."""
    position = part - module.first[loop]
    match module.kind[loop]:
        case Kind.FOR_OF | Kind.FOR_IN if position == 2:
            return Turn(module.index, loop, module.op(loop, 1), module.first[loop], part)
        case Kind.FOR if position:
            return _counting(module, loop, module.op(loop, 1), module.op(loop, 3), module.op(loop, 2), part)
        case Kind.WHILE:
            return _counting(module, loop, module.first[loop], module.op(loop, 1), -1, part)
        case Kind.DO:
            return _counting(module, loop, module.op(loop, 1), module.first[loop], -1, part)
        case _:
            return None


def _counting(module: Module, loop: int, test: int, body: int, update: int, part: int) -> Turn:
    """A loop that takes one element after the other: by an index that grows by one, or out of a list."""
    taken = _taken(module, test, body)
    if taken >= 0:
        return Turn(module.index, loop, taken, -1, part)
    counted, index = _counted(module, test)
    if counted >= 0 and _steps_by_one(module, update if update >= 0 else body, index):
        return Turn(module.index, loop, counted, index, part)
    return Turn(module.index, loop, -1, -1, part)


def _taken(module: Module, test: int, body: int) -> int:
    """The list out of which each turn takes one element."""
    for start in (test, body):
        for row in module.descend_owned(start):
            if module.kind[row] == Kind.CALL and module.text(row) in _TAKING and module.count[row] == 1:
                callee = module.first[row]
                if module.kind[callee] == Kind.MEMBER:
                    return module.first[callee]
    return -1


def _counted(module: Module, test: int) -> tuple[int, int]:
    """The list whose length the test compares with a variable, and the row of that; -1 where it does not."""
    for row in module.descend_owned(test):
        if module.kind[row] != Kind.BINARY or module.text(row) not in {"<", "<=", ">", ">=", "!==", "!="}:
            continue
        for at, other in (
            (module.first[row], module.op(row, 1)),
            (module.op(row, 1), module.first[row]),
        ):
            if module.kind[other] == Kind.IDENT and module.kind[at] == Kind.MEMBER and module.text(at) in COUNTED:
                return module.first[at], other
            if module.kind[other] == Kind.IDENT and module.kind[at] == Kind.IDENT:
                counted = _length_of(module, at)
                if counted >= 0:
                    return counted, other
    return -1, -1


def _length_of(module: Module, ident: int) -> int:
    """The list whose length a constant is: `const n = list.length`."""
    writes = module.writes(module.binding[ident]) if module.binding[ident] >= 0 else ()
    if len(writes) != 1 or module.kind[module.parent[writes[0]]] != Kind.DECLARATOR:
        return -1
    value = module.op(module.parent[writes[0]], 1)
    if module.kind[value] == Kind.MEMBER and module.text(value) in COUNTED:
        return module.first[value]
    return -1


def _steps_by_one(module: Module, part: int, index: int) -> bool:
    for row in module.descend_owned(part):
        kind = module.kind[row]
        if kind == Kind.UPDATE and module.binding[module.first[row]] == module.binding[index]:
            return True
        if kind == Kind.ASSIGN and module.text(row) in {"+=", "-="}:
            value = module.op(row, 1)
            is_one = module.kind[value] == Kind.NUMBER and module.text(value) == "1"
            if is_one and module.binding[module.first[row]] == module.binding[index]:
                return True
    return False
