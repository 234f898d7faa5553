"""Stands for: the expressions that the names of a function stand for where it is called, as far as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from reviewer.model.branches import is_changed
from reviewer.model.guards import EQUAL, conjuncts
from reviewer.model.paths import Truth, conditions, reaching
from reviewer.model.tested import Tested, tested
from reviewer.model.written_value import ABSENT, FALSE, TRUE, WRITTEN, Value
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.domain import Closure
    from reviewer.model.model import Model

STEPS: Final = 6
_NOTHING: Final = frozenset({Kind.NULL, Kind.UNDEFINED})
_GIVEN: Final = Tested(truth=True)


class Called:
    """A function and one call of it: what is written there, and the defaults of what that leaves out.

    Where the function around the call only hands on what it is given itself, `outer` says by which call.
    """

    def __init__(
        self, model: Model, function: Closure | None, module: Module, call: int, outer: Called | None = None
    ) -> None:
        self.model = model
        self.module = model.link.body(function.module) if function is not None else module
        self.function = function.row if function is not None else ABSENT
        self._caller = module
        self._outer = outer
        self._seen: dict[int, Sequence[int]] = {}
        self.arguments: range | None = None
        self._is_open = False
        # `call` and its like take one argument for themselves.
        is_plain = call >= 0 and module.text(call) not in model.libraries.applying_names
        if is_plain and module.kind[call] in {Kind.CALL, Kind.NEW}:
            arguments = module.args(call)
            spread = next((at for at, row in enumerate(arguments) if module.kind[row] == Kind.SPREAD), len(arguments))
            self._is_open = spread < len(arguments)  # what stands before it is known
            self.arguments = arguments[:spread] if spread or not self._is_open else None

    # truth

    def says(self, test: int, steps: int) -> bool | None:
        """The truth of a test, by what is written; None where that does not say."""
        module = self.module
        kind, name = module.kind[test], module.text(test)
        if not steps:
            return None
        if kind == Kind.UNARY and name == "!":
            held = self.says(module.first[test], steps)
            return None if held is None else not held
        if kind == Kind.LOGICAL and name in {"&&", "||"}:
            sides = {self.says(row, steps) for row in module.ops(test)}
            return decided(sides, name)
        if kind == Kind.BINARY and name in EQUAL:
            equal = self.is_equal(module.first[test], module.op(test, 1), steps)
            return None if equal is None else equal is EQUAL[name]
        return agreed(self._held(value, test, steps) for value in self.values(test, steps))

    def _held(self, value: Value, test: int, steps: int) -> bool | None:
        """The truth of a value that a test stands for."""
        said = value.truth
        if said is not None or (value.at is self and value.row == test):
            return said
        return value.at.says(value.row, steps - 1)

    def is_equal(self, left: int, right: int, steps: int) -> bool | None:
        """Whether two sides of a comparison are the same, by what is written."""
        module = self.module
        for one, other in ((left, right), (right, left)):
            if module.kind[one] == Kind.UNARY and module.text(one) == "typeof" and module.kind[other] == Kind.STRING:
                asked, wanted = module.first[one], module.text(other)
                return agreed(value.is_typed(wanted, (module, asked)) for value in self.values(asked, steps))
        for one, other in ((left, right), (right, left)):
            if module.kind[other] in WRITTEN:
                said = agreed(self._is_same(value, other) for value in self.values(one, steps))
                if said is not None:
                    return said
        return None

    def _is_same(self, value: Value, other: int) -> bool | None:
        """Whether two values that are written down are the same; None also where `null == undefined` may be asked."""
        wanted = self.module.kind[other]
        if value.kind not in WRITTEN:
            return False if wanted in _NOTHING and value.truth else None
        if {value.kind, wanted} == _NOTHING:
            return self.module.text(self.module.parent[other]) in {"==", "!="}
        if value.kind != wanted:
            return False
        if wanted in {Kind.STRING, Kind.NUMBER}:
            return value.at.module.text(value.row) == self.module.text(other)
        return True if wanted in FALSE or wanted == Kind.TRUE else None

    # what names stand for

    def value(self, row: int, steps: int) -> Value:
        """The expression that a name or member stands for; itself where that is not known."""
        found = self.values(row, steps)
        return found[0] if len(found) == 1 else self._itself(row)

    def values(self, row: int, steps: int) -> Sequence[Value]:
        """The expressions of which a name or member stands for one; itself where that is not known."""
        module = self.module
        itself = [self._itself(row)]
        if not steps:
            return itself
        match module.kind[row]:
            case Kind.MEMBER:
                return self.member(self.value(module.first[row], steps - 1), module.text(row), steps) or itself
            case Kind.LOGICAL if module.text(row) == "||":
                left = self.value(module.first[row], steps - 1)
                right = self.values(module.op(row, 1), steps - 1) if left.kind not in TRUE else ()
                return [*([left._replace(told=_GIVEN)] if left.kind not in FALSE else ()), *right]
            case Kind.CONDITIONAL:
                said = self.says(module.first[row], steps - 1)
                return itself if said is None else self.values(module.op(row, 1 if said else 2), steps - 1)
            case Kind.IDENT:
                targets, is_open = reaching(module, row)
                seen = () if is_open else self._in_effect(targets, row, steps)
                found = [self._written(target, steps - 1) for target in seen]
                if all(found):
                    return [each for part in found for value in part if (each := value.under(itself[0].told))] or itself
        return itself

    def _itself(self, row: int) -> Value:
        return Value(self, row, tested(self.module, row) if self.module.kind[row] == Kind.IDENT else Tested())

    def _in_effect(self, targets: Sequence[int], row: int, steps: int) -> Sequence[int]:
        """Without those that a test leaves out, or makes up for: `if (typeof options === 'function') { done = options;
        options = {} }`.
        """
        if len(targets) < 2:
            return targets
        if row not in self._seen:
            self._seen[row] = targets  # of what is asked for itself, nothing is known
            self._seen[row] = self._left(targets, steps)
        return self._seen[row]

    def _left(self, targets: Sequence[int], steps: int) -> Sequence[int]:
        for target in targets if len(targets) > 1 else ():
            said = [self._holds(condition, truth, steps) for condition, truth in conditions(self.module, target)]
            if False in said:
                return self._left([other for other in targets if other != target], steps)
            if said and all(said) and target == max(targets):
                return [target]
        return targets

    def _holds(self, condition: int, truth: int, steps: int) -> bool | None:
        """Whether a condition has the truth that a row needs, None where it is not known."""
        if truth not in {Truth.TRUE, Truth.FALSE}:
            return None
        tests = conjuncts(self.module, condition, holds=truth == Truth.TRUE)
        said = [(self.says(test, steps - 1), holds) for test, holds in tests]
        if any(found is not None and found is not holds for found, holds in said):
            return False
        return True if all(found is holds for found, holds in said) else None

    def _written(self, target: int, steps: int) -> Sequence[Value]:
        """What a target is given: a parameter by the call, others by what stands in their pattern or declarator; none
        where that is not known.
        """
        module = self.module
        parent = module.parent[target]
        match module.kind[parent]:
            case Kind.DEFAULT if module.first[parent] == target:
                found = self._written(parent, steps)
                is_left_out = len(found) == 1 and found[0].kind == Kind.UNDEFINED
                return self.values(module.op(parent, 1), steps) if is_left_out else found
            case Kind.PARAM if module.parent[parent] == self.function and self.arguments is not None:
                return self._handed(parent - module.params(self.function).start, steps)
            case Kind.PROPERTY if module.kind[module.parent[parent]] == Kind.OBJECT_PATTERN and steps:
                held = () if module.has(parent, Flag.COMPUTED) else self._written(module.parent[parent], steps - 1)
                return self.member(held[0], module.text(parent), steps) if len(held) == 1 else []
            case Kind.DECLARATOR | Kind.ASSIGN if module.first[parent] == target and steps:
                value = module.op(parent, 1)
                is_other = module.kind[parent] == Kind.ASSIGN and module.text(parent) != "="
                if is_other or module.kind[value] == Kind.NONE:
                    return []
                is_other = module.kind[value] == Kind.OBJECT and is_changed(module, target)
                return [] if is_other else self.values(value, steps - 1)
        return []

    def _handed(self, index: int, steps: int) -> Sequence[Value]:
        """What the call gives to the parameter at a position."""
        caller = self._outer or Called(self.model, None, self._caller, -1)
        if self.arguments is None or index < len(self.arguments):
            return [] if self.arguments is None else caller.values(self.arguments[index], steps)
        return [] if self._is_open else [Value(caller, ABSENT)]

    @staticmethod
    def member(held: Value, name: str, steps: int) -> Sequence[Value]:
        """The values that an object that is written down may have under a name; none where they are not known."""
        if held.kind != Kind.OBJECT:
            return []
        module = held.at.module
        found: int | None = ABSENT
        for part in module.ops(held.row):
            if module.kind[part] != Kind.PROPERTY or module.has(part, Flag.COMPUTED):
                found = None
            elif module.text(part) == name:
                found = module.op(part, 1)
        if found is None or found == ABSENT:
            return [] if found is None else [Value(held.at, ABSENT)]
        return held.at.values(found, steps - 1) if steps else []


def decided(sides: set[bool | None], name: str) -> bool | None:
    """The truth of `&&` and `||`, by that of its sides."""
    decisive = name == "||"
    if decisive in sides:
        return decisive
    return None if None in sides else not decisive


def agreed(said: Iterable[bool | None]) -> bool | None:
    """What is said of each value that there may be; None where it is not the same of all."""
    found = set(said)
    return found.pop() if len(found) == 1 else None
