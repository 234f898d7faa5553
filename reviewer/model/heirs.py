"""Heirs of a class: the classes of the repository that extend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.domain import ClassValue, Closure
from reviewer.model.link import Link, Target, ToModule
from reviewer.model.solve import NOTHING, Equation, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Heirs:
    """The equation of `model.heap.subclasses`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._extending: dict[int, list[tuple[int, int]]] | None = None

    def subclasses(self, m: int, class_: int) -> Equation:
        """The classes that extend the CLASS or FUNCTION row, and those that extend them."""
        found = NOTHING
        if self._extending is None:
            self._extending = extending(self.model.link)
        for at, row in self._extending.get(m, ()):
            parents = yield self.model.values.of(at, self.model.link.body(at).first[row])
            if any(
                isinstance(item, ClassValue | Closure) and item.module == m and item.row == class_
                for item in parents.items
            ):
                found = join(found, answer([ClassValue(at, row)]))
                found = join(found, (yield self.model.heap.subclasses(at, row)))
        return found


def extending(link: Link) -> dict[int, list[tuple[int, int]]]:
    """By module: the classes, as (module, CLASS row), that may extend one of its classes, by what they import."""
    found: dict[int, list[tuple[int, int]]] = {}
    for at, surface in enumerate(link.surfaces):
        module = link.body(at) if surface.classes else None
        if module is None:
            continue
        for row in surface.classes:
            if module.kind[module.first[row]] != Kind.NONE:
                for target in _modules(link, module, module.first[row]):
                    found.setdefault(target, []).append((at, row))
    return found


def _modules(link: Link, module: Module, heritage: int) -> set[int]:
    """The modules in which what is extended may be declared."""
    found: set[int] = set()
    for row in module.descend(heritage):
        if module.kind[row] == Kind.IDENT and module.binding[row] >= 0:
            binding = module.binding[row]
            imported = link.import_bindings[module.index].get(binding)
            if imported is not None:
                found |= _reached(link, imported[0])
                continue
            found.add(module.index)
            for write in module.writes(binding):
                parent = module.parent[write]
                if module.kind[parent] in {Kind.PROPERTY, Kind.OBJECT_PATTERN}:
                    parent = next(
                        (above for above in module.ancestors(write) if module.kind[above] == Kind.DECLARATOR), parent
                    )
                if module.kind[parent] == Kind.DECLARATOR:
                    for below in module.descend_owned(module.op(parent, 1)):
                        target = link.import_calls[module.index].get(below)
                        if target is not None:
                            found |= _reached(link, target)
        elif row in link.import_calls[module.index]:
            found |= _reached(link, link.import_calls[module.index][row])
    return found


def _reached(link: Link, target: Target) -> set[int]:
    """The module of an import, and those whose exports it gives away."""
    found: set[int] = set()
    pending = [target.module] if isinstance(target, ToModule) else []
    while pending:
        at = pending.pop()
        if at not in found:
            found.add(at)
            pending += [each.module for each in link.reexports[at].values() if isinstance(each, ToModule)]
            pending += [
                each.module
                for record in link.surfaces[at].imports
                if record.kind in {"require", "import"}
                for each in (link.import_calls[at].get(record.row),)
                if isinstance(each, ToModule) and len(link.surfaces[at].classes) == 0
            ]
    return found
