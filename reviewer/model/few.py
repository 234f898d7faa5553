"""Few: lists of which only the first elements are taken, as far as the code says how many, here or in its callers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.model.domain import Closure, Constant
from reviewer.model.ruled_out import Given
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

SHORT: Final = 12
"""A list of so many elements is no list that grows."""
_QUERY: Final = "database.query"
_LIMITING: Final = frozenset({"limit", "take"})
_KEEPING: Final = frozenset(
    {"entries", "filter", "keys", "map", "reverse", "slice", "sort", "toReversed", "toSorted", "values"}
)
_LIMITED_SQL: Final = re.compile(r"\blimit\s+(\d+)\s*;?\s*$", re.IGNORECASE)
_HOLDING: Final = frozenset({Kind.AWAIT, Kind.IDENT})
_ASSERTED: Final = frozenset({"Number", "parseInt", "floor"})
_STEPS: Final = 10
_CALLERS: Final = 4


class Few(IntEnum):
    """How many elements there are: any number, few unless somebody asks for more, or few."""

    NO = 0
    UNLESS_ASKED = 1
    YES = 2


_Ask: TypeAlias = Callable[[Module, int, Given | None, int], Few]


class FewElements:
    """Asked of what is repeated only: it follows what functions give and are given."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, module: Module, row: int) -> Few:
        """Whether the elements of a list are the first few of another one, or of what a query finds."""
        return self._cut(module, row, None, _STEPS)

    def is_number(self, module: Module, row: int) -> bool:
        """Whether a number is known to be small."""
        return self._number(module, row, None, _STEPS) is Few.YES

    # lists

    def _cut(self, module: Module, row: int, given: Given | None, steps: int) -> Few:
        if not steps:
            return Few.NO
        while module.kind[row] == Kind.AWAIT:
            row = module.first[row]
        if module.kind[row] == Kind.IDENT and module.binding[row] >= 0:
            return self._of_name(module, row, given, steps)
        if module.kind[row] == Kind.CALL:
            own = self._given_back(module, row, given, steps)
            if own is not None:
                return own
        is_whole = True
        while module.kind[row] in {Kind.CALL, Kind.MEMBER}:
            if module.kind[row] == Kind.CALL:
                found = self._of_call(module, row, given, steps)
                if found is not None:
                    return found
                is_whole &= module.text(row) in _KEEPING
            row = module.first[row]
        is_list = is_whole and module.kind[module.parent[module.parent[row]]] == Kind.CALL
        return self._cut(module, row, given, steps - 1) if is_list and module.kind[row] in _HOLDING else Few.NO

    def _of_name(self, module: Module, row: int, given: Given | None, steps: int) -> Few:
        values = [at for at in _values(module, module.binding[row]) if at != row]
        if values:
            return max(self._cut(module, value, given, steps - 1) for value in values)
        return self._through(module, row, given, steps, self._cut)

    def _of_call(self, module: Module, call: int, given: Given | None, steps: int) -> Few | None:
        """How many a call of a chain leaves, None where it says nothing of that."""
        arguments = module.args(call)
        name = module.text(call)
        if name in _LIMITING and len(arguments) == 1 and module.kind[arguments[0]] not in {Kind.FUNCTION, Kind.OBJECT}:
            return self._number(module, arguments[0], given, steps) or None
        if name == "slice" and len(arguments) == 2:
            length = _length(module, *arguments)
            return self._number(module, length, given, steps) if length >= 0 else None
        found = [
            few
            for argument in arguments
            if module.kind[argument] == Kind.OBJECT
            for few in self._limits(module, argument, given, steps)
        ]
        numbers = [_LIMITED_SQL.search(text) for text in self.model.statements.texts(module, call)]
        if numbers and all(at and int(at[1]) <= SHORT for at in numbers):
            found.append(Few.YES)
        return max(found) if found and self.model.does.at(_QUERY, module.index, call) is not None else None

    def _limits(self, module: Module, options: int, given: Given | None, steps: int) -> Iterator[Few]:
        """How many rows an object of options asks for: `{ where, take: 5 }`, `{ ...(n ? { take: n } : {}) }`."""
        for part in module.ops(options):
            if module.kind[part] == Kind.PROPERTY and module.text(part) in _LIMITING:
                yield self._number(module, module.op(part, 1), given, steps)
            elif module.kind[part] == Kind.SPREAD:
                held = module.first[part]
                for at in module.ops(held)[1:] if module.kind[held] == Kind.CONDITIONAL else (held,):
                    if module.kind[at] == Kind.OBJECT:
                        yield from self._limits(module, at, given, steps)

    def _given_back(self, module: Module, call: int, given: Given | None, steps: int) -> Few | None:
        """How many elements the lists have that a function of the reviewed code gives; None for others."""
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        functions = [item for item in callees.items if isinstance(item, Closure)]
        if len(functions) != 1 or len(callees.items) != 1:
            return None
        body = self.model.link.body(functions[0].module)
        inner = Given(self.model, functions[0], module, call, given)
        rows = self.model.link.returned(functions[0].module, functions[0].row)
        found = [
            self._cut(body, row, inner, steps - 1) for row in rows if body.kind[row] != Kind.ARRAY or body.count[row]
        ]
        return min(found, default=Few.NO)

    # numbers

    def _number(self, module: Module, row: int, given: Given | None, steps: int) -> Few:
        if not steps:
            return Few.NO
        match module.kind[row]:
            case Kind.NUMBER:
                return _small([module.text(row)])
            case Kind.CONDITIONAL:
                _, one, other = module.ops(row)
                return min(self._number(module, at, given, steps - 1) for at in (one, other))
            case Kind.LOGICAL if module.text(row) in {"||", "??"}:
                one, other = module.ops(row)
                usual = self._number(module, other, given, steps - 1)
                return min(usual, max(Few.UNLESS_ASKED, self._number(module, one, given, steps - 1)))
            case Kind.BINARY if module.text(row) == "+":  # one more tells whether there is a next page
                one, other = module.ops(row)
                is_more = module.kind[other] == Kind.NUMBER and _small([module.text(other)])
                return self._number(module, one, given, steps - 1) if is_more else Few.NO
            case Kind.CALL:
                return self._called(module, row, given, steps)
            case Kind.IDENT | Kind.MEMBER:
                return self._named(module, row, given, steps)
            case _:
                return Few.NO

    def _called(self, module: Module, call: int, given: Given | None, steps: int) -> Few:
        arguments = module.args(call)
        if module.text(call) == "min" and arguments:
            return max(self._number(module, at, given, steps - 1) for at in arguments)
        if module.text(call) in _ASSERTED and arguments:
            return self._number(module, arguments[0], given, steps - 1)
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        functions = [item for item in callees.items if isinstance(item, Closure)]
        if len(functions) != 1 or len(callees.items) != 1:
            return Few.NO
        body = self.model.link.body(functions[0].module)
        inner = Given(self.model, functions[0], module, call, given)
        rows = self.model.link.returned(functions[0].module, functions[0].row)
        return min((self._number(body, row, inner, steps - 1) for row in rows), default=Few.NO)

    def _named(self, module: Module, row: int, given: Given | None, steps: int) -> Few:
        found = self.model.ask(self.model.values.resolved(module.index, row))
        numbers = [item.text for item in found.items if isinstance(item, Constant) and item.kind == "number"]
        if not found.open and len(numbers) == len(found.items) > 0:
            return _small(numbers)
        if module.kind[row] != Kind.IDENT or module.binding[row] < 0:
            return Few.NO
        values = [at for at in _values(module, module.binding[row]) if at != row]
        if values:
            return min(self._number(module, value, given, steps - 1) for value in values)
        return self._through(module, row, given, steps, self._number)

    # what functions are given

    def _through(self, module: Module, row: int, given: Given | None, steps: int, ask: _Ask) -> Few:
        """What is asked of a name that a parameter holds, of what the calls give for it."""
        usual = self._usual(module, module.binding[row])
        if given is not None:
            said = given.argument(row)
            return self._in_caller(said, usual, steps, ask)
        function = module.binding_owner[module.binding[row]]
        if module.binding_kind[module.binding[row]] != BindingKind.PARAM or not function:
            return usual
        calls = self._calls(Closure(module.index, function))
        found = [
            self._in_caller(
                Given(self.model, Closure(module.index, function), self.model.link.body(m), call).argument(row),
                usual,
                steps,
                ask,
            )
            for m, call in calls
        ]
        return min(found, default=usual)

    @staticmethod
    def _in_caller(said: tuple[Module, int] | None, usual: Few, steps: int, ask: _Ask) -> Few:
        return usual if said is None else ask(*said, None, steps - 1)

    def _usual(self, module: Module, binding: int) -> Few:
        """What a name holds that is given no other value: `{ limit = 10 }`."""
        for write in module.writes(binding):
            parent = module.parent[write]
            if module.kind[parent] == Kind.DEFAULT and module.first[parent] == write:
                return min(Few.UNLESS_ASKED, self._number(module, module.op(parent, 1), None, 2))
        return Few.NO

    def _calls(self, function: Closure) -> list[tuple[int, int]]:
        """The calls that run a function; none where not all of them are known, or there are many."""
        uses = self.model.ask(self.model.uses.of(function.module, function.row))
        calls = sorted((use.module, use.row) for use in uses.items if use.kind == "call")
        return calls if not uses.open and len(calls) == len(uses.items) <= _CALLERS else []


def _small(numbers: Iterable[str]) -> Few:
    return Few.YES if all(number.isdecimal() and int(number) <= SHORT for number in numbers) else Few.NO


def _length(module: Module, start: int, end: int) -> int:
    """The row that says how many elements lie between two places: `slice(0, n)`, `slice(from, from + n)`."""
    if module.text(start) == "0" and module.kind[start] == Kind.NUMBER:
        return end
    if module.kind[end] == Kind.BINARY and module.text(end) == "+" and module.kind[start] == Kind.IDENT:
        one, other = module.ops(end)
        if module.kind[one] == Kind.IDENT and module.binding[one] == module.binding[start]:
            return other
    return -1


def _values(module: Module, binding: int) -> list[int]:
    """The rows of the values that a variable is given by itself; none where it is changed by steps."""
    stores = [module.parent[target] for target in module.writes(binding)]
    if any(
        module.kind[at] == Kind.UPDATE or (module.kind[at] == Kind.ASSIGN and module.text(at) != "=") for at in stores
    ):
        return []
    return [
        module.op(at, 1)
        for at in stores
        if module.kind[at] in {Kind.DECLARATOR, Kind.ASSIGN} and module.kind[module.op(at, 1)] != Kind.NONE
    ]
