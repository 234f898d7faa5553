"""Elements of arrays by index, and of objects by a name that is not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import (
    CANDIDATES_LIMIT,
    Arguments,
    Atom,
    Entry,
    External,
    Literal,
    Made,
    Namespace,
    Tail,
    Typed,
    is_all_arguments,
)
from reviewer.model.solve import NOTHING, Answer, Equation, answer, join
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.members import Members
    from reviewer.model.model import Model

_MAP: Final = re.compile(r"(?:Readonly)?Map\s*<")


class Elements:
    """The equation of `model.heap.element`."""

    def __init__(self, model: Model, members: Members) -> None:
        self.model = model
        self.members = members

    def element(self, atom: Literal | Arguments | Tail | Namespace, key: str) -> Equation:
        """The element at a constant index of an array, or any element: also what is pushed through its name."""
        match atom:
            case Arguments(m, call, start):
                return (yield from self._argument(self.model.link.body(m), call, start, key))
            case Tail(value, start):
                return (yield from self._of_tail(value, start, key))
            case Namespace(m):
                return (yield from self._any_export(m))
        module = self.model.link.body(atom.module)
        if module.kind[atom.row] != Kind.ARRAY:
            return (yield from self._any_member(module, atom.row))
        operands = module.ops(atom.row)
        plain = all(module.kind[operand] != Kind.SPREAD for operand in operands)
        found = NOTHING
        if key.isdigit() and plain and int(key) < len(operands):
            return (yield self.model.values.of(module.index, operands[int(key)]))
        for operand in operands:
            if module.kind[operand] == Kind.SPREAD:
                whole = yield self.model.values.of(module.index, module.first[operand])
                found = join(found, (yield from iterated(self.model, whole)))
            elif module.kind[operand] != Kind.NONE:
                found = join(found, (yield self.model.values.of(module.index, operand)))
        return join(found, (yield self.model.heap.contents(atom.module, atom.row)))

    def _argument(self, module: Module, call: int, start: int, key: str) -> Equation:
        """An argument of a call, whoever makes it."""
        found = NOTHING
        for index in [start + int(key)] if key.isdigit() else range(start, max(start, len(module.args(call)))):
            found = join(found, (yield from self.model.results.argument(module, call, index)))
        return (yield from self.model.values.close(found))

    def _of_tail(self, value: Literal | Made, start: int, key: str) -> Equation:
        """An element of what is left of an array: all of them where it is not known how many elements it has."""
        if key.isdigit():
            return (yield from self.model.values.element_of(value, str(start + int(key))))
        module = self.model.link.body(value.module)
        count = module.count[value.row] if module.kind[value.row] == Kind.ARRAY else 0
        if not count or any(module.kind[operand] == Kind.SPREAD for operand in module.ops(value.row)):
            return (yield from self.model.values.element_of(value, "*"))
        found = yield self.model.heap.contents(value.module, value.row)
        for index in range(start, count):
            found = join(found, (yield self.model.heap.element(value, str(index))))
        return found

    def _any_export(self, m: int) -> Equation:
        """What a module exports under a name that is not known; of a table that is, not of all that exports much."""
        names = sorted({export.name for export in self.model.link.surfaces[m].exports} - {"*", "=", "default"})
        if len(names) > CANDIDATES_LIMIT:
            return answer(open_because=["cap"])
        found = NOTHING
        for name in names:
            found = join(found, (yield self.model.heap.export(m, name)))
        whole = yield self.model.heap.module_value(m)
        for item in whole.items:
            if not isinstance(item, Namespace):
                found = join(found, (yield from self.model.values.element_of(item, "*")))
        return found

    def _any_member(self, module: Module, row: int) -> Equation:
        found = NOTHING
        for operand in module.ops(row):
            if module.kind[operand] == Kind.PROPERTY:
                found = join(found, (yield from self.members.property_value(module, operand)))
            else:
                spread = yield self.model.values.of(module.index, module.first[operand])
                found = join(found, (yield from self.model.values.elements(spread, "*")))
        return join(found, (yield self.model.heap.contents(module.index, row)))


def has_element(model: Model, atom: Atom, name: str) -> bool:
    """Whether a number is the place of an element in a value; of a library's, where no row names that member."""
    if isinstance(atom, External):
        return bool(model.libraries.element(atom.state)) and not model.libraries.member(atom.state, name)
    return isinstance(atom, Arguments | Tail | Entry) or is_all_arguments(atom)


def iterated(model: Model, holder: Answer) -> Equation:
    """What going through these values gives: the entries of a map, else the elements."""
    maps = frozenset(item for item in holder.items if _is_map(model, item))
    found = yield from model.values.elements(Answer(holder.items - maps, holder.open), "*")
    return join(found, answer(Entry(item) for item in maps if isinstance(item, External | Typed)))


def _is_map(model: Model, item: object) -> bool:
    if isinstance(item, External):
        return model.libraries.is_map(item.state)
    return isinstance(item, Typed) and _MAP.match(item.text) is not None
