"""Measures in force: what stands before the handler of an endpoint on its way, and what catches behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from reviewer.model.decorated import Decorated
from reviewer.model.endpoints import own_paths
from reviewer.model.joined import joined
from reviewer.model.meant import Meant
from reviewer.model.measure import Measure, Measures
from reviewer.model.passage import Passage
from reviewer.model.passing import Passing
from reviewer.model.platform_routes import Around
from reviewer.model.put import Puts
from reviewer.model.registered import Parts
from reviewer.model.startup import StartUp
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.controllers import Controllers
    from reviewer.model.endpoints import Endpoint
    from reviewer.model.model import Model
    from reviewer.model.ways import Ways

_STAGES: Final = (
    *("on-request", "pre-parsing", "guard", "pre-validation", "schema", "pre-handler"),
    *("interceptor", "pipe", "reply", "error"),
)
"""The kinds of measures that come after middleware and plugins, in the order in which a request meets them."""


_GUARD: Final = "guard"
_UNGUARDED: Final = "no-guard"


class InForce:
    """The question `of`: the measures of an endpoint. Nothing is computed before it is asked."""

    def __init__(self, model: Model, ways: Ways, controllers: Controllers) -> None:
        meant, puts = Meant(model), Puts(model, ways)
        self._model, self._ways = model, ways
        self.parts = self._parts = Parts(model, ways, puts, meant, Passing(model), StartUp(model))
        self._decorated = Decorated(self._parts, controllers)
        self._around = Around(model, meant)
        self._known: dict[tuple[str, int, int, str], Measures] = {}

    def of(self, endpoint: Endpoint) -> Measures:
        """The measures in force at an endpoint, in order."""
        key = (endpoint.path, endpoint.module, endpoint.row, endpoint.method)
        found = self._known.get(key)
        if found is None:
            if endpoint.route.around:
                found = self._around.of(endpoint)
            elif endpoint.route.class_ >= 0:
                found = self._decorated.of(endpoint)
            else:
                found = self._on_all_ways(endpoint)
            found = self._known[key] = Measures(tuple(sorted(_lifted(found.items), key=_stage)), found.open)
        return found

    def _on_all_ways(self, endpoint: Endpoint) -> Measures:
        if self._model.link.body(endpoint.module).kind[endpoint.row] == Kind.FUNCTION:
            return Measures((), frozenset())  # nothing registers it
        lists = [
            Passage(self._parts, endpoint, way, own).measures()
            for way in self._ways.of(endpoint.route)
            for own in own_paths(endpoint.route)
            if joined(way.prefix, own) == endpoint.path
        ]
        if not lists:
            return Measures((), frozenset({"path"}))
        opened = frozenset[str]().union(*(each.open for each in lists))
        if any(each.items != lists[0].items for each in lists):
            opened |= {"several ways"}
        return Measures(lists[0].items, opened)


def _lifted(measures: Iterable[Measure]) -> list[Measure]:
    """The measures without the guards of all routes, where the route itself says that it has none."""
    found = list(measures)
    if all(measure.kind != _UNGUARDED for measure in found):
        return found
    return [measure for measure in found if measure.kind not in {_GUARD, _UNGUARDED}]


def _stage(measure: Measure) -> int:
    return _STAGES.index(measure.kind) if measure.kind in _STAGES else -1
