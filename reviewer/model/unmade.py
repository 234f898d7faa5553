"""Unmade: classes that nothing in the repository makes instances of (rapid type analysis, told from names alone)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.link import OUTSIDE, Importer
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.domain import Instance
    from reviewer.model.model import Model

_NAMED: Final = ("calls", "reads", "keys", "taken")
_DECLARED: Final = frozenset({"import", "reexport"})
_WHOLE: Final = "*"


class Unmade:
    """Reads surfaces and names alone, so that no question is asked meanwhile. A class is taken to be made wherever its
    name stands for a value, wherever it may be found without its name, and where a decorator may hand it on.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._imported: dict[str, list[tuple[int, int]]] | None = None
        self._known: dict[Spot, bool] = {}

    def made(self, instances: list[Instance]) -> list[Instance]:
        """Those of which something makes instances; all where that is so of none: a library's users may do it."""
        kept = [each for each in instances if self.is_made(each.module, each.row)] if len(instances) > 1 else instances
        return kept or instances

    def is_made(self, m: int, class_: int) -> bool:
        """Whether something may make an instance of a CLASS row, or of one that extends it."""
        key = Spot(m, class_)
        if key not in self._known:
            pending, seen, found = [key], {key}, False
            while pending and not found:
                heirs = self._heirs(self.model.link.body(pending[-1].module), pending.pop().row)
                found = heirs is None
                pending += set(heirs or ()) - seen
                seen.update(heirs or ())
            self._known[key] = found
        return self._known[key]

    def _heirs(self, module: Module, class_: int) -> set[Spot] | None:
        """The classes that extend one by its name; None where that may be made itself."""
        binding = module.binding[class_]
        if binding < 0 or any(module.kind[row] == Kind.DECORATOR for row in module.ops(class_)):
            return None
        name = module.binding_text(binding)
        exports = [each for each in module.surface.exports if each.binding == binding or each.row == class_]
        if any(each.name != name or each.commonjs for each in exports):
            return None
        for index in _NAMED if exports else ():
            self.model.solver.touch((index, name))
            if self.model.link.count_named(index, name):
                return None
        if exports and self._is_loaded_whole(module.index, name):
            return None
        heirs: set[Spot] = set()
        for at, each in ((module.index, binding), *(self._imports(name) if exports else ())):
            body = self.model.link.body(at)
            for ref in body.refs(each):
                above = body.parent[ref]
                if body.kind[above] == Kind.CLASS and body.first[above] == ref:
                    heirs.add(Spot(at, above))
                elif not _is_aside(body, ref):
                    return None
        return heirs

    def _is_loaded_whole(self, m: int, name: str) -> bool:
        """Whether a module, or one that exports the name again, may be read without the name: nobody is known to import
        it, a call or a folder loads it, or something is done with all of its exports at once.
        """
        pending, seen = [m], {m}
        while pending:
            at = pending.pop()
            self.model.solver.touch(("importers", at))
            importers = [each for each in self.model.link.importers.get(at, ()) if each.module != at]
            if at == m and not importers:
                return True
            for importer in importers:
                if importer.record.kind not in _DECLARED or self._takes_all(importer):
                    return True
                if importer.record.kind == "reexport":
                    if self._renames(importer, name):
                        return True
                    if importer.module not in seen:
                        seen.add(importer.module)
                        pending.append(importer.module)
        return False

    def _takes_all(self, importer: Importer) -> bool:
        """Whether an import names the whole module, and something but its members is read of that."""
        module = self.model.link.body(importer.module)
        return any(
            module.kind[module.parent[ref]] != Kind.MEMBER
            for imported, binding in importer.record.names
            if imported == _WHOLE and binding >= 0
            for ref in module.refs(binding)
        )

    def _renames(self, importer: Importer, name: str) -> bool:
        """Whether the module that exports something again gives the name, or all of the names, another one."""
        source = importer.record.source
        return any(
            (each.imported == name and each.name != name) or (each.imported == _WHOLE and each.name != _WHOLE)
            for each in self.model.link.surfaces[importer.module].exports
            if each.source == source
        )

    def _imports(self, name: str) -> list[tuple[int, int]]:
        """(module, binding) of each import of this name, wherever from."""
        if self._imported is None:
            self._imported = {}
            for at, bindings in enumerate(self.model.link.import_bindings):
                if self.model.link.classes[at] not in OUTSIDE:
                    for binding, (_, imported) in bindings.items():
                        self._imported.setdefault(imported, []).append((at, binding))
        return self._imported.get(name, [])


def _is_aside(module: Module, ref: int) -> bool:
    """Whether a name of a class stands where nothing is made of it: it is exported, or an object is looked at."""
    above = module.parent[ref]
    is_asked = module.kind[above] == Kind.BINARY and module.text(above) == "instanceof"
    return module.kind[above] == Kind.EXPORT or (is_asked and module.first[above] != ref)
