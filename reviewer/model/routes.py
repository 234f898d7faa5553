"""Routes: what is registered where, under which path, with which handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from reviewer.model.admitted import Admitted
from reviewer.model.apps import Apps
from reviewer.model.called import CalledMethods
from reviewer.model.controllers import Controllers
from reviewer.model.direct_calls import direct_calls
from reviewer.model.domain import Constant, External, Primitive, Spot
from reviewer.model.endpoints import Endpoint, Endpoints
from reviewer.model.given import given
from reviewer.model.handlers import expanded, handler, named_handlers
from reviewer.model.limited_paths import LimitedPaths
from reviewer.model.listed_rows import ListedRow, listed_rows
from reviewer.model.measures import InForce
from reviewer.model.overridden import Overridden
from reviewer.model.pages import Pages
from reviewer.model.placed import Placing
from reviewer.model.platform_routes import PlatformRoutes
from reviewer.model.registering import Registering
from reviewer.model.route import Route
from reviewer.model.route_tables import RouteTables
from reviewer.model.served import Served
from reviewer.model.unmounted import Unmounted
from reviewer.model.wrapped import Wrapped
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reviewer.model.libraries import State
    from reviewer.model.libraries.facts import RouteFact
    from reviewer.model.measure import Measures
    from reviewer.model.model import Model
    from reviewer.model.shape import CallShape


class Routes:
    """All registrations of the reviewed code, found once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._all: list[Route] | None = None
        self._mounts: list[Route] | None = None
        self._packages_loaded: bool | None = None
        self._direct: dict[int, list[int]] | None = None
        self._controllers = Controllers(model)
        self._platform = PlatformRoutes(model)
        self._endpoints = Endpoints(model, self._controllers)
        self.called = CalledMethods(model, self._controllers)
        self._registering = Registering(model, self)
        self._tables = RouteTables(model)
        self._overridden = Overridden(model)
        self._in_force = InForce(model, self._endpoints.ways, self._controllers)
        self.apps = Apps(model, self._in_force.parts)
        self.placed = Placing(model, self._in_force.parts)
        self.served = Served(model)
        self.unmounted = Unmounted(model, self._endpoints.ways)
        self.pages = Pages(model)
        self.limited = LimitedPaths(model)
        self.keeps_out = Admitted(model).keeps_out
        self.is_wrapped = Wrapped(model).handles
        self.passing = self._in_force.parts.passing

    def all(self) -> list[Route]:
        """Every route and mount, by module and row."""
        if self._all is None:
            self._all = [route for m in range(len(self.model.link)) for route in self.in_module(m)]
        return self._all

    def candidates(self, m: int) -> list[int]:
        """The CALL rows of a module that could register a handler, where any file loads such a library."""
        link = self.model.link
        if self._packages_loaded is None:
            packages = self.model.libraries.route_packages() | self.model.conventions.used
            self._packages_loaded = any(name in link.package_importers for name in packages) or self.model.loaded.any()
        if not self._packages_loaded:
            return []
        return sorted({*self.named(m), *self._direct_calls(m)})

    def named(self, m: int) -> list[int]:
        """The CALL rows of a module that have the name of a registration, whatever is loaded."""
        surface = self.model.link.surfaces[m]
        calls = surface.calls
        # A computed name, `app[method](…)`, is in no index.
        return sorted(
            [
                *(row for name in self.model.libraries.route_names.intersection(calls) for row in calls[name]),
                *surface.unnamed_calls,
            ]
        )

    def _direct_calls(self, m: int) -> list[int]:
        """The CALL rows of a module that run what registers by itself: `mount('/path', app)`, `get('/path', show)`."""
        if self._direct is None:
            self._direct = direct_calls(self.model, self.model.libraries.direct_packages)
        return self._direct.get(m, [])

    def mounts(self) -> list[Route]:
        """The registrations below whose path routers may be mounted, by module and row; without looking at others."""
        if self._mounts is None:
            names = self.model.libraries.mount_names
            self._mounts = [
                route
                for m in range(len(self.model.link))
                if not names.isdisjoint(self.model.link.surfaces[m].calls) or self._direct_calls(m)
                for route in self._at(m, self.candidates(m), names)
                if route.is_mount
            ]
        return self._mounts

    def in_module(self, m: int) -> Iterator[Route]:
        """The routes and mounts of a module: calls by row, decorated methods, then what files and manifests say."""
        yield from self._at(m, self.candidates(m))
        yield from self._controllers.in_module(m)
        yield from self._tables.in_module(m)
        yield from self.model.named_files.routes(m)
        yield from self._platform.in_module(m)

    def _at(self, m: int, rows: Sequence[int], names: frozenset[str] | None = None) -> Iterator[Route]:
        if not rows:
            return
        module = self.model.link.body(m)
        direct = self._direct_calls(m)
        for row in rows:
            if row in direct:
                yield from self._routes_at(module, row)
            elif names is not None and module.text(row) not in names:
                continue
            elif module.kind[row] == Kind.CALL and module.kind[module.first[row]] in {Kind.MEMBER, Kind.INDEX}:
                yield from self._routes_at(module, row)

    def _routes_at(self, module: Module, call: int) -> Iterator[Route]:
        callees = self.model.ask(self.model.calls.callees(module.index, call))
        facts: dict[int, list[External]] = {}
        for callee in callees.items:
            if isinstance(callee, External):
                facts.setdefault(callee.state, []).append(callee)
        shape = self.model.call_shape(module, call)
        for state, receivers in sorted(facts.items()):
            for fact in self.model.libraries.registrations(state, shape):
                rows = [None] if fact.encapsulates else listed_rows(self.model, module, call)
                for turn, row in enumerate(rows):
                    for instead in self._registering.listed(fact, module, call):
                        for route in self._route(fact, state, module, call, receivers, shape, instead, row):
                            yield msgspec.structs.replace(route, turn=turn) if turn else route

    def _route(
        self,
        fact: RouteFact,
        state: State,
        module: Module,
        call: int,
        receivers: list[External],
        shape: CallShape,
        instead: Spot | None,
        row: ListedRow | None,
    ) -> Iterator[Route]:
        """The routes of one registration, one for each method. instead: see `given`. row: what it names of a list."""
        said = self._registering.said(fact, module, call, receivers, instead, row)
        is_own = self._overridden.is_own(module.text(call), receivers)
        handlers = tuple(
            handler(
                self.model,
                spot,
                fact.error_arity,
                "unsaid" if is_own else self.model.libraries.fate(state, fact.along(path), index, shape),
                naming,
            )
            for at, index, path in said.handlers
            for spot, naming in named_handlers(self.model, at, state, fact)
        )
        if fact.member and not any(each.functions for each in handlers):
            return
        before = tuple(
            handler(self.model, spot, 0, self.model.libraries.fate(state, path, path[0].low, shape))
            for path in fact.before
            for at in given(self.model, module, call, path, instead)
            for spot in expanded(self.model, at)
        )
        sites = self._made(module, call) if self.model.libraries.registers_alone(state) else receivers
        for method in self._registering.methods(fact, module, call, instead):
            yield Route(
                module.index,
                call,
                method,
                said.paths,
                handlers,
                tuple(sorted(sites, key=lambda item: (item.module, item.row))),
                fact.mount,
                state,
                said.has_path,
                fact.encapsulates,
                before,
                sealed=fact.sealed,
            )

    def _made(self, module: Module, call: int) -> list[External]:
        """What a call makes that registers by itself: `mount('/path', app)` stands for what it mounts."""
        made = self.model.ask(self.model.values.of(module.index, call))
        return [item for item in made.items if isinstance(item, External) and item.row >= 0]

    def is_path(self, spot: Spot) -> bool:
        """Whether an argument is a path, a pattern, or a list of them: text, perhaps beside what nobody knows
        (`process.env.BASE ?? '/base'`).
        """
        for at in expanded(self.model, spot):
            found = self.model.ask(self.model.values.resolved(*at))
            known = [item for item in found.items if item != External(0)]
            if not known or not all(isinstance(item, Constant | Primitive) for item in known):
                return False
        return True

    def texts(self, spot: Spot) -> tuple[str, ...]:
        """The constant texts of an expression or of the elements of a list."""
        model = self.model
        return tuple(text for at in expanded(model, spot) for text in model.texts(model.link.body(at.module), at.row))

    def endpoints(self) -> list[Endpoint]:
        """Every route with its full paths, one endpoint for each mount of it, by path."""
        return self._endpoints.all()

    def endpoints_of(self, route: Route) -> list[Endpoint]:
        """The endpoints of one route."""
        return self._endpoints.of(route)

    def full_paths(self, route: Route) -> list[str]:
        """The paths of a route or mount, joined with those under which the routers above it are mounted; sorted."""
        return self._endpoints.paths(route)

    def measures(self, endpoint: Endpoint) -> Measures:
        """The measures in force at an endpoint: middleware, hooks, guards … before its handler, in the order in which a
        request meets them, then what catches what the handler lets out. Open where the list may not be whole.
        """
        return self._in_force.of(endpoint)
