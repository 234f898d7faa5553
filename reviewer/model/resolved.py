"""Resolved: the values of an expression, with parameters replaced by what callers give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import FAR, Closure, is_far, is_within
from reviewer.model.solve import Answer, Equation, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Resolved:
    """The equation of `model.values.resolved`. What lies too far from a parameter to be told in terms of it is told in
    terms of what the parts of the expression hold.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, m: int, row: int) -> Equation:
        """The values of the expression at a row."""
        values = self.model.values
        found = yield values.of(m, row)
        module = self.model.link.body(m)
        parts = self._parts(module, row)
        if not parts:
            return (yield from values.close(found))
        near = frozenset(atom for atom in found.items if not is_far(atom))
        result = yield from values.close(Answer(near, found.open - {FAR}))
        if FAR in found.open or len(near) < len(found.items):
            for part in parts:
                held = yield values.resolved(m, part)
                far = yield from self._from_part(module, row, held)
                result = join(result, (yield from values.close(far)))
        return result

    def _parts(self, module: Module, row: int) -> list[int]:
        """The expressions whose values tell those of this one."""
        match module.kind[row]:
            case Kind.MEMBER | Kind.CALL if row not in self.model.link.import_calls[module.index]:
                return [module.first[row]]
            case Kind.AWAIT:
                return [module.first[row]]
            case Kind.IDENT if module.binding[row] >= 0:
                return _written(module, module.binding[row])
            case _:
                return []

    def _from_part(self, module: Module, row: int, held: Answer) -> Equation:
        match module.kind[row]:
            case Kind.MEMBER:
                return (yield from self.model.values.member_of(held, module.text(row)))
            case Kind.AWAIT:
                return self.model.values.awaited(held)
            case Kind.IDENT:
                return held
        found = yield from self.model.results.results_at(held, module, row)
        for atom in held.items:
            if isinstance(atom, Closure):
                returned = yield self.model.calls.returns(atom.module, atom.row)
                if any(is_far(item) and not is_within(item, atom) for item in returned.items):
                    found = join(found, (yield from self.model.results.told_by_values(atom.module, atom.row)))
        return found


def _written(module: Module, binding: int) -> list[int]:
    """The expressions that are written to a variable as they are; none where something else is written to it."""
    found = []
    for target in module.writes(binding):
        parent = module.parent[target]
        is_plain = module.kind[parent] == Kind.DECLARATOR or (
            module.kind[parent] == Kind.ASSIGN and module.text(parent) == "="
        )
        if not is_plain or module.first[parent] != target or module.kind[target] != Kind.IDENT:
            return []
        if module.kind[module.op(parent, 1)] != Kind.NONE:
            found.append(module.op(parent, 1))
    return found
