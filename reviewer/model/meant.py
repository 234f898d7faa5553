"""What the expression of a measure means: functions, classes and library places, and the package it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Atom, ClassValue, Closure, External, Instance, Namespace, Promised, Spot
from reviewer.model.link import Target, ToPackage
from reviewer.model.measure import Measure
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NAMES: Final = 4
_BRANCHES: Final = frozenset({Kind.IF, Kind.CONDITIONAL, Kind.LOGICAL, Kind.CASE, Kind.CATCH})


class Meant:
    """Makes measures of the rows that name them."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def measure(self, kind: str, spot: Spot, call: Spot | None = None) -> Measure:
        """The measure that an expression names; `call` is what puts it there, where that stands somewhere else."""
        module = self.model.link.body(spot.module)
        row = module.first[spot.row] if module.kind[spot.row] == Kind.SPREAD else spot.row
        values = sorted(self._values(spot.module, row), key=repr)
        sure = self._is_sure(spot) and (call is None or self._is_sure(call))
        return Measure(kind, spot.module, row, tuple(values), self.package(module, row), sure)

    def _values(self, m: int, row: int) -> set[Atom]:
        found: set[Atom] = set()
        for item in self.model.ask(self.model.values.resolved(m, row)).items:
            inner = item.value if isinstance(item, Promised) else item
            if isinstance(inner, Namespace):
                whole = self.model.ask(self.model.heap.module_value(inner.module))
                found |= {part for part in whole.items if isinstance(part, Closure | ClassValue | External)}
            elif isinstance(inner, Instance):
                found.add(ClassValue(inner.module, inner.row))
            elif isinstance(inner, Closure | ClassValue | External):
                found.add(inner)
        return found

    def package(self, module: Module, row: int) -> str:
        """The package that an expression is imported from, through constant names of its own file; else empty."""
        for _ in range(_NAMES):
            while module.kind[row] in {Kind.MEMBER, Kind.CALL, Kind.NEW, Kind.AWAIT, Kind.INDEX}:
                target = self.model.link.import_calls[module.index].get(row)
                if target is not None:
                    return _package_of(target)
                row = module.first[row]
            if module.kind[row] != Kind.IDENT or module.binding[row] < 0:
                return ""
            imported = self.model.link.import_bindings[module.index].get(module.binding[row])
            if imported is not None:
                return _package_of(imported[0])
            writes = module.writes(module.binding[row])
            above = module.ancestors(writes[0]) if len(writes) == 1 else iter(())
            declarator = next((at for at in above if module.kind[at] == Kind.DECLARATOR), -1)
            if declarator < 0 or module.kind[module.op(declarator, 1)] == Kind.FUNCTION:
                return ""
            row = module.op(declarator, 1)
        return ""

    def _is_sure(self, spot: Spot) -> bool:
        """Whether no branch stands around a row in its file."""
        module = self.model.link.body(spot.module)
        below = spot.row
        for at in module.ancestors(spot.row):
            if module.kind[at] in _BRANCHES and (module.kind[at] == Kind.CATCH or module.first[at] != below):
                return False
            below = at
        return True


def _package_of(target: Target) -> str:
    return target.name if isinstance(target, ToPackage) else ""
