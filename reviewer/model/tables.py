"""Tables: objects of functions of which a computed key chooses one, and the reads that do: `COMMANDS[name]`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reviewer.model.domain import Spot
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Tables:
    """The reads of each object literal, looked for once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._found: dict[Spot, tuple[Spot, ...]] = {}

    def chosen(self, module: Module, literal: int) -> tuple[Spot, ...]:
        """The INDEX rows that read an OBJECT by the variable that holds it, here or where that is imported, and by the
        module whose exports it is.
        """
        spot = Spot(module.index, literal)
        if spot not in self._found:
            self._found[spot] = tuple(dict.fromkeys(self._chosen(module, literal)))
        return self._found[spot]

    def _chosen(self, module: Module, literal: int) -> Iterator[Spot]:
        for target in _taken(module, literal, ""):
            yield from self._of_binding(module.index, module.binding[target], set())
        for export in module.surface.exports:
            if export.row == literal:
                yield from self._of_export(module.index, export.name, set())

    def _of_binding(self, m: int, binding: int, seen: set[tuple[int, int]]) -> Iterator[Spot]:
        if (m, binding) in seen:
            return
        seen.add((m, binding))
        module = self.model.link.body(m)
        yield from self._of_rows(module, module.refs(binding))
        for export in self.model.link.surfaces[m].exports:
            if export.binding == binding:
                yield from self._of_export(m, export.name, seen)

    def _of_export(self, m: int, name: str, seen: set[tuple[int, int]]) -> Iterator[Spot]:
        """The reads in the importers of module `m` that take its export (`=`: the whole module)."""
        self.model.solver.touch(("importers", m))
        is_all = name in {"=", "default"}
        for importer in self.model.link.importers.get(m, ()):
            at, module = importer.module, self.model.link.body(importer.module)
            for imported, binding in importer.record.names:
                if binding < 0:
                    continue
                if imported == name or (is_all and imported in {"=", "default", "*"}):
                    yield from self._of_binding(at, binding, seen)
                elif imported in {"*", "default"}:
                    yield from self._of_members(module, module.refs(binding), name)
            call = importer.record.row
            for target in _taken(module, call, "" if is_all else name) if call >= 0 else ():
                yield from self._of_binding(at, module.binding[target], seen)
            if call >= 0 and not is_all:
                yield from self._of_members(module, [call, *_held(module, call)], name)

    def _of_members(self, module: Module, rows: Sequence[int], name: str) -> Iterator[Spot]:
        """The reads of a member of what stands at some rows."""
        members = [module.parent[row] for row in rows]
        is_it = [module.kind[member] == Kind.MEMBER and module.text(member) == name for member in members]
        yield from self._of_rows(module, [member for member, is_one in zip(members, is_it, strict=True) if is_one])

    def _of_rows(self, module: Module, rows: Sequence[int]) -> Iterator[Spot]:
        for row in rows:
            index = module.parent[row]
            if module.kind[index] == Kind.INDEX and module.first[index] == row:
                yield Spot(module.index, index)


def _taken(module: Module, value: int, name: str) -> Iterator[int]:
    """The IDENT rows that a declaration gives a value, or its member of that name, where one is given."""
    declarator = module.parent[value]
    if module.kind[declarator] != Kind.DECLARATOR:
        return
    target = module.first[declarator]
    found = [target] if not name else []
    if name and module.kind[target] == Kind.OBJECT_PATTERN:
        properties = [row for row in module.ops(target) if module.kind[row] == Kind.PROPERTY]
        found = [module.op(row, 1) for row in properties if module.text(row) == name]
    yield from (row for row in found if module.kind[row] == Kind.IDENT and module.binding[row] >= 0)


def _held(module: Module, call: int) -> Sequence[int]:
    """The reads of the variable that holds what a call loads."""
    return [ref for target in _taken(module, call, "") for ref in module.refs(module.binding[target])]
