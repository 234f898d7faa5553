"""Measures placed on applications: what stands before all handlers of one, or before some; and what may stand there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.copies import Site
from reviewer.model.covering import covers
from reviewer.model.domain import Spot
from reviewer.model.endpoints import PARAMETER
from reviewer.model.measure import Measure
from reviewer.model.names import held_as
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.apps import App
    from reviewer.model.model import Model
    from reviewer.model.put import Put
    from reviewer.model.registered import Parts
    from reviewer.model.route import Route

_ANY: Final = "/any/path"
_UNKNOWN: Final = ":?"


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A measure on an application. place: what puts it there. whole: whether it is for all requests of the application,
    None where that is not known. below: the paths that it is for, where these are some. route: its registration, where
    it is one, whose place in the order counts.
    """

    measure: Measure
    place: Spot
    whole: bool | None
    below: tuple[str, ...] = ()
    route: Route | None = None


class Unsure(msgspec.Struct, frozen=True, order=True, gc=False):
    """Why an application may have more measures than are told, and where that stands."""

    why: str
    module: int
    row: int

    @property
    def spot(self) -> Spot:
        """What is not known."""
        return Spot(self.module, self.row)


class Placing:
    """The questions about the measures of one application, and of what is mounted there, in no order."""

    def __init__(self, model: Model, parts: Parts) -> None:
        self.model = model
        self._parts = parts
        self._known: dict[Spot, list[Placed]] = {}

    def on(self, app: App) -> list[Placed]:
        """What stands before the handlers of an application, or of routers on it."""
        found = self._known.get(app.spot)
        if found is None:
            puts = () if app.is_sited else self._parts.puts.program()
            of_program = [placed for put in puts if self._is_for(put, app) for placed in self._put(put)]
            on_site = self._on(app.site, (), set()) if app.is_sited else ()
            found = self._known[app.spot] = [*of_program, *on_site]
        return found

    def unsure(self, app: App) -> list[Unsure]:
        """Why there may be more measures for the whole application than `on` tells, by place."""
        found: set[Unsure] = set()
        routes = self._parts.ways.on(app.site) if app.is_sited else []
        for route in routes:
            # What stands first before others, and nobody knows, is a path.
            for handler in route.handlers[len(route.handlers) > 1 and not route.has_path :] if route.is_mount else ():
                is_seen = not handler.open and (handler.functions or handler.externals)
                is_loaded = self._parts.meant.is_of_folder(handler.spot)
                if is_loaded or not (is_seen or self._parts.meant.is_known(handler.spot)):
                    found.add(Unsure("what is registered here is not known", *handler.spot))
        own = held_as(self.model.link.body(app.module), app.spot.row)
        for m, held in {(app.module, own), *map(self._receiver, routes)}:
            for call in self._handed(self.model.link.body(m), held):
                found.add(Unsure("the application is handed to a function that is not known", m, call))
        return sorted(found)

    # of a program

    def _is_for(self, put: Put, app: App) -> bool:
        """Whether what is put there for a program is for that of the application: one loads the other."""
        reached = self._parts.ways.prefixed.reached_from
        return put.call.module in reached(app.module) or app.module in reached(put.call.module)

    def _put(self, put: Put) -> Iterator[Placed]:
        paths = tuple(target.path for target in put.targets or () if target.path is not None)
        whole = put.targets is None or any(map(_is_all, paths))
        for row in put.rows:
            measure = self._parts.meant.measure(put.fact.kind, row, put.call)
            yield Placed(measure, put.call, whole or (False if put.targets else None), paths)

    # on a router

    def _on(
        self, site: Site, below: tuple[str, ...], passed: set[tuple[Site, tuple[str, ...]]], *, gets_all: bool = True
    ) -> Iterator[Placed]:
        """What is registered on a router or application, and on the routers that are mounted there; once on each below
        the same paths, however many mounts lead to it. gets_all: whether all requests of the application come to it.
        """
        if (site, below) in passed:
            return
        passed.add((site, below))
        for put in self._parts.puts.on(site):
            for row in put.rows:
                yield Placed(self._parts.meant.measure(put.fact.kind, row, put.call), put.call, not below, below)
        routes = self._parts.ways.on(site)
        for route in routes:
            paths = route.paths or ((_UNKNOWN,) if route.has_path else ())
            is_all = not any(below) and (not paths or any(map(_is_all, paths)))
            # A router that runs its middleware only where one of its routes answers has none for all requests.
            is_whole = is_all and gets_all and not (below and (route.sealed or not self._is_first(route, routes)))
            inner = below or (() if is_all else paths)
            whole = False if not route.is_mount else is_whole or (None if _UNKNOWN in paths and not below else False)
            for handler in route.handlers if route.is_mount else route.handlers[:-1]:
                if all(made.row < 0 for made in handler.externals):
                    measure = self._parts.meant.measure("middleware", handler.spot, route.spot)
                    yield Placed(measure, route.spot, whole, inner, route)
            routers = list(self._parts.below(route))
            leads = bool(routers) and is_all and gets_all and not route.encapsulates and self._is_first(route, routes)
            for own in routers:
                yield from self._on(own, inner or ("",), passed, gets_all=leads)
            for row in self._parts.loaded_plugins(route):
                yield Placed(self._parts.meant.measure("plugin", row), row, not below, below, route)

    def _is_first(self, route: Route, routes: list[Route]) -> bool:
        """Whether none of the registrations beside one is known to answer requests before they come to that."""
        return not any(
            self._parts.start_up.is_before(other.spot, route.spot)
            for other in routes
            if (any(True for _ in self._parts.below(other)) if other.is_mount else other.method != PARAMETER)
        )

    # hands

    def _receiver(self, route: Route) -> tuple[int, int]:
        """The module and the identifier on which a registration is made; below zero where it is none."""
        body = self.model.link.body(route.module)
        callee = body.first[route.row]
        held = body.first[callee] if body.kind[callee] == Kind.MEMBER else -1
        return route.module, held if held >= 0 and body.kind[held] == Kind.IDENT else -1

    def _handed(self, body: Module, held: int) -> Iterator[int]:
        """The calls of functions that nobody knows which are given what a name holds."""
        for ref in body.refs(body.binding[held]) if held >= 0 and body.binding[held] >= 0 else ():
            call = body.parent[ref]
            if (
                body.kind[call] != Kind.CALL
                or body.first[call] == ref
                or call in self.model.link.import_calls[body.index]
            ):
                continue
            if not self.model.ask(self.model.calls.run(body.index, call)).items:
                yield call


def _is_all(path: str) -> bool:
    return covers(path, _ANY) is True
