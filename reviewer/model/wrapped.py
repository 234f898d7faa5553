"""Wrapped: handlers in whose place an application puts wrappers, after they are registered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Closure, External, Spot
from reviewer.model.settled import is_settled
from reviewer.model.shifted import assigned, of_parameter, only_value
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.libraries import State
    from reviewer.model.model import Model
    from reviewer.model.route import Route

_OF_ROUTES: Final = "http.route-slot"
_OF_MIDDLEWARE: Final = "http.middleware-slot"


class Wrapped:
    """Frameworks keep what is registered in lists: who goes through them may wrap each handler, once for all."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def handles(self, route: Route) -> bool:
        """Whether in a program of a registration each of its handlers is replaced by a function that calls it and lets
        no rejection out.
        """
        slots = self._slots[_OF_MIDDLEWARE if route.is_mount else _OF_ROUTES]
        if not slots:
            return False
        files = [self.model.programs.files(program) for program in self.model.programs.of(route.module)]
        return any(slot.module == route.module or any(slot.module in each for each in files) for slot in slots)

    @cached_property
    def _slots(self) -> dict[str, list[Spot]]:
        """Where handlers are replaced so, by the role of the place."""
        roles = (_OF_ROUTES, _OF_MIDDLEWARE)
        return {role: [spot for spot in self._writes(role) if self._keeps(spot)] for role in roles}

    def _writes(self, role: str) -> list[Spot]:
        """The rows that put something into a place of this role."""
        model = self.model
        found = []
        for name in sorted(model.libraries.role_names(role)):
            for m, row in model.link.spots_named("writes", name):
                states = self._states(model.link.body(m), model.link.body(m).first[row])
                places = (below for state in states for below in model.libraries.member(state, name))
                if any(model.libraries.has_role(place, role, None) for place in places):
                    found.append(Spot(m, row))
        return found

    def _states(self, module: Module, row: int) -> Iterator[State]:
        """What an expression is of libraries; of the variable of a loop, what is in the list: `for (const layer of
        router.stack)` may lie too far from the parameter that is the router.
        """
        held = self.model.ask(self.model.values.resolved(module.index, row)).items
        yield from (item.state for item in held if isinstance(item, External))
        binding = module.binding[row] if module.kind[row] == Kind.IDENT and not held else -1
        for loop in module.ancestors(row) if binding >= 0 else ():
            if module.kind[loop] == Kind.FOR_OF and any(
                module.first[loop] in {target, *module.ancestors(target)} for target in module.writes(binding)
            ):
                over = self.model.ask(self.model.values.resolved(module.index, module.op(loop, 1))).items
                for item in over:
                    if isinstance(item, External):
                        yield from self.model.libraries.element(item.state)

    def _keeps(self, slot: Spot) -> bool:
        """Whether what is put into a place calls what was there, looks at its promise, and lets none out."""
        module = self.model.link.body(slot.module)
        value = assigned(module, slot.row)
        held = self.model.ask(self.model.values.resolved(slot.module, value)).items if value >= 0 else frozenset()
        functions = [item for item in held if isinstance(item, Closure)]
        return bool(functions) and all(self._handles(function) for function in functions)

    def _handles(self, function: Closure) -> bool:
        if self.model.ask(self.model.promises.escapes(function.module, function.row)).items:
            return False
        module = self.model.link.body(function.module)
        calls = self.model.link.owned(module.index, Kind.CALL, function.row)
        calls = [call for call in calls if _is_given(module, call)]
        return bool(calls) and all(is_settled(self.model, module, call) for call in calls)


def _is_given(module: Module, call: int) -> bool:
    """Whether a call runs what a function around its own is given, or what stood in a member there."""
    callee = module.first[call]
    binding = module.binding[callee] if module.kind[callee] == Kind.IDENT else -1
    if binding < 0 or module.binding_owner[binding] == module.owner[call]:
        return False
    value = only_value(module, binding)
    return of_parameter(module, callee) is not None or (value is not None and module.kind[value] == Kind.MEMBER)
