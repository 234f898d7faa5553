"""Unnamed: functions in variables, and in objects that are there for their members, which nothing else names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.source.module import Export, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_TEST: Final = "test"
_WHOLE: Final = frozenset({"default", "=", "*"})
_LEVELS: Final = 4
"""Through so many modules a name is followed that these only hand on."""


class Unnamed:
    """Asked of functions whose uses are all known, so far as values tell."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_known(self, function: Spot, uses: Collection[Spot]) -> bool:
        """Whether nothing that may run in production names a function but the calls of it: neither it, nor the object
        that it is a member of, is taken as a whole by anything.
        """
        module = self.model.link.body(function.module)
        holder = module.parent[function.row]
        name = module.text(holder) if module.kind[holder] == Kind.PROPERTY else ""
        if name and module.kind[module.parent[holder]] == Kind.OBJECT and not module.has(holder, Flag.COMPUTED):
            binding = _declared(module, module.parent[holder])
            is_member = binding >= 0 and self._is_only_read(function.module, binding, _LEVELS)
            return is_member and all(spot in uses for spot in self._naming(name))
        if module.has(function.row, Flag.DECLARATION):
            binding = module.binding[function.row]
        else:
            binding = _declared(module, function.row)
        return binding >= 0 and self._is_only_called(function.module, binding, uses, _LEVELS)

    def _is_only_called(self, m: int, binding: int, uses: Collection[Spot], left: int) -> bool:
        """Whether a variable is called at these places, and nothing else is done with it, also where it is imported."""
        module = self.model.link.body(m)
        for ref in module.refs(binding):
            call = module.parent[ref]
            is_call = module.kind[call] == Kind.CALL and module.first[call] == ref
            if not (is_call and Spot(m, call) in uses) and not _gives_away(module, ref):
                return False
        for export in self._exports(m, binding):
            if any(spot not in uses for spot in self._naming(export.name)):
                return False
            for importer, taken in self._importing(m, export, left):
                if taken < 0 or not self._is_only_called(importer, taken, uses, left - 1):
                    return False
        return True

    def _is_only_read(self, m: int, binding: int, left: int) -> bool:
        """Whether all that is done with a variable is to take members of it by their names."""
        module = self.model.link.body(m)
        for ref in module.refs(binding):
            if not _is_receiver(module, ref) and not _gives_away(module, ref):
                return False
        return all(
            taken >= 0 and self._is_only_read(importer, taken, left - 1)
            for export in self._exports(m, binding)
            for importer, taken in self._importing(m, export, left)
        )

    def _exports(self, m: int, binding: int) -> Iterator[Export]:
        module = self.model.link.body(m)
        for export in self.model.link.surfaces[m].exports:
            value = export.row if export.row >= 0 else -1
            is_it = value >= 0 and module.kind[value] == Kind.IDENT and module.binding[value] == binding
            if export.binding == binding or is_it:
                yield export

    def _importing(self, m: int, export: Export, left: int) -> Iterator[tuple[int, int]]:
        """The modules that may run in production and take what is exported, and the variables that hold it there; -1
        where it is not known what holds it, or who takes it.
        """
        link = self.model.link
        is_known_elsewhere = m in self._roots or bool(self.model.loaded.of(m)) or bool(self.model.trees.names(m))
        if export.name in _WHOLE or not left or is_known_elsewhere:
            yield m, -1
            return
        for importer in link.importers.get(m, ()):
            record = importer.record
            if link.classes[importer.module] == _TEST:
                continue
            body = link.body(importer.module)
            if record.kind not in {"import", "require"} or (record.row >= 0 and not _is_taken_apart(body, record.row)):
                yield importer.module, -1
            for imported, binding in record.names:
                if imported == export.name:
                    yield importer.module, binding
                elif imported in _WHOLE and not all(_is_receiver(body, ref) for ref in body.refs(binding)):
                    yield importer.module, -1

    @cached_property
    def _roots(self) -> frozenset[int]:
        """What programs begin with: who starts them may call what it exports."""
        return frozenset(root for program in self.model.programs.all() for root in program.roots)

    def _naming(self, name: str) -> Iterator[Spot]:
        """The places in what may run in production that name a member, or take it out of an object."""
        link = self.model.link
        for m, row in link.spots_named("reads", name):
            body = link.body(m)
            call = body.parent[row]
            if link.classes[m] != _TEST:
                yield Spot(m, call if body.kind[call] == Kind.CALL and body.first[call] == row else row)
        for m, row in link.spots_named("taken", name):
            if link.classes[m] != _TEST:
                yield Spot(m, row)


def _declared(module: Module, value: int) -> int:
    """The binding of the variable that a value is written to as it is declared, once; below zero for none."""
    declarator = module.parent[value]
    if module.kind[declarator] != Kind.DECLARATOR or module.op(declarator, 1) != value:
        return -1
    target = module.first[declarator]
    if module.kind[target] != Kind.IDENT or len(module.writes(module.binding[target])) != 1:
        return -1
    return module.binding[target]


def _is_receiver(module: Module, row: int) -> bool:
    """Whether a member is taken of what stands at a row, by its name."""
    above = module.parent[row]
    return module.kind[above] == Kind.MEMBER and module.first[above] == row


def _is_taken_apart(module: Module, call: int) -> bool:
    """Whether only members are taken of what a `require` gives, by their names."""
    if _is_receiver(module, call) or module.kind[module.parent[call]] == Kind.EXPRESSION:
        return True
    declarator = module.parent[call]
    if module.kind[declarator] != Kind.DECLARATOR:
        return False
    target = module.first[declarator]
    if module.kind[target] == Kind.IDENT:
        return all(_is_receiver(module, ref) for ref in module.refs(module.binding[target]))
    rows = module.ops(target) if module.kind[target] == Kind.OBJECT_PATTERN else ()
    return bool(rows) and all(module.kind[row] == Kind.PROPERTY and not module.has(row, Flag.COMPUTED) for row in rows)


def _gives_away(module: Module, ref: int) -> bool:
    """Whether a name stands where a module says what it exports: `export { name }`, `module.exports = { name }`."""
    above = module.parent[ref]
    if module.kind[above] == Kind.DECLARATOR:
        return module.first[above] == ref
    if module.kind[above] == Kind.PROPERTY:
        above = module.parent[module.parent[above]]
        target = module.first[above] if module.kind[above] == Kind.ASSIGN else ref
        return module.kind[target] == Kind.MEMBER and module.text(target) == "exports"
    return module.kind[above] == Kind.EXPORT
