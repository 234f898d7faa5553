"""Dropped values: the calls whose result nobody looks at, as the code is written, and the promises among them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Spot
from reviewer.model.libraries import MANY
from reviewer.model.rejections import OTHERS
from reviewer.model.shifted import of_parameter
from reviewer.model.solve import YES
from reviewer.model.tokens import Token
from reviewer.source.module import BindingKind, Flag, Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model

_MANY: Final = 16
"""Where a name stands in more places than these, it may be anything."""

_DATA: Final = frozenset(
    {
        Kind.ARRAY,
        Kind.BINARY,
        Kind.FALSE,
        Kind.NULL,
        Kind.NUMBER,
        Kind.OBJECT,
        Kind.REGEX,
        Kind.STRING,
        Kind.TEMPLATE,
        Kind.TRUE,
        Kind.UNARY,
        Kind.UNDEFINED,
    }
)
"""What is no function for certain."""

_VARIABLES = frozenset({BindingKind.CONST, BindingKind.LET, BindingKind.VAR})


class Dropped:
    """The promises that nobody looks at."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._may: dict[str, bool] = {}

    def promises(self, m: int) -> Iterator[Spot]:
        """The dropped calls of a module that give a promise, in the order of the text."""
        module = self.model.link.body(m)
        for call in dropped_calls(module):
            if self.may_yield(module, call) and YES in self.model.ask(self.model.promises.yields(m, call)).items:
                yield Spot(m, call)

    def may_yield(self, module: Module, call: int) -> bool:
        """Whether a CALL row may give a promise, by its name: some method of the name that gives something is known."""
        callee = module.first[call]
        if module.kind[callee] != Kind.MEMBER or module.kind[module.first[callee]] == Kind.THIS:
            return True
        name = module.text(callee)
        known = self._may.get(name)
        if known is None:
            is_given = name in self._given or name.startswith(self._beginnings)
            known = self._may[name] = is_given or self._is_kept(name)
        return known

    def _is_kept(self, name: str) -> bool:
        """Whether the code keeps under this name what may give back a value when it is called."""
        link = self.model.link
        if any(provision.fact.member for provision in self.model.provisions.of(Token("text", name))):
            return True
        if name in self._exported or any(link.count_named(index, name) > _MANY for index in ("keys", "writes")):
            return True
        for index in ("keys", "writes"):
            for m, row in link.spots_named(index, name):
                module = link.body(m)
                holder = row if module.kind[row] == Kind.PROPERTY else module.parent[row]
                if module.kind[holder] not in {Kind.PROPERTY, Kind.ASSIGN} or self._may_give(module, holder):
                    return True
        return False

    @cached_property
    def _exported(self) -> frozenset[str]:
        return frozenset(export.name for surface in self.model.link.surfaces for export in surface.exports)

    @cached_property
    def _given(self) -> frozenset[str]:
        libraries, used = self.model.libraries, self.model.link.package_importers
        return libraries.promise_names(used) | libraries.calls_in_use(libraries.giving_back_names, used)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(sorted(name[:-1] for name in self._given if name.endswith(MANY)))

    def _may_give(self, module: Module, holder: int) -> bool:
        """Whether what a PROPERTY or ASSIGN keeps may be a function that gives something back."""
        value = module.op(holder, 1)
        if module.kind[value] != Kind.FUNCTION:
            return module.kind[value] not in _DATA
        return module.has(value, Flag.ASYNC) or bool(self.model.link.returned(module.index, value))


def dropped_calls(module: Module) -> Iterator[int]:
    """The CALL rows, in the order of the text, whose value is an expression statement's, or is kept in a variable that
    nothing reads. What is marked by `void` is dropped on purpose and left out.
    """
    found: list[int] = []
    at = module.kind.find(bytes((Kind.EXPRESSION,)))
    while at >= 0:
        found.extend(row for row in made_by(module, module.first[at]) if module.kind[row] == Kind.CALL)
        at = module.kind.find(bytes((Kind.EXPRESSION,)), at + 1)
    found.extend(_unread(module))
    yield from sorted(found, key=module.start.__getitem__)


def made_by(module: Module, row: int) -> Iterator[int]:
    """The CALL and NEW rows whose values an expression may have, and those whose value its operators throw away."""
    pending = [row]
    while pending:
        at = pending.pop()
        match module.kind[at]:
            case Kind.CALL | Kind.NEW:
                yield at
            case Kind.SEQUENCE:
                pending.extend(module.ops(at))
            case Kind.LOGICAL:
                pending.append(module.op(at, 1))
            case Kind.CONDITIONAL:
                pending.extend((module.op(at, 1), module.op(at, 2)))
            case _:
                pass


def _unread(module: Module) -> Iterator[int]:
    """The calls whose value goes into a variable that is never read."""
    exported = {export.binding for export in module.surface.exports}
    for binding, kind in enumerate(module.binding_kind):
        if kind not in _VARIABLES or binding in exported or len(module.refs(binding)):
            continue
        for target in module.writes(binding):
            parent = module.parent[target]
            if module.kind[parent] == Kind.DECLARATOR and module.first[parent] == target:
                value = module.op(parent, 1)
                if module.kind[value] == Kind.CALL:
                    yield value


def is_dropped_before(model: Model, spot: Spot) -> bool:
    """Whether a call is made on a parameter, and an earlier one in the text drops what the same parameter gives, which
    is as well known to reject.
    """
    module = model.link.body(spot.module)
    callee = module.first[spot.row]
    if of_parameter(module, callee) is None:
        return False
    is_certain = bool(model.ask(model.promises.rejects(*spot)).items)
    for ref in module.refs(module.binding[callee]):
        call = module.parent[ref]
        if module.kind[call] != Kind.CALL or module.first[call] != ref:
            continue
        if module.start[call] < module.start[spot.row] and module.kind[module.parent[call]] == Kind.EXPRESSION:
            rejects = model.ask(model.promises.rejects(spot.module, call))
            if rejects.items or (not is_certain and rejects.open - {OTHERS}):
                return True
    return False
