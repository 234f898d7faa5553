"""Endpoints: routes with their paths joined over all mounts, and the measures in force at each."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.joined import joined
from reviewer.model.prefixes import UNKNOWN
from reviewer.model.ways import Ways

if TYPE_CHECKING:
    from reviewer.model.controllers import Controllers
    from reviewer.model.model import Model
    from reviewer.model.route import Route

PARAMETER: Final = "PARAM"
"""The method of what runs for a path parameter: it answers nothing."""


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
        self.ways = Ways(model, controllers)
        self._all: list[Endpoint] | None = None

    def all(self) -> list[Endpoint]:
        """Every endpoint, by path: one for each mount of a route.

        What is not known of a path stands as `:?`; before it stands `…` where nothing is known of the router's mount.
        """
        if self._all is None:
            self._all = sorted(set(self._found()), key=attrgetter("path", "method", "module", "row"))
        return self._all

    def paths(self, route: Route) -> list[str]:
        """The paths of one route or mount, sorted."""
        own = own_paths(route)
        if route.class_ >= 0:
            return sorted({full for path in own for full in self.ways.prefixed.of_method(route, path)})
        prefixes = {way.prefix for way in self.ways.of(route)}
        return sorted({joined(prefix, path) for prefix in prefixes for path in own})

    def of(self, route: Route) -> list[Endpoint]:
        """Those of one route, by path: one for each mount of it."""
        if route.is_mount or route.method == PARAMETER:
            return []
        return [Endpoint(path, route.method, route.module, route.row, route) for path in self.paths(route)]

    def _found(self) -> Iterator[Endpoint]:
        for route in self.model.routes.all():
            yield from self.of(route)


def own_paths(route: Route) -> tuple[str, ...]:
    """The paths that a registration gives, as far as they are known."""
    return route.paths or (UNKNOWN if route.has_path else "" if route.is_mount else "*",)
