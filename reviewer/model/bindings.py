"""What a variable may hold: what its import gives, or what each write gives to its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import ALL_ARGUMENTS, NUMBER, STRING, TAIL, ClassValue, Closure, Literal, Symbol
from reviewer.model.expressions import Expressions
from reviewer.model.solve import NOTHING, Equation, answer, join
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Bindings:
    """The equations of `values.binding` and `values.target`."""

    def __init__(self, model: Model, expressions: Expressions) -> None:
        self.model = model
        self._expressions = expressions

    def of(self, m: int, binding: int) -> Equation:
        """The values of a binding."""
        imported = self.model.link.import_bindings[m].get(binding)
        if imported is not None:
            return (yield from self.model.values.imported(*imported))
        module = self.model.link.body(m)
        kind = module.binding_kind[binding]
        if kind == BindingKind.ARGUMENTS:
            return answer([Symbol(m, module.binding_owner[binding], ALL_ARGUMENTS)])
        if kind in {BindingKind.IMPORT, BindingKind.TYPE}:
            return answer(open_because=["name"])
        found = NOTHING
        for target in module.writes(binding):
            found = join(found, (yield self.model.values.target(m, target)))
        return found

    def target(self, m: int, row: int) -> Equation:
        """The values that a write gives to its target row."""
        module = self.model.link.body(m)
        kind = module.kind[row]
        if kind == Kind.FUNCTION:
            return answer([Closure(m, row)])
        if kind == Kind.CLASS:
            return answer([ClassValue(m, row)])
        if kind in {Kind.ENUM, Kind.NAMESPACE}:
            return answer([Literal(m, row)])
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
            case Kind.PARAM:
                function = module.parent[parent]
                return answer([Symbol(m, function, module.position(parent) - 1)])
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
                iterated = yield values.of(m, module.op(parent, 1))
                each = yield from values.elements(iterated, "*")
                return values.awaited(each) if module.has(parent, Flag.AWAITED) else each
            case Kind.FOR_IN:
                return answer([STRING])
            case Kind.UPDATE:
                return answer([NUMBER])
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
