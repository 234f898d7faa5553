"""Applications: what a server hands its requests to, told by where it is created."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.copies import Site
from reviewer.model.domain import Atom, External, Promised, Spot
from reviewer.model.endpoints import PARAMETER
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.registered import Parts
    from reviewer.model.route import Route

_APP: Final = "http.app"
_CHOICES: Final = frozenset({Kind.AWAIT, Kind.CONDITIONAL, Kind.LOGICAL})


class App(msgspec.Struct, frozen=True, gc=False):
    """An application by the CALL or NEW row that creates it, and the place of the libraries that it is.

    is_sited: what is registered on it is told apart by its creation; else it has the routes of all classes of its
    program.
    """

    module: int
    row: int
    state: int
    is_sited: bool

    @property
    def spot(self) -> Spot:
        """Where it is created."""
        return Spot(self.module, self.row)

    @property
    def site(self) -> Site:
        """The same as what registrations are made on."""
        return Site(self.module, self.row)


class Apps:
    """The applications of the reviewed code that are mounted on no other, found when they are asked for."""

    def __init__(self, model: Model, parts: Parts) -> None:
        self.model = model
        self._parts = parts
        self._sited: dict[int, dict[int, App]] | None = None
        self._all: list[App] | None = None

    def in_module(self, m: int) -> list[App]:
        """The applications that a module creates, by row."""
        if m not in self._importing:
            return []
        found = {**self._by_site().get(m, {}), **{app.row: app for app in self._started(m)}}
        return [found[row] for row in sorted(found)]

    @cached_property
    def _importing(self) -> frozenset[int]:
        """The modules that load what makes applications."""
        importers = self.model.link.package_importers
        packages = self.model.libraries.role_packages(_APP)
        return frozenset(one.module for name in packages for one in importers.get(name, ()))

    def all(self) -> list[App]:
        """Every application of running code, by module and row."""
        if self._all is None:
            aside = self.model.programs.aside()
            self._all = [app for m in range(len(self.model.link)) if m not in aside for app in self.in_module(m)]
        return self._all

    def _by_site(self) -> dict[int, dict[int, App]]:
        """The applications on which something is registered, by module and row."""
        if self._sited is None:
            self._sited = {}
            for route in self.model.routes.all():
                sites = self._parts.ways.sites(route) if route.class_ < 0 else ()
                for site in (first for each in sites for first in self._parts.ways.copies.first(each)):
                    known = self._sited.setdefault(site.module, {})
                    if site.row >= 0 and site.plugin < 0 and site.row not in known:
                        known.update({app.row: app for app in self._at(site)})
        return self._sited

    def _at(self, site: Site) -> Iterator[App]:
        if self._parts.ways.mounts_of(site):
            return
        made = self.model.ask(self.model.values.of(site.module, site.row)).items
        states = {item.state for item in made if isinstance(item, External) and (item.module, item.row) == site[:2]}
        for state in sorted(states):
            if self.model.libraries.has_role(state, _APP, None):
                yield App(site.module, site.row, state, is_sited=True)

    def _started(self, m: int) -> Iterator[App]:
        """The applications of which measures of a program are told: what a module makes with their package."""
        libraries = self.model.libraries
        calls = self.model.link.surfaces[m].calls
        for call in sorted(row for name in libraries.application_names.intersection(calls) for row in calls[name]):
            callees = self.model.ask(self.model.calls.callees(m, call)).items
            makes = any(isinstance(item, External) and libraries.makes_application(item.state) for item in callees)
            if makes and not self._is_on_app(m, call):
                states = {state for item in self.model.ask(self.model.values.of(m, call)).items for state in _in(item)}
                awaited = {after for state in states for after in libraries.awaited(state)}
                for state in sorted(states | awaited):
                    if libraries.has_role(state, _APP, None):
                        yield App(m, call, state, is_sited=False)

    def _is_on_app(self, m: int, call: int) -> bool:
        """Whether a call is one of an application, which many give back."""
        body = self.model.link.body(m)
        callee = body.first[call]
        if body.kind[callee] != Kind.MEMBER:
            return False
        held = self.model.ask(self.model.values.resolved(m, body.first[callee])).items
        states = [item.state for item in held if isinstance(item, External)]
        return any(self.model.libraries.has_role(state, _APP, None) for state in states)

    # what belongs to one

    def routes(self, app: App) -> list[Route]:
        """The routes of an application and of the routers on it."""
        if not app.is_sited:
            reached = self._parts.ways.prefixed.reached_from(app.module)
            return [route for route in self.model.routes.all() if route.class_ >= 0 and route.module in reached]
        found: dict[Route, None] = {}
        passed = {app.site}
        pending = [app.site]
        while pending:
            for route in self._parts.ways.on(pending.pop()):
                if not route.is_mount:
                    found[route] = None
                below = [site for site in self._parts.below(route) if site not in passed]
                passed.update(below)
                pending.extend(below)
        return list(found)

    def answering(self, app: App) -> list[Route]:
        """The registrations on an application itself that answer requests: its routes, and the mounts of routers."""
        return [
            route
            for route in self._parts.ways.on(app.site)
            if (any(True for _ in self._parts.below(route)) if route.is_mount else route.method != PARAMETER)
        ]

    def registered(self, app: App) -> list[Route]:
        """All registrations on an application itself."""
        return list(self._parts.ways.on(app.site)) if app.is_sited else []

    def modules(self, app: App) -> set[int]:
        """The modules that an application loads, and those of its routes and their handlers."""
        routes = self.routes(app)
        found = {function.module for route in routes for handler in route.handlers for function in handler.functions}
        return found | {route.module for route in routes} | self._parts.ways.prefixed.reached_from(app.module)

    def is_with(self, app: App, m: int) -> bool:
        """Whether a module may run together with an application: one loads the other, or a program has both."""
        reached = self._parts.ways.prefixed.reached_from
        if m in reached(app.module) or app.module in reached(m):
            return True
        return any(m in self.model.programs.files(program) for program in self.model.programs.of(app.module))

    def is_before(self, first: Spot, second: Spot) -> bool | None:
        """Whether the first place comes first while the program starts; None where that is not known."""
        return self._parts.start_up.is_before(first, second)

    # its name

    def name(self, app: App) -> str:
        """The name under which an application is kept where it is created: `app`, `this.server`; empty for none."""
        body = self.model.link.body(app.module)
        at = app.row
        while body.kind[body.parent[at]] in _CHOICES:
            at = body.parent[at]
        # `const app = module.exports = express()`
        while body.kind[body.parent[at]] == Kind.ASSIGN and body.kind[body.parent[body.parent[at]]] == Kind.DECLARATOR:
            at = body.parent[at]
        parent = body.parent[at]
        is_kept = body.kind[parent] in {Kind.DECLARATOR, Kind.ASSIGN} and body.first[parent] != at
        return self.model.source_text(body, body.first[parent]) if is_kept else ""


def _in(item: Atom) -> Iterator[int]:
    inner = item.value if isinstance(item, Promised) else item
    if isinstance(inner, External):
        yield inner.state
