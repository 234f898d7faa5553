"""Writes to objects from anywhere: `object.name = value`, and variables that no module declares."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import (
    CANDIDATES_LIMIT,
    Atom,
    ClassValue,
    Closure,
    External,
    Instance,
    Literal,
    Made,
    Namespace,
    Symbol,
)
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join
from reviewer.source.module import BindingKind, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_GLOBAL: Final = frozenset({"global", "globalThis"})


class Writes:
    """The equations of `model.heap.written` and `model.heap.global_`. Writes are added, never removed."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def written(self, atom: Atom, name: str) -> Equation:
        """What assignments `object.name = value` anywhere give to the member."""
        link = self.model.link
        self.model.solver.touch(("writes", name))
        if link.count_named("writes", name) > CANDIDATES_LIMIT:
            return NOTHING if isinstance(atom, External) else (yield from self._written_nearby(atom, name))
        found = NOTHING
        for m, row in link.spots_named("writes", name):
            found = join(found, (yield from self._written_at(link.body(m), row, atom)))
        return found

    def _written_nearby(self, atom: Atom, name: str) -> Equation:
        """The name is too common to look at every write: those of the object's own file, and open."""
        link = self.model.link
        own = atom.module if isinstance(atom, Literal | Made | Instance | ClassValue | Closure | Namespace) else -1
        found = answer(open_because=["cap"])
        for m, rows in link.rows_named("writes", name):
            if m == own and len(rows) <= CANDIDATES_LIMIT:
                for row in rows:
                    found = join(found, (yield from self._written_at(link.body(m), row, atom)))
        return found

    def _written_at(self, module: Module, row: int, atom: Atom) -> Equation:
        """The value that the write at a MEMBER row gives, if it writes this object."""
        parent = module.parent[row]
        if module.kind[parent] != Kind.ASSIGN:
            return NOTHING
        holds = yield from self._holds(module, module.first[row], atom)
        return (yield from self._closed_value(module, parent)) if holds else NOTHING

    def _holds(self, module: Module, held: int, atom: Atom) -> Generator[Key, Answer, bool]:
        """Whether an expression gives this object, or is a parameter that is given it."""
        if isinstance(atom, External):
            # All values at a library's place share what is put there: every request has what some middleware adds.
            holder = yield self.model.values.resolved(module.index, held)
            return any(isinstance(item, External) and item.state == atom.state for item in holder.items)
        holder = yield self.model.values.of(module.index, held)
        if atom in holder.items:
            return True
        if isinstance(atom, Literal | Made) and self.model.link.body(atom.module).owner[atom.row]:
            return False  # made for one call: options and results, of which there are too many to follow each
        return (yield from is_passed(self.model, holder, atom))

    def _closed_value(self, module: Module, assign: int) -> Equation:
        """The value that an ASSIGN gives, whoever calls the function around it."""
        return (yield from self.model.values.close((yield self.model.values.of(module.index, module.op(assign, 1)))))

    def global_(self, name: str) -> Equation:
        """What a global variable holds that some module writes: without declaring it, or as `global.name`."""
        link = self.model.link
        self.model.solver.touch(("global_writes", name))
        self.model.solver.touch(("writes", name))
        writes = [spot for spot in link.spots_named("writes", name) if self._is_global_write(*spot)]
        found = yield from self.model.trees.global_(name)
        if found.items:
            return found
        found = answer(open_because=["global"])
        if len(writes) + link.count_named("global_writes", name) > CANDIDATES_LIMIT:
            return found
        for m, row in writes:
            module = link.body(m)
            found = join(found, (yield from self._closed_value(module, module.parent[row])))
        for m, row in link.spots_named("global_writes", name):
            module = link.body(m)
            found = join(found, (yield self.model.values.of(m, module.op(module.parent[row], 1))))
        return found

    def _is_global_write(self, m: int, row: int) -> bool:
        module = self.model.link.body(m)
        return module.kind[module.parent[row]] == Kind.ASSIGN and is_global_object(module, module.first[row])


def is_global_object(module: Module, row: int) -> bool:
    """Whether a row is `global` or `globalThis` (ECMAScript 19.1.1, Node.js `global`), or a constant that holds it:
    `const kept = globalThis as { queue?: Queue }`.
    """
    if module.kind[row] != Kind.IDENT:
        return False
    binding = module.binding[row]
    if binding < 0:
        return module.text(row) in _GLOBAL
    if module.binding_kind[binding] != BindingKind.CONST:
        return False
    for target in module.writes(binding):
        parent = module.parent[target]
        if module.kind[parent] == Kind.DECLARATOR and module.first[parent] == target:
            value = module.op(parent, 1)
            return module.kind[value] == Kind.IDENT and module.binding[value] < 0 and module.text(value) in _GLOBAL
    return False


def is_passed(model: Model, held: Answer, atom: Atom) -> Generator[Key, Answer, bool]:
    """Whether one of these values is a parameter that some caller fills with a value."""
    for item in held.items:
        if isinstance(item, Symbol) and not item.steps:
            passed = yield model.values.closed(item)
            if atom in passed.items:
                return True
    return False
