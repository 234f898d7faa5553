"""Uncalled: methods that nothing of the programs calls, as far as all who could are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.declarations import Declared
from reviewer.model.domain import ClassValue, Spot
from reviewer.model.program import ProgramKind
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.ways_in import WaysIn

_LOOKED_AT: Final = 100
_LEVELS: Final = 5
_TEST: Final = "test"
_PLAIN: Final = 2
"""How many operands a PROPERTY has that nothing decorates."""


class Uncalled:
    """Asked of what no entry reaches: whether that is because nobody calls it, and not because a caller is not seen."""

    def __init__(self, model: Model, ways: WaysIn) -> None:
        self.model = model
        self._in = ways

    def is_dead(self, m: int, function: int) -> bool:
        """Whether all ways into a function begin in methods of the code's own that are never named."""
        kinds = self.model.programs.kinds(m)
        if not kinds or ProgramKind.LIBRARY in kinds:
            return False
        self._in.prepare()
        pending = [Spot(m, function)]
        seen = set(pending)
        while pending:
            at = pending.pop()
            ways = self.model.ask(self._in.into(*at))
            uses = {Spot(use.module, use.row) for use in ways.items}
            if ways.open or len(seen) > _LOOKED_AT or not self._is_known(at, uses):
                return False
            above = {Spot(spot.module, self.model.link.body(spot.module).owner[spot.row]) for spot in uses} - seen
            seen |= above
            pending += above
        return True

    def _is_known(self, function: Spot, uses: set[Spot]) -> bool:
        """Whether a method of a class that only the code itself knows is named nowhere but in these calls."""
        link = self.model.link
        module = link.body(function.module)
        member = module.parent[function.row]
        class_ = module.parent[member]
        if not function.row or module.kind[class_] != Kind.CLASS or module.count[member] > _PLAIN:
            return False
        name = module.text(member)
        if not name or not self._is_own(module, class_) or not self._extends_own(Spot(module.index, class_)):
            return False
        calls = self._running("calls", name)
        if link.count_named("taken", name) or any(spot not in uses for spot in calls):
            return False
        return all(self._is_called(spot, uses) for spot in self._running("reads", name))

    def _running(self, what: str, name: str) -> list[Spot]:
        """The places of that name in what may run in production: what only tests call is dead as well."""
        link = self.model.link
        spots = (Spot(*spot) for spot in link.spots_named(what, name))
        return [spot for spot in spots if link.classes[spot.module] != _TEST]

    def _extends_own(self, class_: Spot) -> bool:
        """Whether all classes above one are the code's own, so that nobody else knows the names of its methods."""
        for _ in range(_LEVELS):
            module = self.model.link.body(class_.module)
            above = module.first[class_.row]
            if module.kind[above] == Kind.NONE:
                return True
            found = self.model.ask(self.model.values.resolved(module.index, above))
            classes = [Spot(item.module, item.row) for item in found.items if isinstance(item, ClassValue)]
            if found.open or len(found.items) != 1 or len(classes) != 1:
                return False
            class_ = classes[0]
        return False

    def _is_called(self, read: Spot, uses: set[Spot]) -> bool:
        return Spot(read.module, self.model.link.body(read.module).parent[read.row]) in uses

    def _is_own(self, module: Module, class_: int) -> bool:
        """Whether no library knows the members of a class: it says that it implements interfaces of the code only."""
        leads = self.model.types.declarations.leads
        return all(
            isinstance(leads(module.index, name, ""), Declared)
            for name, rows in module.surface.implements.items()
            if class_ in rows
        )
