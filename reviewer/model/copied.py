"""Copied members: `to[name] = from[name]` gives an object what another one has under the same name, whatever it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import CANDIDATES_LIMIT, Atom, Instance, Literal, Symbol
from reviewer.model.mixed import Mixed
from reviewer.model.solve import NOTHING, Answer, Equation, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_INDEX: Final = bytes((Kind.INDEX,))


class _Copy(NamedTuple):
    """The rows of the object that is written to and of the one that is read, with the functions around them."""

    into: int
    source: int
    functions: frozenset[int]


class Copied:
    """The equation of `model.heap.copied`."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._by_module: dict[int, list[_Copy]] = {}
        self._mixed = Mixed(model, lambda module: ((copy.into, copy.source) for copy in self._of(module)))

    def not_copied(self, atom: Atom, _name: str) -> Answer | None:
        """The shortcut of `model.heap.copied`: nothing is copied to the object."""
        is_mixed = isinstance(atom, Instance) and self._mixed.any()
        return None if is_mixed or self._candidates(atom) else NOTHING

    def copied(self, atom: Literal | Instance, name: str) -> Equation:
        """What is copied to the member of an object. What the call that made the object was itself given stays open: it
        differs from call to call.
        """
        module = self.model.link.body(atom.module)
        maker = (atom.module, module.owner[atom.row]) if isinstance(atom, Literal) else None
        found = (yield from self._mixed.member(atom, name)) if isinstance(atom, Instance) else NOTHING
        for copy in self._candidates(atom):
            into = yield self.model.values.of(atom.module, copy.into)
            if atom in into.items:
                source = yield self.model.values.of(atom.module, copy.source)
                kept = frozenset(item for item in source.items if item != atom and not _is_parameter_of(item, maker))
                reasons = source.open if len(kept) == len(source.items) else source.open | {"of one call"}
                given = yield from self.model.values.member_of(Answer(kept, reasons), name)
                found = join(found, (yield from self.model.values.close(given)))
        return found

    def _candidates(self, atom: Atom) -> list[_Copy]:
        """The copies in the file of the object's class, or in the function that makes it."""
        if not isinstance(atom, Instance | Literal):
            return []
        module = self.model.link.body(atom.module)
        found = self._of(module)
        if isinstance(atom, Literal) and found:
            maker = module.owner[atom.row]
            found = [copy for copy in found if maker in copy.functions]
        return found if len(found) <= CANDIDATES_LIMIT else []

    def _of(self, module: Module) -> list[_Copy]:
        found = self._by_module.get(module.index)
        if found is None:
            found = self._by_module[module.index] = list(_copies(module))
        return found


def keyed_writes(module: Module) -> Iterator[int]:
    """The INDEX rows of a module that are assigned to: `object[key] = value`."""
    at = module.kind.find(_INDEX)
    while at >= 0:
        assign = module.parent[at]
        if module.kind[assign] == Kind.ASSIGN and module.first[assign] == at:
            yield at
        at = module.kind.find(_INDEX, at + 1)


def _copies(module: Module) -> Iterator[_Copy]:
    """The places of a module where `to[name] = from[name]` stands, with one variable for the name."""
    for at in keyed_writes(module):
        assign = module.parent[at]
        if module.text(assign) == "=":
            value = module.op(assign, 1)
            if module.kind[value] == Kind.INDEX and _is_same(module, module.op(at, 1), module.op(value, 1)):
                yield _Copy(module.first[at], module.first[value], frozenset(_functions(module, assign)))


def _is_same(module: Module, key: int, other: int) -> bool:
    kinds = {module.kind[key], module.kind[other]}
    return kinds == {Kind.IDENT} and 0 <= module.binding[key] == module.binding[other]


def _functions(module: Module, row: int) -> Iterator[int]:
    """The functions around a row, and the program."""
    owner = module.owner[row]
    while owner != module.owner[owner]:
        yield owner
        owner = module.owner[owner]
    yield owner


def _is_parameter_of(item: Atom, function: tuple[int, int] | None) -> bool:
    return isinstance(item, Symbol) and (item.module, item.row) == function
