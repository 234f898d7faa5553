"""How messages name what starts code: `POST /upload`, the event `exit`, the job `0 3 * * *`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.route import Route

if TYPE_CHECKING:
    from reviewer.model.entries import Entry
    from reviewer.model.model import Model

EACH: Final = {
    "request": "request",
    "socket": "message",
    "listener": "event",
    "job": "run of the job",
    "loop": "turn of the loop",
    "timer": "tick of the timer",
    "command": "run of the command",
    "start-up": "start",
    "shut-down": "end of the process",
}
"""One time that an entry of each kind runs."""


_CONNECTION: Final = "connection"


def occurrence(model: Model, registered: Route | Entry | None, kind: str) -> str:
    """One time that an entry runs: `POST /upload`, event `exit`. To be read after `each`."""
    if isinstance(registered, Route):
        return _request(model, registered)
    names = registered.name if registered is not None else ()
    if kind == "timer":
        return f"{EACH[kind]} of {names[0].replace('_', '')} ms" if names else EACH[kind]
    if kind == "socket" and names[:1] == (_CONNECTION,):
        return _CONNECTION
    return f"{EACH[kind]} `{names[0]}`" if names else EACH[kind]


def _request(model: Model, route: Route) -> str:
    paths = [path for path in model.routes.full_paths(route) if path != "/"]
    path = paths[0] if paths else ""
    if route.is_mount:
        return f"request below `{path}`" if path else "request"
    return f"`{route.method} {path or '/'}`" if path or route.paths else f"{route.method} request"
