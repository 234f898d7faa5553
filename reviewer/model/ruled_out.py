"""Ruled out: what a function does only where an argument is given, or is another one than a call gives."""

from __future__ import annotations

from collections.abc import Generator
from typing import Final, TypeAlias

from reviewer.model.among import is_among, texts_of
from reviewer.model.constants import are_same
from reviewer.model.domain import Closure, Typed
from reviewer.model.guards import EQUAL, conjuncts
from reviewer.model.paths import Truth, conditions
from reviewer.model.present import is_object, must_be_given, takes_connection
from reviewer.model.solve import Answer, Key
from reviewer.model.stands_for import STEPS, Called, agreed, decided
from reviewer.model.written_value import ABSENT, Value
from reviewer.source.module import Kind, Module

_FUNCTION: Final = "function"
_HELD: Final = frozenset({Kind.MEMBER, Kind.STRING})

Truthful: TypeAlias = Generator[Key, Answer, bool | None]


class Given(Called):
    """What a call gives to a function: the truth of the tests in that, None where it is not known.

    Only what is written in the call, the defaults of what it leaves out, functions and connections are told apart.
    """

    def rules_out(self, row: int) -> Generator[Key, Answer, bool]:
        """Whether a row of the function, or of one that runs where it is written there, does not run for this call."""
        if self.arguments is None:
            return False
        module = self.module
        at = row
        while True:
            for condition, truth in conditions(module, at):
                if truth in {Truth.EQUAL, Truth.UNEQUAL}:
                    if (yield from self._is_case(condition)) is (truth == Truth.UNEQUAL):
                        return True
                elif truth in {Truth.TRUE, Truth.FALSE}:
                    for test, holds in conjuncts(module, condition, holds=truth == Truth.TRUE):
                        if (yield from self.truth(test, STEPS)) is (not holds):
                            return True
            owner = module.owner[at]
            inline = self.model.turns.inline(module.index, owner) if owner not in {0, self.function} else None
            if inline is None:
                return False
            at = inline.call

    def _is_case(self, test: int) -> Truthful:
        """Whether the value that a `switch` asks for is that of one of its cases."""
        switch = self.module.parent[self.module.parent[test]]
        return (yield from _are_equal(self, self.module.first[switch], test, STEPS))

    def is_by_mode(self, row: int) -> bool:
        """Whether a row runs only where a field of the object around the call says so, which it hands on beside the
        value: `{ value, isRaw: this.raw }`. How that object was made is not known of the call.
        """
        module = self.module
        for condition, truth in conditions(module, row):
            for test, _ in conjuncts(module, condition, holds=truth == Truth.TRUE):
                asked = module.first[test] if module.kind[test] == Kind.BINARY else test
                if module.kind[asked] != Kind.MEMBER:
                    continue
                held = self.value(module.first[asked], STEPS)
                said = self.member(held, module.text(asked), STEPS) if held.at is not self else ()
                if any(value.row != ABSENT and _reads_this(value.at.module, value.row) for value in said):
                    return True
        return False

    def argument(self, row: int) -> tuple[Module, int] | None:
        """The expression that a name in the function stands for, where it stands in a function that calls it."""
        value = self.value(row, STEPS)
        return None if value.row == ABSENT or value.at is self else (value.at.module, value.row)

    def truth(self, test: int, steps: int) -> Truthful:
        """The truth of a test, by what is written and by what the values that names have are known to be."""
        return (yield from _truth(self, test, steps))


def _truth(at: Called, test: int, steps: int) -> Truthful:
    said = at.says(test, steps)
    if said is not None or not steps:
        return said
    module = at.module
    kind, name = module.kind[test], module.text(test)
    if kind == Kind.UNARY and name == "!":
        held = yield from _truth(at, module.first[test], steps)
        return None if held is None else not held
    if kind == Kind.LOGICAL and name in {"&&", "||"}:
        left = yield from _truth(at, module.first[test], steps)
        return decided({left, (yield from _truth(at, module.op(test, 1), steps))}, name)
    if kind == Kind.BINARY and name in EQUAL:
        equal = yield from _are_equal(at, module.first[test], module.op(test, 1), steps)
        return None if equal is None else equal is EQUAL[name]
    if kind == Kind.CALL:
        is_listed = yield from is_among(at, test, steps)
        if is_listed is not None:
            return is_listed
    found: list[bool | None] = []
    for value in at.values(test, steps):
        is_itself = value.at is at and value.row == test
        found.append((yield from _is_true(value) if is_itself else _holds(value, steps)))
    return agreed(found)


def _holds(value: Value, steps: int) -> Truthful:
    said = False if value.row == ABSENT else value.truth
    return said if said is not None else (yield from _truth(value.at, value.row, steps - 1))


def _is_true(value: Value) -> Truthful:
    """The truth of an expression that stands for itself."""
    model, module, row = value.at.model, value.at.module, value.row
    call = module.first[row] if value.kind == Kind.AWAIT else row
    is_call = module.kind[call] == Kind.CALL
    if not is_call and value.kind != Kind.IDENT:
        return None
    if is_call:
        callees = yield model.calls.callees(module.index, call)
        if not all(isinstance(item, Closure) or takes_connection(model, item) for item in callees.items):
            return None  # what looks something up may find nothing
    must = must_be_given(module, row)
    found = yield model.values.resolved(module.index, row)
    # A declared type says nothing of what else may be there.
    known = [is_object(model, item, is_call=is_call) for item in found.items if not isinstance(item, Typed)]
    return True if known and all(known) and must is not False and (must or not found.open) else None


def _are_equal(at: Called, left: int, right: int, steps: int) -> Truthful:
    said = at.is_equal(left, right, steps)
    if said is not None:
        return said
    module = at.module
    for one, other in ((left, right), (right, left)):
        if module.kind[one] == Kind.UNARY and module.text(one) == "typeof":
            is_asked = module.kind[other] == Kind.STRING and module.text(other) == _FUNCTION
            return (yield from _is_function(at, module.first[one], steps)) if is_asked else None
        if module.kind[other] in {Kind.NULL, Kind.UNDEFINED}:
            value = at.value(one, steps)
            if (yield from _holds(value, steps)):
                return False
    sides = at.value(left, steps), at.value(right, steps)
    if ABSENT in (sides[0].row, sides[1].row):
        return None
    same = are_same(at.model, *((value.at.module, value.row) for value in sides))
    if same is not None or any(value.kind not in _HELD for value in sides):
        return same
    first = yield from texts_of(at.model, sides[0].at.module.index, sides[0].row)
    second = yield from texts_of(at.model, sides[1].at.module.index, sides[1].row)
    return agreed(one == other for one in first or () for other in second or ())


def _is_function(at: Called, row: int, steps: int) -> Truthful:
    """Whether a name stands for a function of the reviewed code, whatever it is."""
    found: list[bool | None] = []
    for value in at.values(row, steps):
        module = value.at.module
        said = value.is_typed(_FUNCTION, (at.module, row))
        if said is None and value.row != ABSENT:
            held = yield at.model.values.resolved(module.index, value.row)
            is_known = not held.open and bool(held.items)
            said = True if is_known and all(isinstance(item, Closure) for item in held.items) else None
        found.append(said)
    return agreed(found)


def _reads_this(module: Module, row: int) -> bool:
    return any(module.kind[at] == Kind.THIS for at in module.descend_owned(row))
