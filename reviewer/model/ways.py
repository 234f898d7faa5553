"""Ways: how requests come to a route, from router to router, and the paths that they have on each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.copies import Copies, Site
from reviewer.model.domain import Closure, External, Spot
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
_PREFIXES: Final = 24


class Level(NamedTuple):
    """One router on the way: the registration that leads on, and the path before the route's own, seen from there."""

    site: Site
    route: Route
    prefix: str


class Way(NamedTuple):
    """A way to a route: its path before the route's own, and the routers, innermost first."""

    prefix: str
    levels: tuple[Level, ...]


class Ways:
    """The routers of all registrations, and where they are mounted. Found once."""

    def __init__(self, model: Model, controllers: Controllers) -> None:
        self.model = model
        self.prefixed = Prefixes(model, controllers)
        self._mounts: dict[Site, list[Route]] | None = None
        self._on: dict[Site, list[Route]] | None = None
        self._encapsulating: dict[Spot, Route] = {}
        self._copies: Copies | None = None
        self._sites: dict[tuple[External, int, int], Site] = {}

    def of(self, route: Route) -> list[Way]:
        """All ways to a route or mount; a router is passed once on each."""
        found: list[Way] = []
        pending: list[tuple[Route, str, tuple[Level, ...], frozenset[Site]]] = [(route, "", (), frozenset())]
        while pending and len(found) < _PREFIXES:
            at, prefix, levels, passed = pending.pop()
            sites = self.sites(at) - passed
            made = [last for site in sorted(sites) for last in self.copies.last(site)]
            above = [(site, mount) for site in made for mount in self.mounts_of(site)]
            if not above or len(passed) >= _MOUNT_DEPTH:
                lost = self.are_routers(sites)
                for site in made or [NOWHERE]:
                    below = self.below(site, at, prefix)
                    below = joined(SOMEWHERE, below) if lost else below
                    found.append(Way(below, (*levels, Level(site, at, below))))
                continue
            for site, mount in above:
                below = self.below(site, at, prefix)
                paths = mount.paths or ((UNKNOWN,) if mount.has_path else ("",))
                level = Level(site, at, below)
                pending.extend(
                    (mount, joined(path, below) if below or path else "", (*levels, level), passed | sites)
                    for path in paths
                )
        return found

    def are_routers(self, sites: Iterable[Site]) -> bool:
        """Whether all of these sites make routers, none an application: they answer nothing before they are mounted."""
        spots = [(site.module, site.row) for site in sites if site.row >= 0]
        made = [item for spot in spots for item in self.model.ask(self.model.values.resolved(*spot)).items]
        roles = [self.model.libraries.roles(item.state) for item in made if isinstance(item, External)]
        return bool(roles) and all(_ROUTER in each and _APP not in each for each in roles)

    def below(self, site: Site, route: Route, path: str) -> str:
        """The path of what a route registers on the router made here, behind the prefixes of that router."""
        for each in (site, *self.copies.bases(site)):
            spot = Spot(each.module, each.row)
            for prefix in (*self.prefixed.of_router(spot), self.model.loaded.prefix(spot, route.module)):
                path = joined(prefix, path) if prefix else path
        return path

    def mounts_of(self, site: Site) -> list[Route]:
        """The mounts of a router."""
        mounts = self._mounted()
        encapsulating = self._encapsulating.get(Spot(site.module, site.row))
        if encapsulating is not None:
            return [encapsulating]
        return _of_all(mounts.get(each, ()) for each in self.copies.family(site))

    def _mounted(self) -> dict[Site, list[Route]]:
        if self._mounts is None:
            self._mounts = {}
            mounts = self.model.routes.mounts()
            for route in mounts:
                if route.encapsulates:
                    self._encapsulating[Spot(route.module, route.row)] = route
            for route in mounts:
                for handler in route.handlers:
                    for external in handler.externals:
                        if external.row >= 0:
                            self._mounts.setdefault(Site(external.module, external.row), []).append(route)
        return self._mounts

    def on(self, site: Site) -> list[Route]:
        """The registrations on a router, by module and row; with those on what it is a copy of, and on its copies."""
        family = self.copies.family(site)
        found = _of_all(self._registered().get(each, ()) for each in family)
        return sorted(found, key=_by_row) if len(family) > 1 else found

    def _registered(self) -> dict[Site, list[Route]]:
        if self._on is None:
            self._on = {}
            for route in self.model.routes.all():
                if route.class_ < 0:
                    for at in self.sites(route):
                        self._on.setdefault(at, []).append(route)
        return self._on

    @property
    def copies(self) -> Copies:
        """Which routers the same function makes."""
        if self._copies is None:
            self._copies = Copies(self.model)
            self._copies.add((*self._registered(), *self._mounted()))
        return self._copies

    def sites(self, route: Route) -> frozenset[Site]:
        """The routers on which a registration is made."""
        return frozenset(self.site(receiver, Spot(route.module, route.row)) for receiver in route.receivers)

    def site(self, receiver: External, at: Spot) -> Site:
        """The creation of the router on which a call at a place is made: for `router.route(…)` that of `router`."""
        self._mounted()
        if receiver.row < 0:
            owner = self.model.link.body(at.module).owner[at.row]
            return Site(at.module, -2 - owner)
        key = (receiver, at.module, -1)
        found = self._sites.get(key)
        if found is None:
            found = self._sites[key] = self._found_site(receiver, at)
        return found

    def _found_site(self, receiver: External, place: Spot) -> Site:
        at = receiver
        passed = {(at.module, at.row)}
        while at.row >= 0 and Spot(at.module, at.row) not in self._encapsulating:
            body = self.model.link.body(at.module)
            callee = body.first[at.row]
            if body.kind[at.row] != Kind.CALL or body.kind[callee] != Kind.MEMBER:
                break
            if self.prefixed.makes_router(at.module, at.row):
                break
            held = self.model.ask(self.model.values.resolved(at.module, body.first[callee]))
            made = (item for item in held.items if isinstance(item, External) and item.row >= 0)
            further = sorted((item for item in made if (item.module, item.row) not in passed), key=_by_site)
            if not further:
                break
            at = further[0]
            passed.add((at.module, at.row))
        spot = Spot(at.module, at.row)
        if spot not in self._encapsulating:
            return Site(*spot)
        return self._plugin_site(self._encapsulating[spot], place, at)

    def _plugin_site(self, mount: Route, place: Spot, made: External) -> Site:
        """The server that a registration gives to a plugin: one of its own, or the one that is shared with it."""
        loaded = self.model.loaded.plugin(Spot(made.module, made.row), place.module)
        functions = (
            self._exported(loaded)
            if loaded >= 0
            else [function for handler in mount.handlers for function in handler.functions]
        )
        if mount.receivers and any(self.is_shared(function) for function in functions):
            receiver = mount.receivers[0]
            if (receiver.module, receiver.row) != (made.module, made.row):
                return self.site(receiver, Spot(mount.module, mount.row))
        return Site(made.module, made.row, loaded)

    def _exported(self, m: int) -> list[Closure]:
        """The functions that a module exports as its default."""
        found = self.model.ask(self.model.heap.export(m, "default"))
        return [item for item in found.items if isinstance(item, Closure)]

    def is_shared(self, function: Closure) -> bool:
        """Whether a plugin is marked to register on the server that it is given to, not on one of its own."""
        uses = self.model.ask(self.model.uses.of(function.module, function.row))
        for use in uses.items:
            if use.kind == "argument":
                callees = self.model.ask(self.model.calls.callees(use.module, use.row))
                for callee in callees.items:
                    if isinstance(callee, External) and self.model.libraries.takes(callee.state, use.index, _SHARED):
                        return True
        return False


NOWHERE: Final = Site(-1, -1)
_SHARED: Final = "http.shared-plugin"


def _of_all(lists: Iterable[Iterable[Route]]) -> list[Route]:
    """The registrations of several sites, each once."""
    return list({id(route): route for routes in lists for route in routes}.values())


def _by_row(route: Route) -> Spot:
    return route.spot


def _by_site(made: External) -> tuple[int, int, int]:
    return (made.module, made.row, made.state)
