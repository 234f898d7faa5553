"""Endpoints: routes with their paths joined over all mounts, and the middleware that stands before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.domain import External, Spot
from reviewer.model.joined import joined
from reviewer.model.prefixes import UNKNOWN, Prefixes
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.controllers import Controllers
    from reviewer.model.model import Model
    from reviewer.model.route import Route

SOMEWHERE: Final = "…"
"""What stands before the path of a route whose router is mounted nowhere that is known."""
_APP: Final = "http.app"
_ROUTER: Final = "http.router"
_MOUNT_DEPTH: Final = 8
_PARAMETER: Final = "PARAM"  # what runs for a path parameter answers nothing
_PREFIXES: Final = 24


class Endpoint(msgspec.Struct, frozen=True, order=True):
    """A route with its path joined over all mounts."""

    path: str
    method: str
    module: int
    row: int
    route: Route


class Endpoints:
    """The endpoints of all routes, found once."""

    def __init__(self, model: Model, controllers: Controllers) -> None:
        self.model = model
        self._prefixed = Prefixes(model, controllers)
        self._all: list[Endpoint] | None = None
        self._mounts: dict[Spot, list[Route]] | None = None
        self._encapsulating: set[Spot] = set()

    def all(self) -> list[Endpoint]:
        """Every endpoint, by path: one for each mount of a route.

        What is not known of a path stands as `:?`; before it stands `…` where nothing is known of the router's mount.
        """
        if self._all is None:
            self._all = sorted(set(self._found()), key=attrgetter("path", "method", "module", "row"))
        return self._all

    def paths(self, route: Route) -> list[str]:
        """The paths of one route or mount, sorted."""
        own = route.paths or (UNKNOWN if route.has_path else "" if route.is_mount else "*",)
        if route.class_ >= 0:
            return sorted({full for path in own for full in self._prefixed.of_method(route, path)})
        return sorted({joined(prefix, path) for prefix in self._prefixes(route) for path in own})

    def _found(self) -> Iterator[Endpoint]:
        for route in self.model.routes.all():
            if not route.is_mount and route.method != _PARAMETER:
                for path in self.paths(route):
                    yield Endpoint(path, route.method, route.module, route.row, route)

    def _mounts_of(self, site: Spot) -> list[Route]:
        """The mounts of the router that was made here."""
        if self._mounts is None:
            self._mounts = {}
            for route in self.model.routes.mounts():
                if route.encapsulates:
                    self._encapsulating.add(Spot(route.module, route.row))
                    self._mounts.setdefault(Spot(route.module, route.row), []).append(route)
                for handler in route.handlers:
                    for external in handler.externals:
                        if external.row >= 0:
                            self._mounts.setdefault(Spot(external.module, external.row), []).append(route)
        return self._mounts.get(site, [])

    def _prefixes(self, route: Route) -> set[str]:
        """The paths under which the routers above a route are mounted; a router is passed once on each way."""
        prefixes: set[str] = set()
        pending: list[tuple[Route, str, frozenset[Spot]]] = [(route, "", frozenset())]
        while pending and len(prefixes) < _PREFIXES:
            at, prefix, passed = pending.pop()
            sites = {self._router_site(receiver) for receiver in at.receivers} - passed
            above = [(site, mount) for site in sorted(sites) for mount in self._mounts_of(site)]
            if not above or len(passed) >= _MOUNT_DEPTH:
                lost = SOMEWHERE if self._is_unmounted(sites) else ""
                whole = {self._below(site, at, prefix) for site in sites or {Spot(-1, -1)}}
                prefixes |= {joined(lost, path) if lost else path for path in whole}
                continue
            for site, mount in above:
                below = self._below(site, at, prefix)
                paths = mount.paths or ((UNKNOWN,) if mount.has_path else ("",))
                pending.extend((mount, joined(path, below) if below or path else "", passed | sites) for path in paths)
        return prefixes

    def _is_unmounted(self, sites: Iterable[Spot]) -> bool:
        """Whether all of these sites make routers, none an application: nothing is known of where they are mounted."""
        made = [self.model.ask(self.model.values.resolved(*site)).items for site in sites if site.row >= 0]
        roles = [
            self.model.libraries.roles(item.state) for items in made for item in items if isinstance(item, External)
        ]
        return bool(roles) and all(_ROUTER in each and _APP not in each for each in roles)

    def _below(self, site: Spot, route: Route, path: str) -> str:
        """The path of what a route registers on the router made here, behind the prefixes of that router."""
        for prefix in (*self._prefixed.of_router(site), self.model.loaded.prefix(site, route.module)):
            path = joined(prefix, path) if prefix else path
        return path

    def measures(self, route: Route) -> list[str]:
        """What libraries' middleware stands before a route: on its own registration, and on the routers above it."""
        found = {self.model.libraries.place(external.state) for external in self._middleware_of(route)}
        sites = {self._router_site(receiver) for receiver in route.receivers}
        for mount in self.model.routes.all():
            later = mount.module == route.module and mount.row > route.row
            if mount.is_mount and not later and sites & {self._router_site(receiver) for receiver in mount.receivers}:
                found.update(self.model.libraries.place(external.state) for external in self._middleware_of(mount))
        return sorted(found)

    def _middleware_of(self, route: Route) -> Iterator[External]:
        for handler in route.handlers:
            for external in handler.externals:
                if external.state and not self.model.libraries.is_sited(external.state):
                    yield external

    def _router_site(self, receiver: External) -> Spot:
        """The creation of the router: for `router.route(…)` that of `router`."""
        self._mounts_of(Spot(-1, -1))
        at = receiver
        passed = {(at.module, at.row)}
        while at.row >= 0 and Spot(at.module, at.row) not in self._encapsulating:
            body = self.model.link.body(at.module)
            callee = body.first[at.row]
            if body.kind[at.row] != Kind.CALL or body.kind[callee] != Kind.MEMBER:
                break
            held = self.model.ask(self.model.values.resolved(at.module, body.first[callee]))
            made = (item for item in held.items if isinstance(item, External) and item.row >= 0)
            further = sorted((item for item in made if (item.module, item.row) not in passed), key=_by_site)
            if not further:
                break
            at = further[0]
            passed.add((at.module, at.row))
        return Spot(at.module, at.row)


def _by_site(made: External) -> tuple[int, int, int]:
    return (made.module, made.row, made.state)
