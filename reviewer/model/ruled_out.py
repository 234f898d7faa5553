"""Ruled out: what a function does only where an argument is given, or is another one than a call gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure
from reviewer.model.guards import conjuncts
from reviewer.model.paths import Truth, conditions
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_FALSE: Final = frozenset({Kind.FALSE, Kind.NULL, Kind.UNDEFINED})
_TRUE: Final = frozenset({Kind.TRUE, Kind.OBJECT, Kind.ARRAY, Kind.FUNCTION, Kind.NEW})
_SAME: Final = frozenset({"===", "=="})
_COMPARING: Final = _SAME | {"!==", "!="}
_TYPES: Final = {
    Kind.FUNCTION: "function",
    Kind.OBJECT: "object",
    Kind.ARRAY: "object",
    Kind.NULL: "object",
    Kind.FALSE: "boolean",
    Kind.TRUE: "boolean",
    Kind.STRING: "string",
    Kind.UNDEFINED: "undefined",
}
_ABSENT: Final = -1
_STEPS: Final = 3


def is_ruled_out(model: Model, module: Module, call: int, callee: Closure, row: int) -> bool:
    """Whether a row of a function does not run for what one call gives: `load(id, { deep: false })`.

    Only what is written in the call, and the defaults of what it leaves out, is looked at.
    """
    if module.kind[call] not in {Kind.CALL, Kind.NEW}:
        return False
    arguments = module.args(call)
    if any(module.kind[argument] == Kind.SPREAD for argument in arguments):
        return False
    body = model.link.body(callee.module)
    given = _Given(body, callee.row, module, arguments)
    at = row
    while True:
        for condition, truth in conditions(body, at):
            if truth in {Truth.TRUE, Truth.FALSE}:
                for test, holds in conjuncts(body, condition, holds=truth == Truth.TRUE):
                    if given.truth(test) is (not holds):
                        return True
        owner = body.owner[at]
        inline = model.turns.inline(callee.module, owner) if owner not in {0, callee.row} else None
        if inline is None:
            return False
        at = inline.call


class _Given:
    """The truth of the names in a function's tests, for the arguments of one call; None where it is not known."""

    def __init__(self, body: Module, function: int, module: Module, arguments: range) -> None:
        self._body = body
        self._function = function
        self._module = module
        self._arguments = arguments

    def truth(self, test: int) -> bool | None:
        body = self._body
        if body.kind[test] == Kind.BINARY and body.text(test) in _COMPARING:
            kind = self._type_asked(body.first[test])
            wanted = body.op(test, 1)
            if kind is None or body.kind[wanted] != Kind.STRING:
                return None
            return (kind == body.text(wanted)) is (body.text(test) in _SAME)
        return self._is_true(*self._of(body, test, _STEPS))

    def _type_asked(self, row: int) -> str | None:
        """What `typeof` gives for a name (ECMAScript 13.5.3), where that is known."""
        body = self._body
        if body.kind[row] != Kind.UNARY or body.text(row) != "typeof":
            return None
        module, given = self._of(body, body.first[row], _STEPS)
        if module is None:
            return None
        return "undefined" if given == _ABSENT else _TYPES.get(module.kind[given])

    def _is_true(self, module: Module | None, row: int) -> bool | None:
        if module is None:
            return None
        if row == _ABSENT or module.kind[row] in _FALSE:
            return False
        return True if module.kind[row] in _TRUE else None

    def _of(self, module: Module, row: int, steps: int) -> tuple[Module | None, int]:
        """The expression that a name or member stands for; `_ABSENT` for what is left out, no module where unknown."""
        body = self._body
        if module is not body or not steps:
            return module, row
        if body.kind[row] == Kind.MEMBER:
            return self._member(self._of(body, body.first[row], steps - 1), body.text(row))
        if body.kind[row] != Kind.IDENT:
            return body, row
        writes = body.writes(body.binding[row]) if body.binding[row] >= 0 else ()
        return self._written(writes[0], steps) if len(writes) == 1 else (None, 0)

    def _written(self, target: int, steps: int) -> tuple[Module | None, int]:
        """What a target is given: a parameter by the call, others by what stands in their pattern or declarator."""
        body = self._body
        parent = body.parent[target]
        match body.kind[parent]:
            case Kind.DEFAULT if body.first[parent] == target:
                found = self._written(parent, steps)
                is_left_out = found[0] is not None and (found[1] == _ABSENT or _is_undefined(*found))
                return (body, body.op(parent, 1)) if is_left_out else found
            case Kind.PARAM if body.parent[parent] == self._function:
                index = parent - body.params(self._function).start
                if index < len(self._arguments):
                    return self._module, self._arguments[index]
                return self._module, _ABSENT
            case Kind.PROPERTY if body.kind[body.parent[parent]] == Kind.OBJECT_PATTERN and steps:
                if body.has(parent, Flag.COMPUTED):
                    return None, 0
                return self._member(self._written(body.parent[parent], steps - 1), body.text(parent))
            case Kind.DECLARATOR if body.first[parent] == target and body.owner[parent] == self._function:
                return self._of(body, body.op(parent, 1), steps - 1) if steps else (None, 0)
            case _:
                return None, 0

    @staticmethod
    def _member(held: tuple[Module | None, int], name: str) -> tuple[Module | None, int]:
        """The value that an object that is written down has under a name."""
        module, row = held
        if module is None or row == _ABSENT or module.kind[row] != Kind.OBJECT:
            return None, 0
        found = _ABSENT
        for part in module.ops(row):
            if module.kind[part] != Kind.PROPERTY or module.has(part, Flag.COMPUTED):
                return None, 0
            if module.text(part) == name:
                found = module.op(part, 1)
        return module, found


def _is_undefined(module: Module | None, row: int) -> bool:
    return module is not None and module.kind[row] == Kind.UNDEFINED
