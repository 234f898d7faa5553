"""Handed up: what the constructors of heirs give to that of a class which they extend."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from reviewer.model.domain import Atom, ClassValue, External, Instance, Spot, core
from reviewer.model.members import own_constructor, parameter_field
from reviewer.model.shifted import assigned, of_parameter
from reviewer.model.solve import Answer, Equation, Key
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model


class HandedUp:
    """The routers and applications in the fields of a class that gets them from its heirs: each heir has its own, that
    of its `super(…)`.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def own(self, found: Answer, heir: Instance, name: str) -> Equation:
        """What instances of a class hold under a name, without what other heirs hand up."""
        sited = {item for item in found.items if self._is_sited(item)}
        if len(sited) < 2 or self.model.link.body(heir.module).kind[heir.row] != Kind.CLASS:
            return found
        given = yield from self._given(heir, name)
        which = sited & given.items if given is not None else set()
        return Answer(found.items - sited | which, found.open) if which else found

    def _is_sited(self, atom: Atom) -> bool:
        made = core(atom)
        return isinstance(made, External) and made.row >= 0 and self.model.libraries.is_sited(made.state)

    def _given(self, heir: Instance, name: str) -> Generator[Key, Answer, Answer | None]:
        """What the constructor of an heir gives to that of the class above it which keeps a parameter under a name;
        None where that is not seen.
        """
        calls: list[Spot] = []
        at = Spot(heir.module, heir.row)
        passed: set[Spot] = set()
        while at not in passed:
            passed.add(at)
            module = self.model.link.body(at.module)
            index = _kept(module, at.row, name)
            if index >= 0:
                return (yield from self._argument(calls, index)) if calls else None
            constructor = own_constructor(module, at.row)
            above = self._above(module, constructor) if constructor >= 0 else []
            if len(above) > 1:
                return None
            calls += [Spot(at.module, call) for call in above]
            parents = [
                Spot(item.module, item.row)
                for item in (yield self.model.values.resolved(module.index, module.first[at.row])).items
                if isinstance(item, ClassValue)
            ]
            if len(parents) != 1:
                return None
            at = parents[0]
        return None

    def _above(self, module: Module, constructor: int) -> list[int]:
        """The calls of a constructor that run that of the class above."""
        calls = self.model.link.owned(module.index, Kind.CALL, constructor)
        return [call for call in calls if module.kind[module.first[call]] == Kind.SUPER]

    def _argument(self, calls: list[Spot], index: int) -> Generator[Key, Answer, Answer | None]:
        """What stands at an index of the last of some calls, each of which hands on parameters of the one before."""
        for at, call in enumerate(reversed(calls), 1):
            module = self.model.link.body(call.module)
            arguments = module.args(call.row)
            if index >= len(arguments) or any(module.kind[row] == Kind.SPREAD for row in arguments):
                return None
            own = of_parameter(module, arguments[index])
            if own is None or own[0] != module.owner[call.row] or at == len(calls):
                return (yield self.model.values.resolved(call.module, arguments[index]))
            index = own[1]
        return None


def _kept(module: Module, class_: int, name: str) -> int:
    """Which parameter of its constructor a class keeps in a field of this name; -1 for none."""
    constructor = own_constructor(module, class_)
    if constructor < 0:
        return -1
    field = parameter_field(module, class_, name)
    given = of_parameter(module, field) if field >= 0 else None
    for row in module.surface.writes.get(name, ()):
        if module.owner[row] == constructor and module.kind[module.first[row]] == Kind.THIS:
            given = of_parameter(module, assigned(module, row))
    return given[1] if given is not None and given[0] == constructor else -1
