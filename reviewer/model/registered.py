"""Registered handlers: what a request passes at one registration, whether that meets it at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reviewer.model.copies import Site
from reviewer.model.covering import covers
from reviewer.model.domain import External, Spot
from reviewer.model.endpoints import own_paths
from reviewer.model.joined import joined

if TYPE_CHECKING:
    from reviewer.model.endpoints import Endpoint
    from reviewer.model.meant import Meant
    from reviewer.model.measure import Measure
    from reviewer.model.model import Model
    from reviewer.model.passing import Passing
    from reviewer.model.put import Puts
    from reviewer.model.route import Handler, Route
    from reviewer.model.startup import StartUp
    from reviewer.model.ways import Ways

_NESTED: Final = 10
_CATCHER: Final = "http.error-handler"


class Parts(NamedTuple):
    """What passages are told with."""

    model: Model
    ways: Ways
    puts: Puts
    meant: Meant
    passing: Passing
    start_up: StartUp

    def below(self, route: Route) -> Iterator[Site]:
        """The routers that a mount leads on to, and the servers of their own that it gives to plugins."""
        for handler in route.handlers:
            yield from (Site(made.module, made.row) for made in handler.externals if made.row >= 0)
        if route.encapsulates:
            folder = self.model.loaded.folder(route.spot)
            for m in (-1, *(folder.modules if folder is not None else ())):
                yield Site(*route.spot, m)

    def loaded_plugins(self, route: Route) -> Iterator[Spot]:
        """The plugins of libraries that the modules of a folder export, where a registration loads one."""
        folder = self.model.loaded.folder(route.spot)
        made = [external for handler in route.handlers for external in handler.externals if external.row < 0]
        if folder is not None and any(self.model.libraries.is_loader(external.state) for external in made):
            for m in folder.modules:
                yield from self._exported(m)

    def _exported(self, m: int) -> Iterator[Spot]:
        """The row of a module's default export, where that is a plugin of a library."""
        for export in self.model.link.surfaces[m].exports:
            if export.name in {"default", "="}:
                body = self.model.link.body(m)
                rows = [export.row] if export.row >= 0 else list(body.refs(export.binding))[-1:]
                for row in rows:
                    values = self.meant.measure("plugin", Spot(m, row)).values
                    if values and all(isinstance(value, External) for value in values):
                        yield Spot(m, row)


class Met(NamedTuple):
    """A measure, the place that puts it there, and its number among those of that place; `is_on_path`: a route of the
    same path has it, which does not answer.
    """

    place: Spot
    order: tuple[int, ...]
    measure: Measure
    is_on_path: bool = False


class Registered:
    """What single registrations mean for one endpoint; reasons why something is not known go into `opened`."""

    def __init__(self, parts: Parts, endpoint: Endpoint, opened: set[str]) -> None:
        self._parts = parts
        self._model = parts.model
        self._endpoint = endpoint
        self._open = opened

    def covers(self, route: Route, site: Site, prefix: str, path: str) -> bool | None:
        """Whether a registration on a router below `prefix` meets all requests for the path."""
        if route.encapsulates:
            return True
        whole = not route.is_mount
        if not whole and not route.has_path and not self._parts.ways.below(site, route, prefix):
            return True
        if whole and route.method not in {"ALL", self._endpoint.method}:
            return False
        answers = []
        for own in own_paths(route):
            pattern = joined(self._parts.ways.below(site, route, prefix), own)
            answers.append(covers(pattern, path, whole=whole and not own.endswith("*")))
        return True if True in answers else None if None in answers else False

    def of_route(self, route: Route, site: Site, path: str) -> Iterator[Met]:
        """The handlers of an earlier registration that a request passes."""
        spot = route.spot
        if route.encapsulates:
            yield from self._plugins(route)
            return
        if not route.is_mount:
            for met in self.met(spot, "middleware", [handler.spot for handler in route.handlers]):
                yield met._replace(is_on_path=True)
            return
        for number, handler in enumerate(route.handlers):
            yield from self._passed(handler, route, site, "", path, (number,))

    def _passed(
        self, handler: Handler, route: Route, site: Site, prefix: str, path: str, order: tuple[int, ...]
    ) -> Iterator[Met]:
        """One handler of a mount: middleware, or a router whose own middleware is passed by what it does not answer."""
        if self.is_catcher(handler):
            return
        routers = [external for external in handler.externals if external.row >= 0]
        if not routers:
            measure = self.measure("middleware", handler.spot, route.spot)
            if not measure.package and (not measure.values or handler.is_member_of_unknown):
                self._open.add("middleware")
                return
            yield Met(route.spot, order, measure)
            return
        if len(order) > _NESTED:
            return
        for own in own_paths(route):
            below = joined(self._parts.ways.below(site, route, prefix), own) if route.has_path or prefix else ""
            for router in routers:
                inner = Site(router.module, router.row)
                for sub in self._parts.ways.on(inner):
                    if sub.is_mount and not sub.sealed and self.covers(sub, inner, below, path):
                        place = self._model.link.body(sub.module).start[sub.row]
                        for number, each in enumerate(sub.handlers):
                            yield from self._passed(each, sub, inner, below, path, (*order, sub.module, place, number))

    def before(self, route: Route, inner: Site | None) -> Iterator[Met]:
        """The handlers that stand before the router in the registration that leads on."""
        if inner is None or route.encapsulates:
            return
        family = {site[:2] for site in self._parts.ways.copies.family(inner)}
        for number, handler in enumerate(route.handlers):
            if any((external.module, external.row) in family for external in handler.externals):
                return
            if not self.is_catcher(handler):
                spot = route.spot
                yield Met(spot, (number,), self.measure("middleware", handler.spot, spot))

    def _plugins(self, route: Route) -> Iterator[Met]:
        """The plugins of libraries that a registration gives; a folder of plugins stands for its modules."""
        spot = route.spot
        loaded = list(self._parts.loaded_plugins(route))
        for row in loaded:
            yield Met(row, (), self.measure("plugin", row))
        for handler in () if self._model.loaded.folder(spot) is not None else route.handlers:
            if not handler.functions and any(external.row < 0 for external in handler.externals):
                yield Met(spot, (), self.measure("plugin", handler.spot, spot))
            elif not handler.functions:
                self._open.add("plugin")

    # measures

    def met(self, place: Spot, kind: str, rows: Iterable[Spot]) -> Iterator[Met]:
        """The measures that a place names, in order."""
        for order, row in enumerate(rows):
            yield Met(place, (order,), self.measure(kind, row, place))

    def measure(self, kind: str, row: Spot, call: Spot | None = None) -> Measure:
        """The measure that an expression names."""
        measure = self._parts.meant.measure(kind, row, call)
        if not measure.values and not measure.package and kind != "schema":
            self._open.add(kind)
        return measure

    def is_catcher(self, handler: Handler) -> bool:
        """Whether a handler gets what other handlers let out, instead of requests."""
        roles = self._model.libraries
        return handler.is_error_handler or any(
            external.state and roles.has_role(external.state, _CATCHER, None) for external in handler.externals
        )

    def passes(self, route: Route, path: str) -> bool:
        """Whether requests for the path go on from an earlier route that they match as well."""
        last = route.handlers[-1] if route.handlers else None
        if last is None:
            return False
        if last.functions and any(self._parts.passing.passes(function) for function in last.functions):
            return True
        same = path in self._model.routes.full_paths(route) and route.method == self._endpoint.method
        return route.method == "ALL" or same
