"""What a variable may hold: what its import gives, or what each write gives to its target."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import ALL_ARGUMENTS, NUMBER, STRING, TAIL, Atom, ClassValue, Closure, Literal, Symbol
from reviewer.model.elements import iterated
from reviewer.model.expressions import Expressions
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


_DECLARED: Final[dict[int, Callable[[int, int], Atom]]] = {
    Kind.FUNCTION: Closure,
    Kind.CLASS: ClassValue,
    Kind.ENUM: Literal,
    Kind.NAMESPACE: Literal,
}


class Bindings:
    """The equations of `values.binding` and `values.target`."""

    def __init__(self, model: Model, expressions: Expressions) -> None:
        self.model = model
        self._expressions = expressions

    def plain(self, m: int, binding: int) -> Answer | Key | None:
        """The shortcut of `values.binding`: of a variable with one write, what that gives."""
        if binding in self.model.link.import_bindings[m]:
            return None
        module = self.model.link.body(m)
        kind = module.binding_kind[binding]
        if kind == BindingKind.ARGUMENTS:
            return answer([Symbol(m, module.binding_owner[binding], ALL_ARGUMENTS)])
        if kind in {BindingKind.IMPORT, BindingKind.TYPE}:
            return answer(open_because=["name"])
        writes = module.writes(binding)
        return self.model.values.target(m, writes[0]) if len(writes) == 1 else None

    def of(self, m: int, binding: int) -> Equation:
        """The values of a binding that is not `plain`."""
        imported = self.model.link.import_bindings[m].get(binding)
        if imported is not None:
            return (yield from self.model.values.imported(*imported))
        found = NOTHING
        for target in self.model.link.body(m).writes(binding):
            found = join(found, (yield self.model.values.target(m, target)))
        return found

    def plain_target(self, m: int, row: int) -> Answer | Key | None:
        """The shortcut of `values.target`: what is declared, a parameter, or the value of an unannotated variable."""
        module = self.model.link.body(m)
        made = _DECLARED.get(module.kind[row])
        if made is not None:
            return answer([made(m, row)])
        parent = module.parent[row]
        match module.kind[parent]:
            case Kind.DECLARATOR:
                value = module.op(parent, 1)
                has_more = module.kind[value] == Kind.NONE or row in module.annotations
                return None if has_more else self.model.values.of(m, value)
            case Kind.ASSIGN if module.text(parent) == "=":
                return self.model.values.of(m, module.op(parent, 1))
            case Kind.PARAM:
                return answer([Symbol(m, module.parent[parent], module.position(parent) - 1)])
            case Kind.FOR_IN:
                return answer([STRING])
            case Kind.UPDATE:
                return answer([NUMBER])
            case _:
                return None

    def target(self, m: int, row: int) -> Equation:
        """The values that a write gives to its target row, where that is not `plain_target`."""
        module = self.model.link.body(m)
        values = self.model.values
        parent = module.parent[row]
        match module.kind[parent]:
            case Kind.DECLARATOR:
                value = module.op(parent, 1)
                if module.kind[value] == Kind.NONE:
                    return (yield from self._annotated(module, row))
                declared = yield from self.model.types.declared(module, row, value)
                return join(declared, (yield values.of(m, value)))
            case Kind.ASSIGN:
                return (yield from self._expressions.assigned(module, parent))
            case Kind.PROPERTY:
                return (yield from self._from_object_pattern(module, parent))
            case Kind.ARRAY_PATTERN:
                whole = yield values.target(m, parent)
                return (yield from values.elements(whole, str(module.position(row))))
            case Kind.DEFAULT:
                whole = yield values.target(m, parent)
                return join(whole, (yield values.of(m, module.op(parent, 1))))
            case Kind.REST:
                holder = module.parent[parent]
                if module.kind[holder] == Kind.PARAM:
                    rest = f"{TAIL}{module.position(holder) - 1}"
                    return answer([Symbol(m, module.parent[holder], ALL_ARGUMENTS, (rest,))])
                whole = yield values.target(m, holder)
                return (
                    values.tail(whole, module.position(parent)) if module.kind[holder] == Kind.ARRAY_PATTERN else whole
                )
            case Kind.FOR_OF:
                held = yield values.of(m, module.op(parent, 1))
                each = yield from iterated(self.model, held)
                return values.awaited(each) if module.has(parent, Flag.AWAITED) else each
            case _:
                return answer(open_because=["caught"])

    def _annotated(self, module: Module, row: int) -> Equation:
        text = module.annotations.get(row)
        if text is None:
            return NOTHING
        return (yield self.model.types.named(module.index, text))

    def _from_object_pattern(self, module: Module, property_: int) -> Equation:
        whole = yield self.model.values.target(module.index, module.parent[property_])
        if module.has(property_, Flag.COMPUTED):
            return answer(open_because=["computed key"])
        return (yield from self.model.values.member_of(whole, module.text(property_)))
