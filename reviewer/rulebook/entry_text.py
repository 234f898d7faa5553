"""How messages name what starts code: `POST /upload`, the event `exit`, the job `0 3 * * *`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.logins import is_login
from reviewer.model.route import Route
from reviewer.source.module import Kind

if TYPE_CHECKING:
    from reviewer.model.entries import Entry
    from reviewer.model.model import Model
    from reviewer.model.ways_in import Reached

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
_ANY: Final = frozenset({"data", "message", "request"})
"""The names of events under which all comes that there is."""
_OF_REQUESTS: Final = frozenset({"request", "socket", "listener"})


def occurrence(model: Model, registered: Route | Entry | None, kind: str) -> str:
    """One time that an entry runs: `POST /upload`, event `exit`. To be read after `each`."""
    if isinstance(registered, Route):
        return _request(model, registered)
    if registered is not None and is_login(model, registered):
        return "login"
    names = registered.name if registered is not None else ()
    if kind == "timer":
        return f"{EACH[kind]} of {names[0].replace('_', '')} ms" if names else EACH[kind]
    if kind == "socket" and names[:1] == (_CONNECTION,):
        return _CONNECTION
    name = names[0] if names else _key(model, registered) if kind == "request" and registered is not None else ""
    return f"{EACH[kind]} `{name}`" if name else EACH[kind]


def is_named(model: Model, entry: Reached) -> bool:
    """Whether only what has a name leads to an entry: a route, a procedure, a message; not each request or message."""
    registered = model.entries.registered(entry)
    if isinstance(registered, Route):
        return not registered.is_mount and any(path != "/" for path in model.routes.full_paths(registered))
    if registered is None or entry.kind not in _OF_REQUESTS:
        return True
    if is_login(model, registered):
        return True
    return not _ANY.intersection(registered.name) and bool(registered.name or _key(model, registered))


def _key(model: Model, entry: Entry) -> str:
    """The name under which an object holds what registers an entry: `{ rename: procedure.mutation(…) }`."""
    module = model.link.body(entry.module)
    at = module.parent[entry.row]
    return module.text(at) if module.kind[at] == Kind.PROPERTY else ""


def _request(model: Model, route: Route) -> str:
    paths = [path for path in model.routes.full_paths(route) if path != "/"]
    path = paths[0] if paths else ""
    if route.handlers and all(handler.is_error_handler for handler in route.handlers):
        return f"failed request below `{path}`" if path else "failed request"
    if route.is_mount:
        return f"request below `{path}`" if path else "request"
    return f"`{route.method} {path or '/'}`" if path or route.paths else f"{route.method} request"
