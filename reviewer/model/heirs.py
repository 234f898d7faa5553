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
            parents = yield self.model.values.resolved(at, self.model.link.body(at).first[row])
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
            found |= _of_binding(link, module, module.binding[row])
        found |= _of_call(link, module, row)
    return found


def _of_binding(link: Link, module: Module, binding: int) -> set[int]:
    """The modules that an import leads to; those of a variable are its own and what is loaded into it."""
    imported = link.import_bindings[module.index].get(binding)
    if imported is not None:
        return _reached(link, imported[0])
    found = {module.index}
    for write in module.writes(binding):
        declarator = next((above for above in module.ancestors(write) if module.kind[above] == Kind.DECLARATOR), -1)
        if declarator >= 0:
            for row in module.descend_owned(module.op(declarator, 1)):
                found |= _of_call(link, module, row)
    return found


def _of_call(link: Link, module: Module, row: int) -> set[int]:
    target = link.import_calls[module.index].get(row)
    return _reached(link, target) if target is not None else set()


def _reached(link: Link, target: Target) -> set[int]:
    """The module of an import, and those whose exports it gives away: re-exported, or loaded where it has no class."""
    found: set[int] = set()
    pending = [target.module] if isinstance(target, ToModule) else []
    while pending:
        at = pending.pop()
        if at in found:
            continue
        found.add(at)
        given = list(link.reexports[at].values())
        if not link.surfaces[at].classes:
            given += link.import_calls[at].values()
        pending += [each.module for each in given if isinstance(each, ToModule)]
    return found
