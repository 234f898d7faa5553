"""Keyed members: what `object[key] = value` gives an object under names that are not known, or known in part."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, NamedTuple

from reviewer.model.copied import keyed_writes
from reviewer.model.domain import (
    CANDIDATES_LIMIT,
    Atom,
    ClassValue,
    Closure,
    Constant,
    External,
    Instance,
    Literal,
    Namespace,
    Symbol,
)
from reviewer.model.patterns import ANY, may_be_same, name_pattern
from reviewer.model.solve import NOTHING, Answer, Equation, Key, answer, join
from reviewer.model.writes import is_passed
from reviewer.source.module import Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class _Write(NamedTuple):
    """The rows of an object, a key and a value, what is known of the key, and the functions around them."""

    into: int
    key: int
    value: int
    pattern: str
    functions: frozenset[int]


class Keyed:
    """The equations of `model.heap.keyed` and `model.heap.under`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._by_module: dict[int, list[_Write]] = {}

    def not_keyed(self, atom: Atom, pattern: str) -> Answer | None:
        """The shortcut of `model.heap.keyed`: nothing in the object's file is written to it under such a key."""
        return None if self._candidates(atom, pattern) else NOTHING

    def keyed(self, atom: Literal | Instance | ClassValue | Closure | Namespace, pattern: str) -> Equation:
        """What is written to an object under keys that may be a name, or another key of which only a part is known.
        What the call that made the object was itself given stays open: it differs from call to call.
        """
        module = self.model.link.body(atom.module)
        found = NOTHING
        for write in self._candidates(atom, pattern):
            if (yield from self._holds(module, write, atom)) and (yield from self._is_key(module, write, pattern)):
                given = yield self.model.values.of(module.index, write.value)
                items = (item for item in given.items if self._may_be_named(module, write, item, pattern))
                kept = frozenset(items)
                maker = module.owner[atom.row] if isinstance(atom, Literal) else -1
                own = frozenset(item for item in kept if isinstance(item, Symbol) and item.row == maker)
                reasons = given.open | {"of one call"} if own else given.open
                found = join(found, (yield from self.model.values.close(Answer(kept - own, reasons))))
        return found

    def under(self, atom: Instance | ClassValue, pattern: str) -> Equation:
        """What an object has under a key of which only a part is known, itself or by what its class extends."""
        found = yield self.model.heap.keyed(atom, pattern)
        module = self.model.link.body(atom.module)
        if module.kind[atom.row] != Kind.CLASS or module.kind[module.first[atom.row]] == Kind.NONE:
            return Answer(found.items, found.open | {"element"})
        parents = yield self.model.values.resolved(atom.module, module.first[atom.row])
        for parent in parents.items:
            if isinstance(parent, ClassValue):
                held = parent if isinstance(atom, ClassValue) else Instance(parent.module, parent.row)
                found = join(found, (yield self.model.heap.under(held, pattern)))
            elif isinstance(parent, External) and isinstance(atom, Instance):
                for state in self.model.libraries.constructed(parent.state):
                    found = join(found, answer(map(External, self.model.libraries.any_member(state))))
        return Answer(found.items, found.open | parents.open | {"element"})

    def _is_key(self, module: Module, write: _Write, pattern: str) -> Generator[Key, Answer, bool]:
        """Whether the key may be this name: told by its values where these are known."""
        if write.pattern != ANY:
            return True
        key = yield self.model.values.of(module.index, write.key)
        names = [item.text for item in key.items if isinstance(item, Constant)]
        is_known = names and key.complete and len(names) == len(key.items)
        return not is_known or any(may_be_same(name, pattern) for name in names)

    def _holds(self, module: Module, write: _Write, atom: Atom) -> Generator[Key, Answer, bool]:
        """Whether it is this object that is written to, or a parameter that is given it, where it is made of a class:
        what others are given to fill, options and results, is too much to follow each.
        """
        if module.kind[write.into] == Kind.THIS and isinstance(atom, Instance):
            classes = (row for row in module.ancestors(write.into) if module.kind[row] == Kind.CLASS)
            if next(classes, -1) == atom.row:
                return True
        into = yield self.model.values.of(module.index, write.into)
        if atom in into.items:
            return True
        is_class = isinstance(atom, Instance) and module.kind[atom.row] == Kind.CLASS
        if not is_class and not (isinstance(atom, Literal) and _is_beside(module, write, atom)):
            return False
        return (yield from is_passed(self.model, into, atom))

    def _may_be_named(self, module: Module, write: _Write, item: Atom, name: str) -> bool:
        """Whether a value may be written under a name: a class under its own, `table[model.name] = model`."""
        is_own = module.kind[write.key] == Kind.MEMBER and module.text(write.key) == "name"
        if not isinstance(item, ClassValue | Closure) or not is_own or ANY in name:
            return True
        own = self.model.link.body(item.module).text(item.row)
        return own in {"", name} or not _is_same(module, module.first[write.key], write.value)

    def _candidates(self, atom: Atom, pattern: str) -> list[_Write]:
        """The writes in the file of the object, or in the function that makes it; none for a name that it declares."""
        if not isinstance(atom, Literal | Instance | ClassValue | Closure | Namespace):
            return []
        module = self.model.link.body(atom.module)
        found = self._of(module)
        if not found or self._is_declared(module, atom, pattern):
            return []
        found = [write for write in found if may_be_same(write.pattern, pattern)]
        if isinstance(atom, Literal):
            maker = module.owner[atom.row]
            found = [write for write in found if maker in write.functions]
        return found if len(found) <= CANDIDATES_LIMIT else []

    def _is_declared(
        self, module: Module, atom: Literal | Instance | ClassValue | Closure | Namespace, name: str
    ) -> bool:
        """Whether the object has this name where it is made, or the file writes it, or all objects have it."""
        if ANY in name:
            return False
        if name in module.surface.writes or name == "prototype" or self.model.libraries.language_member("Object", name):
            return True
        if isinstance(atom, Namespace):
            return False
        if module.kind[atom.row] == Kind.ARRAY:
            return True
        members = module.ops(atom.row) if module.kind[atom.row] in {Kind.CLASS, Kind.OBJECT} else ()
        return any(
            module.kind[row] == Kind.PROPERTY and module.text(row) == name and not module.has(row, Flag.COMPUTED)
            for row in members
        )

    def _of(self, module: Module) -> list[_Write]:
        found = self._by_module.get(module.index)
        if found is None:
            found = self._by_module[module.index] = []
            for at in keyed_writes(module):
                assign = module.parent[at]
                key, value = module.op(at, 1), module.op(assign, 1)
                is_copy = module.kind[value] == Kind.INDEX and _is_same(module, key, module.op(value, 1))
                if not is_copy:  # what is copied under its own name is told apart: see `Copied`
                    pattern = name_pattern(module, key)
                    functions = frozenset(_functions(module, assign))
                    found.append(_Write(module.first[at], key, value, pattern, functions))
        return found


def _is_same(module: Module, row: int, other: int) -> bool:
    kinds = {module.kind[row], module.kind[other]}
    return kinds == {Kind.IDENT} and 0 <= module.binding[row] == module.binding[other]


def _is_beside(module: Module, write: _Write, atom: Literal) -> bool:
    """Whether an object is given to the same call as the function that writes to it: `list.reduce(…, {})`."""
    call = module.parent[atom.row]
    return module.kind[call] == Kind.CALL and any(module.parent[at] == call for at in write.functions)


def _functions(module: Module, row: int) -> list[int]:
    """The functions around a row, and the program."""
    found = [module.owner[row]]
    while found[-1] != module.owner[found[-1]]:
        found.append(module.owner[found[-1]])
    return found
