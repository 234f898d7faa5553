"""What an expression evaluates to, by the kind of the expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import (
    BOOLEAN,
    NUMBER,
    STRING,
    UNDEFINED,
    Atom,
    ClassValue,
    Closure,
    Constant,
    External,
    Literal,
    Namespace,
    Primitive,
)
from reviewer.model.patterns import name_pattern
from reviewer.model.receivers import Receivers
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join
from reviewer.model.writes import is_global_object
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_CONSTANTS: Final = {
    Kind.STRING: "string",
    Kind.NUMBER: "number",
    Kind.BIGINT: "bigint",
    Kind.REGEX: "regexp",
}
_WORDS: Final = {
    Kind.TRUE: Constant("boolean", "true"),
    Kind.FALSE: Constant("boolean", "false"),
    Kind.NULL: Constant("null", "null"),
    Kind.UNDEFINED: UNDEFINED,
}
_MADE: Final[dict[int, Callable[[int, int], Atom]]] = {
    Kind.FUNCTION: Closure,
    Kind.CLASS: ClassValue,
    Kind.OBJECT: Literal,
    Kind.ARRAY: Literal,
    Kind.ENUM: Literal,
    Kind.NAMESPACE: Literal,
}
_UNARY: Final = {"!": BOOLEAN, "delete": BOOLEAN, "typeof": STRING, "-": NUMBER, "+": NUMBER, "~": NUMBER}
_COMPARISONS: Final = frozenset({"==", "!=", "===", "!==", "<", ">", "<=", ">=", "in", "instanceof"})
_LOADER_NAMES: Final = frozenset({"module", "exports", "require"})
_LONGEST_TEXT: Final = 4_000  # a text that is put together of itself doubles with every line


class Expressions:
    """The equation of `values.of`, with the values of an assignment apart: they are those of its target as well."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._receivers = Receivers(model)

    def plain(self, m: int, row: int) -> Answer | Key | None:
        """The shortcut of `values.of`: what a literal is, and of a variable, what it holds."""
        module = self.model.link.body(m)
        kind = module.kind[row]
        if kind == Kind.IDENT:
            binding = module.binding[row]
            if binding >= 0 and not self.model.values.narrowing.may_narrow(module, binding):
                return self.model.values.binding(m, binding)
            return None
        if kind in _CONSTANTS:
            return answer([Constant(_CONSTANTS[kind], module.text(row))])
        if kind in _WORDS:
            return answer([_WORDS[kind]])
        made = _MADE.get(kind)
        if made is not None:
            return answer([made(m, row)])
        return _template(module, row) if kind == Kind.TEMPLATE else None

    def of(self, m: int, row: int) -> Equation:
        """The values of an expression that is not `plain`, in terms of the parameters of the functions around it."""
        module = self.model.link.body(m)
        values = self.model.values
        kind = module.kind[row]
        match kind:
            case Kind.IDENT:
                return (yield from self._identifier(module, row))
            case Kind.MEMBER:
                return (yield from self._member(module, row))
            case Kind.INDEX:
                return (yield from self._index(module, row))
            case Kind.CALL:
                return (yield from self.model.results.result(module, row))
            case Kind.NEW:
                return (yield from self.model.results.constructed(module, row))
            case Kind.TAGGED:
                return (yield from self.model.results.tagged(module, row))
            case Kind.THIS:
                return (yield from self._receivers.this(module, row))
            case Kind.SUPER:
                return (yield from self._receivers.super_(module, row))
            case Kind.AWAIT:
                return values.awaited((yield values.of(m, module.first[row])))
            case Kind.CONDITIONAL:
                first = yield values.of(m, module.op(row, 1))
                return join(first, (yield values.of(m, module.op(row, 2))))
            case Kind.LOGICAL:
                right = yield values.of(m, module.op(row, 1))
                if module.text(row) == "&&":
                    return right
                return join((yield values.of(m, module.first[row])), right)
            case Kind.ASSIGN:
                return (yield from self.assigned(module, row))
            case Kind.SEQUENCE:
                return (yield values.of(m, module.first[row] + module.count[row] - 1))
            case Kind.BINARY:
                return (yield from self._binary(module, row))
            case Kind.UNARY:
                return answer([_UNARY.get(module.text(row), UNDEFINED)])
            case Kind.UPDATE:
                return answer([NUMBER])
            case _:
                return answer(open_because=["syntax"])

    def _identifier(self, module: Module, row: int) -> Equation:
        binding = module.binding[row]
        if binding >= 0:
            found = yield self.model.values.binding(module.index, binding)
            step = yield from self.model.values.narrowing.of(module, row)
            return self.model.values.narrowing.kept(found, step) if step is not None else found
        name = module.text(row)
        if name == "exports" and self.model.link.has_exports_object(module.index):
            own = answer([Namespace(module.index)])
            if not any(_is_assigned(module, at) for at in module.surface.globals.get("exports", ())):
                return own
            # exports = module.exports = …
            return join(own, (yield self.model.heap.module_value(module.index)))
        if name in _LOADER_NAMES:
            return answer(open_because=["loader"])
        state = self.model.libraries.global_(name)
        if state is not None:
            return answer([External(state)])
        return (yield self.model.heap.global_(name))

    def _member(self, module: Module, row: int) -> Equation:
        held = module.first[row]
        name = module.text(row)
        if module.kind[held] == Kind.IDENT and module.binding[held] < 0 and module.text(held) == "module":
            if name == "exports":
                return (yield self.model.heap.module_value(module.index))
            return answer(open_because=["loader"])
        holder = yield self.model.values.of(module.index, held)
        found = yield from self.model.values.member_of(holder, name)
        if is_global_object(module, held) and self.model.libraries.global_(name) is None:
            return join(found, (yield self.model.heap.global_(name)))
        return found

    def _index(self, module: Module, row: int) -> Equation:
        values = self.model.values
        key = yield values.of(module.index, module.op(row, 1))
        holder = yield values.of(module.index, module.first[row])
        names = [item.text for item in key.items if isinstance(item, Constant)]
        if names and len(names) == len(key.items) and key.complete:
            found = NOTHING
            for name in sorted(names):
                found = join(found, (yield from values.member_of(holder, name)))
            return found
        return (yield from values.elements(holder, name_pattern(module, module.op(row, 1))))

    def assigned(self, module: Module, assign: int) -> Equation:
        """The values that an ASSIGN row gives to its target, and is itself."""
        operator = module.text(assign)
        value = yield self.model.values.of(module.index, module.op(assign, 1))
        if operator in {"=", "||=", "&&=", "??="}:
            return value
        return _sum(value, value) if operator == "+=" else answer([NUMBER])

    def _binary(self, module: Module, row: int) -> Equation:
        operator = module.text(row)
        if operator in _COMPARISONS:
            return answer([BOOLEAN])
        if operator != "+":
            return answer([NUMBER])
        left = yield self.model.values.of(module.index, module.first[row])
        right = yield self.model.values.of(module.index, module.op(row, 1))
        if left.complete and right.complete and len(left.items) == 1 and len(right.items) == 1:
            (first,), (second,) = left.items, right.items
            is_text = (
                isinstance(first, Constant)
                and isinstance(second, Constant)
                and "string" in {first.kind, second.kind}
                and len(first.text) + len(second.text) <= _LONGEST_TEXT
            )
            if is_text and all(_is_settled(module, operand) for operand in module.ops(row)):
                return answer([Constant("string", first.text + second.text)])
        return _sum(left, right)


