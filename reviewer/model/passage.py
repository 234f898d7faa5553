"""Passages: one way to an endpoint, and the measures that a request meets on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cmp_to_key
from typing import TYPE_CHECKING, Final

import msgspec

from reviewer.model.copies import Site
from reviewer.model.domain import Closure, External, Spot
from reviewer.model.endpoints import PARAMETER, own_paths
from reviewer.model.joined import joined
from reviewer.model.measure import Measure, Measures
from reviewer.model.registered import Met, Parts, Registered
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.endpoints import Endpoint
    from reviewer.model.route import Route
    from reviewer.model.ways import Level, Way

_APPLICATION: Final = "http.app"
_ALWAYS: Final = frozenset({"all", "whole"})


class Passage:
    """One way to one endpoint. `measures` tells it, once."""

    def __init__(self, parts: Parts, endpoint: Endpoint, way: Way, own: str) -> None:
        self._parts = parts
        self._model = parts.model
        self._endpoint = endpoint
        self._way = way
        self._own = own
        self._open: set[str] = set()
        self._registered = Registered(parts, endpoint, self._open)
        self._behind: list[Measure] = []

    def measures(self) -> Measures:
        """What stands on the way, from the outermost router inwards, and what catches, from the innermost outwards."""
        self._look_at_top(self._way.levels[-1])
        found: list[Measure] = []
        for at in range(len(self._way.levels) - 1, -1, -1):
            found += self._at_level(at)
        found += self._on_route()
        catching = [msgspec.structs.replace(one, kind="error") for one in reversed(found) if self._catches(one)]
        return Measures((*found, *catching, *self._behind), frozenset(self._open))

    def _look_at_top(self, level: Level) -> None:
        """Whether the way begins at an application that is known."""
        if level.site.row < 0:
            owner = -2 - level.site.row
            if owner < 0 or not self._model.loaded.started(level.site.module, owner):
                self._open.add("application")
            return
        made = self._model.ask(self._model.values.of(level.site.module, level.site.row))
        states = {item.state for item in made.items if isinstance(item, External)}
        if not any(self._model.libraries.has_role(state, _APPLICATION, None) for state in states):
            self._open.add("mount")

    # one router

    def _at_level(self, at: int) -> list[Measure]:
        """What stands on one router before the registration that leads on."""
        level = self._way.levels[at]
        inner = self._way.levels[at - 1].site if at else None
        found = [*self._of_routes(level, inner), *self._of_puts(level, is_last=not at)]
        for hook in self._model.loaded.hooks(Spot(level.site.module, level.site.row), level.site.plugin):
            site = Site(level.site.module, level.site.row, hook)
            found += [
                met
                for put in self._parts.puts.on(site)
                for met in self._registered.met(put.call, put.fact.kind, put.rows)
            ]
        self._look_at_hands(level)
        found = self._in_order(found)
        # A parameter is looked at where the first route has it.
        first = next((index for index, met in enumerate(found) if met.is_on_path), len(found))
        measures = [met.measure for met in found]
        return [*measures[:first], *self._of_parameters(level), *measures[first:]]

    def _of_routes(self, level: Level, inner: Site | None) -> Iterator[Met]:
        marker = level.route
        path = joined(level.prefix, self._own)
        behind: list[Met] = []
        for route in self._parts.ways.on(level.site):
            spot = route.spot
            if (spot, route.turn) == (marker.spot, marker.turn):
                yield from self._registered.before(route, inner)
                continue
            if route.method == PARAMETER:
                continue
            covered = self._registered.covers(route, level.site, "", path)
            if covered is False or not (route.is_mount or self._registered.passes(route, path)):
                continue
            early = True if route.encapsulates and inner is None else self._is_before(route, level)
            catchers = [handler.spot for handler in route.handlers if self._registered.is_catcher(handler)]
            if early is not False:
                met = list(self._registered.of_route(route, level.site, path))
                if early and covered:
                    yield from met
                elif met:
                    self._open.add("path" if early else "order")
            elif covered:
                behind += self._registered.met(spot, "error", catchers)
        self._behind = [*(met.measure for met in self._in_order(behind)), *self._behind]

    def _is_before(self, route: Route, level: Level) -> bool | None:
        """Whether a registration stands before the one that leads on: what the function did that made the router comes
        before what its caller does.
        """
        if route.spot == level.route.spot:
            return route.turn < level.route.turn
        ways = self._parts.ways
        one, other = (ways.copies.depth(level.site, ways.sites(each)) for each in (route, level.route))
        if one != other and min(one, other) >= 0:
            return one > other
        return self._parts.start_up.is_before(route.spot, level.route.spot)

    def _of_puts(self, level: Level, *, is_last: bool) -> Iterator[Met]:
        marker = level.route.spot
        behind: list[Measure] = []
        for put in self._parts.puts.on(level.site):
            is_any = put.fact.late in _ALWAYS or (is_last and put.fact.late == "same")
            early = True if is_any else self._parts.start_up.is_before(put.call, marker)
            if early is None:
                self._open.add("order")
            elif early:
                met = list(self._registered.met(put.call, put.fact.kind, put.rows))
                if put.fact.kind == "error":
                    behind += [one.measure for one in met]
                else:
                    yield from met
        self._behind = [*behind, *self._behind]

    # the route itself

    def _of_parameters(self, level: Level) -> Iterator[Measure]:
        """What runs for the path parameters of the registration that leads on."""
        segments = {part for own in own_paths(level.route) for part in own.split("/")}
        for route in self._parts.ways.on(level.site):
            if route.method == PARAMETER:
                names = [name for name in route.paths if f":{name}" in segments]
                if names or not route.paths:
                    rows = [handler.spot for handler in route.handlers]
                    yield from (met.measure for met in self._registered.met(route.spot, "param", rows))

    def _on_route(self) -> Iterator[Measure]:
        """What the registration itself names before its handler."""
        route = self._endpoint.route
        spot = route.spot
        for handler in route.handlers[:-1]:
            if not self._registered.is_catcher(handler):
                yield self._registered.measure("middleware", handler.spot, spot)
        told: set[Spot] = set()
        for put in self._parts.puts.at_call(spot, route.state, "route"):
            for met in self._registered.met(spot, put.fact.kind, put.rows):
                told.add(met.measure.spot)
                if met.measure.kind == "error":
                    self._behind.insert(0, met.measure)
                else:
                    yield met.measure
        # One of a list of registrations: the call says of none of them what stands before it.
        for handler in route.before:
            if handler.spot not in told:
                yield self._registered.measure("pre-handler", handler.spot, spot)

    # measures

    def _catches(self, measure: Measure) -> bool:
        """Whether it is middleware that catches what the handlers behind it let out."""
        functions = [value for value in measure.values if isinstance(value, Closure)]
        return bool(functions) and measure.kind == "middleware" and all(map(self._parts.passing.catches, functions))

    def _in_order(self, found: Iterable[Met]) -> list[Met]:
        """Sorted as they are put there while the program starts."""
        first = sorted(found, key=lambda met: (self._parts.start_up.position(met.place), met.order))
        return sorted(first, key=cmp_to_key(self._compare))

    def _compare(self, one: Met, other: Met) -> int:
        if one.place == other.place:
            return -1 if one.order < other.order else 1
        early = self._parts.start_up.is_before(one.place, other.place)
        if early is None:
            early = self._parts.start_up.position(one.place) < self._parts.start_up.position(other.place)
        return -1 if early else 1

    def _look_at_hands(self, level: Level) -> None:
        """Whether the router is handed to a function that nobody knows, which may register more on it."""
        for route in self._parts.ways.on(level.site):
            body = self._model.link.body(route.module)
            callee = body.first[route.row]
            held = body.first[callee] if body.kind[callee] == Kind.MEMBER else -1
            if held < 0 or body.kind[held] != Kind.IDENT or body.binding[held] < 0:
                continue
            for ref in body.refs(body.binding[held]):
                call = body.parent[ref]
                if body.kind[call] == Kind.CALL and body.first[call] != ref and self._is_unknown(body.index, call):
                    self._open.add("handed on")

    def _is_unknown(self, m: int, call: int) -> bool:
        if call in self._model.link.import_calls[m]:
            return False
        found = self._model.ask(self._model.calls.run(m, call))
        return not found.items
