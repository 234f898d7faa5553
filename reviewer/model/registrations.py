"""How a call of a library registers request handlers, read off the route rows of its place."""

from __future__ import annotations

from typing import NamedTuple

from reviewer.model.libraries.facts import RouteFact
from reviewer.model.libraries.steps import Path


class RouteInfo(NamedTuple):
    """How a call registers handlers: positions of the path (None: none is given) and of the first handler."""

    method: str
    path_argument: int | None
    path_optional: bool
    first_handler: int
    receiver_path: bool
    mount: bool
    error_arity: int


def route_info(fact: RouteFact) -> RouteInfo:
    """The row in terms of a call's arguments."""
    patterns = _arguments(fact.pattern)
    return RouteInfo(
        fact.method,
        patterns[0] if patterns else None,
        fact.path_optional,
        min(_arguments(fact.handlers), default=0),
        fact.receiver_path,
        fact.mount,
        fact.error_arity,
    )


def _arguments(paths: tuple[Path, ...]) -> list[int]:
    return [path[0].low for path in paths if path and path[0].kind == "argument"]