def _is_assigned(module: Module, row: int) -> bool:
    parent = module.parent[row]
    return module.kind[parent] == Kind.ASSIGN and module.first[parent] == row


def _template(module: Module, row: int) -> Answer:
    chunks = module.ops(row)
    if all(module.kind[chunk] == Kind.STRING for chunk in chunks):
        return answer([Constant("string", "".join(module.text(chunk) for chunk in chunks))])
    return answer([STRING])


def _is_settled(module: Module, row: int) -> bool:
    """Whether the text of an operand is the same each time it is read: it is no sum that grows in a loop."""
    while module.kind[row] == Kind.MEMBER:
        row = module.first[row]
    kind = module.kind[row]
    if kind == Kind.BINARY:
        return all(_is_settled(module, operand) for operand in module.ops(row))
    if kind == Kind.IDENT:
        binding = module.binding[row]
        return binding < 0 or len(module.writes(binding)) <= 1
    return kind in {Kind.STRING, Kind.NUMBER, Kind.TEMPLATE, Kind.THIS}


def _sum(left: Answer, right: Answer) -> Answer:
    """The kinds of value that `+` gives: a number only of numbers."""
    number, other = _kinds(left)
    number_right, other_right = _kinds(right)
    items = []
    if (other and (number_right or other_right)) or (other_right and number):
        items.append(STRING)
    if number and number_right:
        items.append(NUMBER)
    return answer(items)


def _kinds(found: Answer) -> tuple[bool, bool]:
    """Whether there may be numbers, and other values."""
    numbers = sum(isinstance(item, Constant | Primitive) and item.kind == "number" for item in found.items)
    return numbers > 0, numbers < len(found.items) or bool(found.open)
