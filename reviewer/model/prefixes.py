"""Prefixes: what stands before the paths of routes beside their mounts, as the prefix rows of libraries say."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.domain import External, Spot
from reviewer.model.given import given
from reviewer.model.joined import joined
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.controllers import Controllers
    from reviewer.model.libraries.steps import Path
    from reviewer.model.model import Model
    from reviewer.model.route import Route


UNKNOWN: Final = ":?"
"""What stands for a part of a path that is not known."""


class ProgramPrefix(NamedTuple):
    """What a call in a module puts before all paths of its program; `exceptions` stay as they are."""

    module: int
    form: str
    texts: tuple[str, ...]
    exceptions: frozenset[str]


class Prefixes:
    """The paths that routers are made with or told later, found once."""

    def __init__(self, model: Model, controllers: Controllers) -> None:
        self.model = model
        self._controllers = controllers
        self._told: dict[Spot, list[str]] | None = None
        self._made: dict[Spot, list[str]] = {}
        self._programs: list[ProgramPrefix] | None = None
        self._reached: dict[int, frozenset[int]] = {}

    def of_router(self, site: Spot) -> list[str]:
        """The paths before all routes of the router made at this CALL or NEW row; empty where there is none."""
        made = self._made.get(site)
        if made is None:
            made = self._made[site] = self._at(site.module, site.row) if site.row >= 0 else []
        if self._told is None:
            self._told = {}
            for m, row in self._telling():
                for path in self._at(m, row, ("own",)):
                    for receiver in self._receivers(m, row):
                        self._told.setdefault(Spot(receiver.module, receiver.row), []).append(path)
        return [*made, *self._told.get(site, ())]

    def _telling(self) -> list[tuple[int, int]]:
        """The CALL rows that have the name of a call which tells a router its prefix."""
        names = self.model.libraries.prefix_names
        return [
            (m, row)
            for m, surface in enumerate(self.model.link.surfaces)
            for name in sorted(names.intersection(surface.calls))
            for row in surface.calls[name]
        ]

    def _receivers(self, m: int, call: int) -> list[External]:
        callees = self.model.ask(self.model.calls.callees(m, call))
        return [item for item in callees.items if isinstance(item, External) and item.row >= 0]

    # what decorators say

    def of_method(self, route: Route, path: str) -> set[str]:
        """The full paths of a decorated method: behind its class's, its version's and its program's prefixes."""
        classes = self._controllers.prefixes(route, "path") or [""]
        programs = [program for program in self.programs() if route.module in self.reached_from(program.module)]
        versions = self._versions(route, programs)
        prefixes = [program for program in programs if program.form == "path"]
        found = set()
        for of_class in classes:
            own = joined(of_class, path) if of_class or path else "/"
            for version in versions:
                behind = joined(version, own) if version else own
                kept = {program for program in prefixes if own.strip("/") in program.exceptions}
                found |= {joined(text, behind) for program in prefixes for text in program.texts if program not in kept}
                if kept or not prefixes:
                    found.add(behind)
        return found

    def _versions(self, route: Route, programs: list[ProgramPrefix]) -> list[str]:
        """The segments of the versions of a decorated method; one empty where it has none."""
        defaults = [program for program in programs if program.form == "version"]
        if not defaults:
            return [""]
        own = self._controllers.prefixes(route, "version")
        if own is None:
            own = [text for program in defaults for text in program.texts]
        return [f"v{text}" for text in own] or [""]

    def programs(self) -> list[ProgramPrefix]:
        """What calls put before all paths of a program."""
        if self._programs is None:
            self._programs = []
            for m, call in self._telling():
                module = self.model.link.body(m)
                callees = self.model.ask(self.model.calls.callees(m, call))
                shape = self.model.call_shape(module, call)
                for state in sorted({item.state for item in callees.items if isinstance(item, External)}):
                    for fact in self.model.libraries.prefixes(state, shape):
                        if fact.reach == "program":
                            texts = self._texts(module, call, fact.pattern)
                            if not texts and fact.form == "path":
                                texts = [UNKNOWN]
                            kept = self._texts(module, call, fact.exceptions)
                            exceptions = frozenset(text.strip("/") for text in kept)
                            self._programs.append(ProgramPrefix(m, fact.form, tuple(texts), exceptions))
        return self._programs

    @cached_property
    def _imported(self) -> dict[int, set[int]]:
        """The modules that each module imports."""
        imported: dict[int, set[int]] = {}
        for target, importers in self.model.link.importers.items():
            for importer in importers:
                imported.setdefault(importer.module, set()).add(target)
        return imported

    def reached_from(self, m: int) -> frozenset[int]:
        """The modules that a module imports, directly or not, and itself."""
        found = self._reached.get(m)
        if found is None:
            pending, seen = [m], {m}
            while pending:
                for target in self._imported.get(pending.pop(), ()):
                    if target not in seen:
                        seen.add(target)
                        pending.append(target)
            found = self._reached[m] = frozenset(seen)
        return found

    def _texts(self, module: Module, call: int, paths: tuple[Path, ...]) -> list[str]:
        spots = [spot for path in paths for spot in given(self.model, module, call, path)]
        return [text for spot in spots for text in self.model.routes.texts(spot)]

    def makes_router(self, m: int, call: int) -> bool:
        """Whether a call of a router gives another one, with a path before its routes: `app.basePath('/api')`."""
        return bool(self._at(m, call, ("result",)))

    def _at(self, m: int, call: int, reaches: Collection[str] = ("own", "result")) -> list[str]:
        """The texts that a call puts before the routes of the router that it makes or is called on."""
        module = self.model.link.body(m)
        if module.kind[call] not in {Kind.CALL, Kind.NEW}:
            return []
        callees = self.model.ask(self.model.calls.callees(m, call))
        shape = self.model.call_shape(module, call)
        return sorted({
            text
            for callee in callees.items
            if isinstance(callee, External)
            for fact in self.model.libraries.prefixes(callee.state, shape)
            if fact.reach in reaches and fact.form == "path"
            for text in self._texts(module, call, fact.pattern)
        })  # fmt: skip
