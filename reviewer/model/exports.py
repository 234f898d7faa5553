"""Exports of modules: what an import of a name gives, and what `require` of the whole module gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import Constant, Namespace
from reviewer.model.link import ToModule
from reviewer.model.solve import NOTHING, Equation, answer, join
from reviewer.source.module import Export, Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Exports:
    """The equations of `model.heap.export` and `model.heap.module_value`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._names: dict[int, frozenset[str] | None] = {}

    def export(self, m: int, name: str) -> Equation:
        """What `import { name }` of module `m` gives; `default` of a CommonJS module is its `module.exports`."""
        link = self.model.link
        surface = link.surfaces[m]
        self.model.solver.touch(("surface", m))
        found = NOTHING
        assigned = False
        for export in surface.exports:
            if export.name == name:
                found = join(found, (yield from self._exported(m, export)))
            elif export.name == "*" and export.source and name != "default":
                target = link.reexports[m].get(export.source)
                if isinstance(target, ToModule):
                    if self.may_export(target.module, name):
                        found = join(found, (yield self.model.heap.export(target.module, name)))
                elif target is not None:
                    found = join(found, (yield from self.model.values.imported(target, name)))
            elif export.name == "=":
                assigned = True
        if all(export.name != name for export in surface.exports) and link.has_exports_object(m):
            found = join(found, (yield from self._under_computed(m, name)))
        if found.items or not assigned:
            if name == "default" and not found.items and surface.commonjs:
                return answer([Namespace(m)])
            return found
        whole = yield self.model.heap.module_value(m)
        if name == "default":
            return join(found, whole)
        return join(found, (yield from self.model.values.member_of(whole, name)))

    def may_export(self, m: int, name: str) -> bool:
        """Whether a module may give a name away, told from what it and those that it hands on whole declare: a package
        is hundreds of files behind one `index`, each of which would be asked for each name.
        """
        if m not in self._names:
            self._names[m] = self._declared(m)
        self.model.solver.touch(("exported names", m))
        names = self._names[m]
        return names is None or name in names

    def _declared(self, m: int) -> frozenset[str] | None:
        """The names that a module gives away; None where some are not declared."""
        link = self.model.link
        names: set[str] = set()
        pending, seen = [m], {m}
        while pending:
            at = pending.pop()
            if link.has_exports_object(at):
                return None
            for export in link.surfaces[at].exports:
                names.add(export.name)
                target = link.reexports[at].get(export.source) if export.name == "*" and export.source else None
                if isinstance(target, ToModule):
                    if target.module not in seen:
                        seen.add(target.module)
                        pending.append(target.module)
                elif export.name == "=" or target is not None:
                    return None
        return frozenset(names)

    def _under_computed(self, m: int, name: str) -> Equation:
        """What `exports[key] = value` gives under a name that the key may be."""
        module = self.model.link.body(m)
        found = NOTHING
        for row in self.model.link.of_kind(m, Kind.INDEX):
            parent = module.parent[row]
            held = module.first[row]
            is_write = module.kind[parent] == Kind.ASSIGN and module.first[parent] == row
            if is_write and module.kind[held] == Kind.IDENT and module.text(held) == "exports":
                key = yield self.model.values.of(m, module.op(row, 1))
                if Constant("string", name) in key.items:
                    found = join(found, (yield self.model.values.of(m, module.op(parent, 1))))
        return found

    def _exported(self, m: int, export: Export) -> Equation:
        if export.source:
            target = self.model.link.reexports[m].get(export.source)
            if target is None:
                return answer(open_because=["re-export"])
            return (yield from self.model.values.imported(target, export.imported))
        if export.binding >= 0:
            return (yield self.model.values.binding(m, export.binding))
        return (yield self.model.values.of(m, export.row))

    def module_value(self, m: int) -> Equation:
        """What `require` of module `m` gives: what `module.exports` was assigned, else its exports object."""
        surface = self.model.link.surfaces[m]
        self.model.solver.touch(("surface", m))
        found = NOTHING
        for export in surface.exports:
            if export.name == "=":
                found = join(found, (yield from self._exported(m, export)))
        if not found.items:
            return answer([Namespace(m)], found.open)
        return found
