"""Ruled out: what a function does only where an argument is given, or is another one than a call gives."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from reviewer.model.branches import is_changed
from reviewer.model.constants import are_same
from reviewer.model.domain import Closure, Typed
from reviewer.model.guards import EQUAL, conjuncts
from reviewer.model.paths import Truth, conditions, reaching
from reviewer.model.present import is_object, must_be_given, takes_connection
from reviewer.model.solve import Answer, Key
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FALSE: Final = frozenset({Kind.FALSE, Kind.NULL, Kind.UNDEFINED})
_TRUE: Final = frozenset({Kind.TRUE, Kind.OBJECT, Kind.ARRAY, Kind.FUNCTION, Kind.CLASS, Kind.NEW})
_WRITTEN: Final = _FALSE | _TRUE | {Kind.STRING, Kind.NUMBER}
_TYPES: Final = {
    Kind.FUNCTION: "function",
    Kind.OBJECT: "object",
    Kind.ARRAY: "object",
    Kind.NULL: "object",
    Kind.FALSE: "boolean",
    Kind.TRUE: "boolean",
    Kind.STRING: "string",
    Kind.NUMBER: "number",
    Kind.UNDEFINED: "undefined",
}
_ABSENT: Final = -1
_STEPS: Final = 6

Truthful: TypeAlias = Generator[Key, Answer, bool | None]


class _Value(NamedTuple):
    """An expression in the function where it stands, called as `at` says; the row is `_ABSENT` for what is left out."""

    at: Given
    row: int

    @property
    def kind(self) -> int:
        return Kind.UNDEFINED if self.row == _ABSENT else self.at.module.kind[self.row]


class Given:
    """What a call gives to a function: the truth of the tests in that, None where it is not known.

    Only what is written in the call, the defaults of what it leaves out, and connections are told apart; where the
    function around the call only hands on what it is given itself, `outer` says by which call.
    """

    def __init__(
        self, model: Model, function: Closure | None, module: Module, call: int, outer: Given | None = None
    ) -> None:
        self.model = model
        self.module = model.link.body(function.module) if function is not None else module
        self._function = function.row if function is not None else _ABSENT
        self._caller = module
        self._outer = outer
        self._arguments: range | None = None
        # `call` and its like take one argument for themselves.
        is_plain = call >= 0 and module.text(call) not in model.libraries.applying_names
        if is_plain and module.kind[call] in {Kind.CALL, Kind.NEW}:
            arguments = module.args(call)
            if all(module.kind[argument] != Kind.SPREAD for argument in arguments):
                self._arguments = arguments

    def rules_out(self, row: int) -> Generator[Key, Answer, bool]:
        """Whether a row of the function, or of one that runs where it is written there, does not run for this call."""
        if self._arguments is None:
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
                        if (yield from self.truth(test, _STEPS)) is (not holds):
                            return True
                elif truth in {Truth.EQUAL, Truth.UNEQUAL}:
                    asked = module.first[module.parent[module.parent[condition]]]
                    if (yield from self._are_equal(asked, condition, _STEPS)) is (truth == Truth.UNEQUAL):
                        return True
            owner = module.owner[at]
            inline = self.model.turns.inline(module.index, owner) if owner not in {0, self._function} else None
            if inline is None:
                return False
            at = inline.call

    def _is_case(self, test: int) -> Truthful:
        """Whether the value that a `switch` asks for is that of one of its cases."""
        switch = self.module.parent[self.module.parent[test]]
        return (yield from self._are_equal(self.module.first[switch], test, _STEPS))

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
                held = self.value(module.first[asked], _STEPS)
                said = self._member(held, module.text(asked), _STEPS) if held.at is not self else None
                if said is not None and said.row != _ABSENT and _reads_this(said.at.module, said.row):
                    return True
        return False

    def argument(self, row: int) -> tuple[Module, int] | None:
        """The expression that a name in the function stands for, where it stands in a function that calls it."""
        value = self.value(row, _STEPS)
        return None if value.row == _ABSENT or value.at is self else (value.at.module, value.row)

    # truth

    def truth(self, test: int, steps: int) -> Truthful:
        module = self.module
        kind, name = module.kind[test], module.text(test)
        if not steps:
            return None
        if kind == Kind.UNARY and name == "!":
            held = yield from self.truth(module.first[test], steps)
            return None if held is None else not held
        if kind == Kind.LOGICAL and name in {"&&", "||"}:
            left = yield from self.truth(module.first[test], steps)
            right = yield from self.truth(module.op(test, 1), steps)
            decisive, sides = name == "||", {left, right}
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
        if kind == Kind.BINARY and name in EQUAL:
            equal = yield from self._are_equal(module.first[test], module.op(test, 1), steps)
            return None if equal is None else equal is EQUAL[name]
        value = self.value(test, steps)
        if value.at is self and value.row == test:
            return (yield from self._is_true(test))
        return False if value.row == _ABSENT else (yield from value.at.truth(value.row, steps - 1))

    def _is_true(self, row: int) -> Truthful:
        """The truth of an expression that stands for itself."""
        kind = self.module.kind[row]
        if kind in _FALSE or kind in _TRUE:
            return kind in _TRUE
        if kind in {Kind.STRING, Kind.NUMBER}:
            return self.module.text(row) not in {"", "0"} if kind == Kind.NUMBER else bool(self.module.text(row))
        call = self.module.first[row] if kind == Kind.AWAIT else row
        is_call = self.module.kind[call] == Kind.CALL
        if not is_call and kind != Kind.IDENT:
            return None
        if is_call:
            callees = yield self.model.calls.callees(self.module.index, call)
            if not all(isinstance(item, Closure) or takes_connection(self.model, item) for item in callees.items):
                return None  # what looks something up may find nothing
        must = must_be_given(self.model, self.module, row)
        found = yield self.model.values.resolved(self.module.index, row)
        # A declared type says nothing of what else may be there.
        known = [is_object(self.model, item, is_call=is_call) for item in found.items if not isinstance(item, Typed)]
        return True if known and all(known) and must is not False and (must or not found.open) else None

    def _are_equal(self, left: int, right: int, steps: int) -> Truthful:
        module = self.module
        for one, other in ((left, right), (right, left)):
            if module.kind[one] == Kind.UNARY and module.text(one) == "typeof":
                said = self._type(module.first[one], steps)
                return None if said is None or module.kind[other] != Kind.STRING else said == module.text(other)
        for one, other in ((left, right), (right, left)):
            wanted = module.kind[other]
            if wanted not in _WRITTEN:
                continue
            value = self.value(one, steps)
            if value.kind in _WRITTEN:
                return self._is_same(value, other)
            if wanted in {Kind.NULL, Kind.UNDEFINED} and (yield from value.at.truth(value.row, steps - 1)):
                return False
        sides = [(value.at.module, value.row) for value in (self.value(left, steps), self.value(right, steps))]
        return None if _ABSENT in (sides[0][1], sides[1][1]) else are_same(self.model, *sides)

    def _is_same(self, value: _Value, other: int) -> bool | None:
        """Whether two values that are written down are the same; None also where `null == undefined` may be asked."""
        wanted = self.module.kind[other]
        if {value.kind, wanted} == {Kind.NULL, Kind.UNDEFINED}:
            return self.module.text(self.module.parent[other]) in {"==", "!="}
        if value.kind != wanted:
            return False
        if wanted in {Kind.STRING, Kind.NUMBER}:
            return value.at.module.text(value.row) == self.module.text(other)
        return True if wanted in _FALSE or wanted == Kind.TRUE else None

    def _type(self, row: int, steps: int) -> str | None:
        """What `typeof` gives for a name (ECMAScript 13.5.3), where that is known."""
        return _TYPES.get(self.value(row, steps).kind)

    # what names stand for

    def value(self, row: int, steps: int) -> _Value:
        """The expression that a name or member stands for; itself where that is not known."""
        module = self.module
        if module.kind[row] == Kind.MEMBER:
            found = self._member(self.value(module.first[row], steps - 1), module.text(row), steps) if steps else None
            return found or _Value(self, row)
        if module.kind[row] == Kind.LOGICAL and module.text(row) == "||" and steps:
            left = self.value(module.first[row], steps - 1)
            if left.kind in _FALSE:
                return self.value(module.op(row, 1), steps - 1)
            return left if left.kind in _TRUE else _Value(self, row)
        if module.kind[row] != Kind.IDENT or not steps:
            return _Value(self, row)
        targets, is_open = reaching(module, row)
        seen = () if is_open else self._in_effect(targets, steps)
        return (self._written(seen[0], steps - 1) if len(seen) == 1 else None) or _Value(self, row)

    def _in_effect(self, targets: Sequence[int], steps: int) -> Sequence[int]:
        """Without those that a test of types leaves out, or makes up for: `if (typeof options === 'function') { done =
        options; options = {} }`.
        """
        for target in targets if len(targets) > 1 else ():
            said = [self._is_typed(condition, truth, steps) for condition, truth in conditions(self.module, target)]
            if False in said:
                return self._in_effect([other for other in targets if other != target], steps)
            if said and all(said) and target == max(targets):
                return [target]
        return targets

    def _is_typed(self, condition: int, truth: int, steps: int) -> bool | None:
        """Whether a test of a name's type finds that; None where it is not known."""
        module = self.module
        if module.kind[condition] != Kind.BINARY or module.text(condition) not in EQUAL or truth > Truth.TRUE:
            return None
        asked, wanted = module.ops(condition)
        if module.kind[asked] != Kind.UNARY or module.text(asked) != "typeof" or module.kind[wanted] != Kind.STRING:
            return None
        said = self._type(module.first[asked], steps - 1)
        is_wanted = EQUAL[module.text(condition)] is (truth == Truth.TRUE)
        return None if said is None else (said == module.text(wanted)) is is_wanted

    def _written(self, target: int, steps: int) -> _Value | None:
        """What a target is given: a parameter by the call, others by what stands in their pattern or declarator."""
        module = self.module
        parent = module.parent[target]
        match module.kind[parent]:
            case Kind.DEFAULT if module.first[parent] == target:
                found = self._written(parent, steps)
                is_left_out = found is not None and found.kind == Kind.UNDEFINED
                return self.value(module.op(parent, 1), steps) if is_left_out else found
            case Kind.PARAM if module.parent[parent] == self._function and self._arguments is not None:
                index = parent - module.params(self._function).start
                caller = self._outer or Given(self.model, None, self._caller, -1)
                if index >= len(self._arguments):
                    return _Value(caller, _ABSENT)
                return caller.value(self._arguments[index], steps)
            case Kind.PROPERTY if module.kind[module.parent[parent]] == Kind.OBJECT_PATTERN and steps:
                if module.has(parent, Flag.COMPUTED):
                    return None
                held = self._written(module.parent[parent], steps - 1)
                return None if held is None else self._member(held, module.text(parent), steps)
            case Kind.DECLARATOR | Kind.ASSIGN if module.first[parent] == target and steps:
                value = module.op(parent, 1)
                is_other = module.kind[parent] == Kind.ASSIGN and module.text(parent) != "="
                if is_other or module.kind[value] == Kind.NONE:
                    return None
                if module.kind[value] == Kind.OBJECT and is_changed(module, target):
                    return None
                return self.value(value, steps - 1)
            case _:
                return None

    @staticmethod
    def _member(held: _Value, name: str, steps: int) -> _Value | None:
        """The value that an object that is written down has under a name."""
        if held.kind != Kind.OBJECT:
            return None
        module = held.at.module
        found: int | None = _ABSENT
        for part in module.ops(held.row):
            if module.kind[part] != Kind.PROPERTY or module.has(part, Flag.COMPUTED):
                found = None
            elif module.text(part) == name:
                found = module.op(part, 1)
        if found is None or found == _ABSENT:
            return None if found is None else _Value(held.at, _ABSENT)
        return held.at.value(found, steps - 1) if steps else None


def _reads_this(module: Module, row: int) -> bool:
    return any(module.kind[at] == Kind.THIS for at in module.descend_owned(row))
