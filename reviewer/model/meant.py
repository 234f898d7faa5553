"""What the expression of a measure means: functions, classes and library places, and the package it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Atom, ClassValue, Closure, External, Instance, Literal, Namespace, Promised, Spot
from reviewer.model.link import Target, ToModule, ToPackage
from reviewer.model.measure import Measure
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_NAMES: Final = 4
_FOLDER: Final = "modules.folder"
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
                kept = self._kept(module, row)
                row = kept if kept >= 0 else module.first[row]
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

    def is_known(self, spot: Spot, depth: int = 0) -> bool:
        """Whether an expression comes from a package, or from functions and classes of the repository, through other
        files and what functions give back.
        """
        module = self.model.link.body(spot.module)
        if self.package(module, spot.row) or self._held(module, spot.row) - {0}:
            return True
        if any(value != External(0) for value in self._values(spot.module, spot.row)):
            return True
        return depth < _NAMES and any(self.is_known(at, depth + 1) for at in self._behind(module, spot.row))

    def is_of_folder(self, spot: Spot) -> bool:
        """Whether it is one of the modules of a folder that a library loads whole: they are not told apart."""
        held = self._held(self.model.link.body(spot.module), spot.row)
        return any(self.model.libraries.has_role(state, _FOLDER, None) for state in held)

    def _held(self, module: Module, row: int) -> set[int]:
        """The places of libraries of which an expression is a member, or a call of one."""
        found: set[int] = set()
        while module.kind[row] in {Kind.MEMBER, Kind.CALL, Kind.NEW, Kind.AWAIT, Kind.INDEX}:
            row = module.first[row]
            found |= {value.state for value in self._values(module.index, row) if isinstance(value, External)}
        return found

    def _behind(self, module: Module, row: int) -> Iterator[Spot]:
        """What an expression stands for: what a module exports by that name, what a function gives back."""
        if module.kind[row] == Kind.IDENT and module.binding[row] >= 0:
            target, name = self.model.link.import_bindings[module.index].get(module.binding[row], (None, ""))
            loaded = next((at for at in self._loads(module, row)), target)
            if isinstance(loaded, ToModule):
                for export in self.model.link.surfaces[loaded.module].exports:
                    if export.name in {name, "default", "="} and export.row >= 0:
                        yield Spot(loaded.module, export.row)
        elif module.kind[row] == Kind.CALL:
            for item in self.model.ask(self.model.calls.callees(module.index, row)).items:
                if isinstance(item, Closure):
                    yield from (Spot(item.module, at) for at in self.model.link.returned(item.module, item.row))
        elif module.kind[row] == Kind.MEMBER:
            for item in self.model.ask(self.model.values.resolved(module.index, module.first[row])).items:
                if isinstance(item, Literal):
                    yield from self._written(item, module.text(row))

    def _written(self, literal: Literal, name: str) -> Iterator[Spot]:
        """What an object literal says of a member."""
        body = self.model.link.body(literal.module)
        for at in body.ops(literal.row) if body.kind[literal.row] == Kind.OBJECT else ():
            if body.kind[at] == Kind.PROPERTY and not body.has(at, Flag.COMPUTED) and body.text(at) == name:
                yield Spot(literal.module, body.op(at, 1))

    def _loads(self, module: Module, row: int) -> Iterator[Target]:
        """The module that a name is required from: `const render = require('./render')`."""
        for write in module.writes(module.binding[row]):
            declarator = module.parent[write]
            if module.kind[declarator] == Kind.DECLARATOR and module.kind[write] == Kind.IDENT:
                target = self.model.link.import_calls[module.index].get(module.op(declarator, 1))
                if target is not None:
                    yield target

    def _kept(self, module: Module, row: int) -> int:
        """What the file itself writes once to a member: `exports.session = session()`; below zero where it does not."""
        if module.kind[row] != Kind.MEMBER or module.kind[module.first[row]] not in {Kind.IDENT, Kind.THIS}:
            return -1
        named = self.model.link.surfaces[module.index].writes.get(module.text(row), ())
        whole = self.model.source_text(module, row)
        writes = [at for at in named if self.model.source_text(module, at) == whole]
        assign = module.parent[writes[0]] if len(writes) == 1 else -1
        return module.op(assign, 1) if assign >= 0 and module.kind[assign] == Kind.ASSIGN else -1

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
