"""Uncalled: methods that no program calls and modules that none loads, as far as all who could are known."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Final

from reviewer.model.declarations import Declared
from reviewer.model.domain import ClassValue, Spot
from reviewer.model.link import OUTSIDE
from reviewer.model.program import ProgramKind
from reviewer.model.unnamed import Unnamed
from reviewer.model.unstarted import Unstarted
from reviewer.source.module import Kind, Module
from reviewer.source.paths import folder_of

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.ways_in import WaysIn

_LOOKED_AT: Final = 100
_LEVELS: Final = 5
_RARE: Final = 10
"""Of so many modules of a package one at most is what nobody needs any more."""
_TEST: Final = "test"
_PLAIN: Final = 2
"""How many operands a PROPERTY has that nothing decorates."""


class Uncalled:
    """Asked of what no entry reaches: whether that is because nobody calls it, and not because a caller is not seen."""

    def __init__(self, model: Model, ways: WaysIn) -> None:
        self.model = model
        self._in = ways
        self._left: dict[str, list[int]] = {}
        self._unnamed = Unnamed(model)
        self._unstarted = Unstarted(model)

    def is_dead(self, m: int, function: int) -> bool:
        """Whether all ways into a function, or into one that it is written in, begin in methods of the code's own
        that are never named, or in what only tests load; or whether no program loads its module, though the others of
        its folder are loaded.
        """
        kinds = self.model.programs.kinds(m)
        if not kinds:
            return self._is_left(m)
        if ProgramKind.LIBRARY in kinds:
            return False
        self._in.prepare()
        owner = self.model.link.body(m).owner
        while function:
            if self._is_uncalled(Spot(m, function)) or self._is_of_tests(Spot(m, function)):
                return True
            function = owner[function]
        return False

    def _is_left(self, m: int) -> bool:
        """Whether nothing loads a module that gives something away, though programs load others of its folder by their
        names: not where many of a package are like that, which somebody finds by their folder, or where something in
        the package loads what is not known.
        """
        link = self.model.link
        package = self._package(m)
        if m not in self._left_in(package):
            return False
        folder = folder_of(link.paths[m])
        beside = (at for at in self._of_packages[package] if at in link.importers)
        is_by_name = any(folder_of(link.paths[at]) == folder and self.model.programs.kinds(at) for at in beside)
        return is_by_name and not any(self.model.routes.in_module(m)) and not self.model.entries.in_module(m)

    def _left_in(self, package: str) -> Collection[int]:
        """The modules of a package that nothing loads; none where they are many, or where that is not known."""
        found = self._left.get(package)
        if found is None:
            link = self.model.link
            inside = [m for m in self._of_packages[package] if link.classes[m] not in OUTSIDE]
            found = [
                m
                for m in inside
                if m not in link.importers
                and link.surfaces[m].exports
                and not self.model.programs.kinds(m)
                and not self.model.loaded.of(m)
            ]
            if len(found) * _RARE > len(inside) or any(link.computed[m] for m in inside):
                found = []
            self._left[package] = found
        return found

    @cached_property
    def _of_packages(self) -> dict[str, list[int]]:
        """The modules by the folder of their package."""
        found: dict[str, list[int]] = {}
        for m in range(len(self.model.link)):
            found.setdefault(self._package(m), []).append(m)
        return found

    def _package(self, m: int) -> str:
        package = self.model.manifests.package_of(self.model.link.paths[m])
        return package.dir if package is not None else ""

    def _is_uncalled(self, function: Spot) -> bool:
        pending = [function]
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

    def _is_of_tests(self, function: Spot) -> bool:
        """Whether only tests, and what is loaded by them alone, call a function for which nothing is registered."""
        ways = self.model.ask(self._in.into(*function))
        return (
            bool(ways.items)
            and not ways.open
            and not self._in.registered(function)
            and all(self._is_test(use.module) for use in ways.items)
        )

    def _is_test(self, m: int) -> bool:
        return self.model.link.classes[m] == _TEST or self.model.programs.kinds(m) == {ProgramKind.TESTS}

    def _is_known(self, function: Spot, uses: set[Spot]) -> bool:
        """Whether a method of a class that only the code itself knows is named nowhere but in these calls, or the same
        of another function; or what is registered for it is never started.
        """
        link = self.model.link
        if registered := self._in.registered(function):
            return all(self._unstarted.is_unstarted(each.reached.module, each.reached.row) for each in registered)
        module = link.body(function.module)
        member = module.parent[function.row]
        class_ = module.parent[member]
        if function.row and module.kind[class_] != Kind.CLASS:
            return self._unnamed.is_known(function, uses)
        if not function.row or module.count[member] > _PLAIN:
            return False
        name = module.text(member)
        if not name or not self._is_own(module, class_, name) or not self._extends_own(Spot(module.index, class_)):
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

    def _is_own(self, module: Module, class_: int, method: str) -> bool:
        """Whether no library knows a method of a class: that says that it implements interfaces of the code only, or
        such as are named after the one method that they ask for, `OnModuleInit`.
        """
        leads = self.model.types.declarations.leads
        return all(
            isinstance(leads(module.index, name, ""), Declared) or self._asks_for_other(module, class_, name, method)
            for name, rows in module.surface.implements.items()
            if class_ in rows
        )

    @staticmethod
    def _asks_for_other(module: Module, class_: int, interface: str, method: str) -> bool:
        """Whether an interface is named after a method of a class, which is not this one."""
        asked = interface[:1].lower() + interface[1:]
        return asked != method and any(module.text(member) == asked for member in module.ops(class_))
