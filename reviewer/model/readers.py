"""Readers of a member by its name, anywhere: those that read a function kept under it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from reviewer.model.domain import CANDIDATES_LIMIT, ClassValue, Closure, Instance, Symbol
from reviewer.model.module_trees import compared
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join
from reviewer.model.tables import Tables
from reviewer.model.use import Use
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class Readers:
    """The equation of `model.uses.named`, for the function or class at (fm, fr)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._tables = Tables(model)

    def named(self, name: str, fm: int, fr: int) -> Equation:
        """Where reads of a member of this name anywhere take the function, if it is what they read."""
        link = self.model.link
        self.model.solver.touch(("reads", name))
        wanted = self._wanted(fm, fr)
        found = NOTHING
        count = link.count_named("reads", name)
        nearby = count > CANDIDATES_LIMIT
        near: frozenset[int] = frozenset()
        if nearby:
            found = answer(open_because=["cap"])
            near = frozenset(one.module for one in link.importers.get(fm, ())) | {fm}
            near |= yield from self._inheriting(fm, fr)
        for m, row in link.spots_named("reads", name):
            if nearby and m not in near and not self._is_of_tree(m, row, fm):
                continue
            found = join(found, (yield from self._read(m, row, wanted)))
        return join(found, (yield from self._destructured(name, wanted)))

    def chosen(self, module: Module, literal: int, fm: int, fr: int) -> Equation:
        """Where reads of an OBJECT by a computed key take the function, if it is what they may read."""
        found = NOTHING
        for m, row in self._tables.chosen(module, literal):
            found = join(found, (yield from self._read(m, row, self._wanted(fm, fr))))
        return found

    def _wanted(self, fm: int, fr: int) -> Closure | ClassValue:
        return Closure(fm, fr) if self.model.link.body(fm).kind[fr] == Kind.FUNCTION else ClassValue(fm, fr)

    def _read(self, m: int, row: int, wanted: Closure | ClassValue) -> Equation:
        read = yield self.model.values.of(m, row)
        is_read = wanted in read.items
        if not is_read and any(isinstance(item, Symbol) for item in read.items):
            closed = yield self.model.values.resolved(m, row)
            is_read = wanted in closed.items
        return (yield self.model.uses.flow(m, row, wanted.module, wanted.row)) if is_read else NOTHING

    def _is_of_tree(self, m: int, row: int, fm: int) -> bool:
        """Whether a member is read of what is called as another module is in an object of modules."""
        names = self.model.trees.names(fm)
        module = self.model.link.body(m) if names else None
        held = module.first[row] if module is not None else -1
        return module is not None and module.kind[held] == Kind.MEMBER and compared(module.text(held)) in names

    def got(self, name: str, cm: int, class_: int) -> Equation:
        """The reads that run the getter of this name of the CLASS at (cm, class_), or of those that extend it."""
        link = self.model.link
        self.model.solver.touch(("reads", name))
        heirs = yield self.model.heap.subclasses(cm, class_)
        classes = {(item.module, item.row) for item in heirs.items if isinstance(item, ClassValue)} | {(cm, class_)}
        found = answer(open_because=heirs.open)
        near: set[int] | None = None
        if link.count_named("reads", name) > CANDIDATES_LIMIT:
            found = join(found, answer(open_because=["cap"]))
            near = {one.module for m, _ in classes for one in link.importers.get(m, ())} | {m for m, _ in classes}
        for m, row in link.spots_named("reads", name):
            if near is not None and m not in near:
                continue
            held = yield self.model.values.resolved(m, link.body(m).first[row])
            objects = (item for item in held.items if isinstance(item, Instance | ClassValue))
            if any((item.module, item.row) in classes for item in objects):
                found = join(found, answer([Use("read", m, row)]))
        return found

    def _destructured(self, name: str, wanted: Closure | ClassValue) -> Equation:
        """Patterns `const { name } = …` that read the function."""
        link = self.model.link
        found = NOTHING
        self.model.solver.touch(("taken", name))
        if link.count_named("taken", name) > CANDIDATES_LIMIT:
            return answer(open_because=["cap"])
        for m, property_ in link.spots_named("taken", name):
            module = link.body(m)
            target = module.op(property_, 1)
            if module.kind[target] == Kind.DEFAULT:
                target = module.first[target]
            if module.kind[target] != Kind.IDENT or module.binding[target] < 0:
                continue
            read = yield self.model.values.target(m, target)
            if wanted in read.items:
                found = join(
                    found, (yield self.model.uses.binding(m, module.binding[target], wanted.module, wanted.row))
                )
        return found

    def _inheriting(self, fm: int, fr: int) -> Generator[Key, Answer, frozenset[int]]:
        """The modules of the classes that inherit a method."""
        module = self.model.link.body(fm)
        holder = module.parent[module.parent[fr]] if module.kind[module.parent[fr]] == Kind.PROPERTY else 0
        if module.kind[holder] != Kind.CLASS:
            return frozenset()
        heirs = yield self.model.heap.subclasses(fm, holder)
        return frozenset(item.module for item in heirs.items if isinstance(item, ClassValue))
