"""Limited paths: parameters of routes that the path itself lets through in one form only, `/:name([a-z0-9]+)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reviewer.model.narrow_patterns import is_narrow_pattern
from reviewer.model.route import Route

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.model.sources import Source

_PARAMS = "params"


class LimitedPaths:
    """Asked only for what is reported."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def limits(self, source: Source) -> bool:
        """Whether a parameter of a path holds names and numbers only, by the paths of all routes that reach where it is
        read.
        """
        name = source.name.rpartition(".")[2]
        if source.part != _PARAMS or not name.isidentifier():
            return False
        reached = self.model.entries.reaching_row(source.module, source.row)
        routes = [self.model.entries.registered(item) for item in reached.items]
        if reached.open or not routes:
            return False
        return all(isinstance(route, Route) and self._limits(route, name) for route in routes)

    def _limits(self, route: Route, name: str) -> bool:
        paths = self.model.routes.full_paths(route)
        pattern = re.compile(rf":{re.escape(name)}\((.+?)\)(?=$|[/.?*+-])")
        found = [pattern.search(path) for path in paths]
        return bool(found) and all(each is not None and is_narrow_pattern(f"/^{each[1]}$/") for each in found)
