"""Functions that a platform runs: those of a serverless.yml, and of a template of CloudFormation or SAM."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import msgspec

from reviewer.source.manifests.blocks import scalar, scan

_HANDLER = re.compile(r"[\w./@+-]+")
_TYPES: Final = frozenset({"AWS::Serverless::Function", "AWS::Lambda::Function"})
_ENTRY_POINTS: Final = ("Metadata", "BuildProperties", "EntryPoints")
_AUTHORIZERS: Final = ("provider", "httpApi", "authorizers")
_ROUTE = re.compile(r"([A-Za-z]+|\*) +(/?[^\s:]*)|(/[^\s:]*|\*)")
_PAIR = re.compile(r"""([\w-]+)\s*:\s*("[^"]*"|'[^']*'|[^,{}]+)""")
_ANY: Final = frozenset({"", "*", "ANY", "any"})


class PlatformFunction(NamedTuple):
    """What a manifest calls a function, its file without the ending, what that exports it as, and its kinds of
    events, as the manifest names them; routes: see `Start`.
    """

    name: str
    file: str
    function: str
    events: tuple[str, ...] = ()
    routes: tuple[tuple[str, str, str], ...] = ()


class Event(msgspec.Struct):
    """One event that a manifest lists for a function, as far as it is read."""

    kind: str
    method: str = ""
    path: str = ""
    authorizer: str = ""

    def say(self, key: str, value: str) -> None:
        """Keep what a key of it says."""
        match key.lower():
            case "method":
                self.method = value
            case "path":
                self.path = value
            case "authorizer":
                self.authorizer = value
            case _:
                pass

    def route(self, authorizers: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """Its method, path and authorizer, where it has a path; `http` leaves the first slash out."""
        if self.path:
            method = "ALL" if self.method in _ANY else self.method.upper()
            path = "*" if self.path == "*" else f"/{self.path.lstrip('/')}"
            yield method, path, authorizers.get(self.authorizer, self.authorizer)


def listed_functions(text: str) -> Iterator[PlatformFunction]:
    """The functions of a serverless.yml."""
    handlers: dict[str, str] = {}
    events: dict[str, list[Event]] = {}
    authorizers: dict[str, str] = {}
    for path, value in scan(text):
        match path:
            case ("functions", name, "handler"):
                handlers[name] = value
            case ("functions", name, "events") if value:
                events.setdefault(name, []).append(listed_event(value))
            case ("functions", name, "events", *keys) if name in events:
                key = keys[0] if keys[1:] in ([], ["name"]) else ""
                events[name][-1].say(key, value)
            case (*above, name, "functionName") if tuple(above) == _AUTHORIZERS:
                authorizers[name] = value
            case _:
                pass
    for name, handler in handlers.items():
        yield from platform_function(name, "", handler, events.get(name, ()), authorizers)


def listed_event(text: str) -> Event:
    """An event on one line: `http`, `http: GET users`, `http: { method: GET, path: users }`."""
    kind, _, rest = text.partition(":")
    event = Event(kind.strip())
    rest = scalar(rest)
    if rest.startswith("{"):
        for key, value in _PAIR.findall(rest):
            event.say(key, scalar(value))
    elif (route := _ROUTE.fullmatch(rest)) is not None:
        event.method, event.path = route[1] or "", route[2] or route[3] or "/"
    return event


def template_functions(text: str) -> Iterator[PlatformFunction]:
    """The functions of a template; their files lie below the folder of their code."""
    types: dict[str, str] = {}
    said: dict[str, dict[str, str]] = {}
    events: dict[str, dict[str, Event]] = {}
    default: dict[str, str] = {}
    for path, value in scan(text):
        match path:
            case ("Globals", "Function", key):
                default[key] = value
            case ("Resources", name, "Type"):
                types[name] = value
            case ("Resources", name, "Properties", "Events", event, "Type"):
                events.setdefault(name, {}).setdefault(event, Event("")).kind = value
            case ("Resources", name, "Properties", "Events", event, "Properties", key):
                events.setdefault(name, {}).setdefault(event, Event("")).say(key, value)
            case ("Resources", name, "Properties", key):
                said.setdefault(name, {})[key] = value
            case ("Resources", name, *below) if tuple(below) == _ENTRY_POINTS and value:
                said.setdefault(name, {}).setdefault("entry", value)
            case _:
                pass
    for name, kind in types.items():
        if kind in _TYPES:
            own = {**default, **said.get(name, {})}
            code = own.get("CodeUri", "")
            handler = own.get("Handler", "")
            if own.get("entry"):
                handler = f"{own['entry'].rpartition('.')[0]}.{handler.rpartition('.')[2]}"
            folder = code if _HANDLER.fullmatch(code) else ""
            yield from platform_function(name, folder, handler, events.get(name, {}).values(), {})


def platform_function(
    name: str, folder: str, handler: str, events: Iterable[Event], authorizers: Mapping[str, str]
) -> Iterator[PlatformFunction]:
    """The function that a manifest describes, unless its handler is not told."""
    file, _, function = handler.rpartition(".")
    if file and "/" not in function and _HANDLER.fullmatch(file):
        target = f"{folder.rstrip('/')}/{file}" if folder else file
        kinds = tuple(dict.fromkeys(event.kind for event in events if event.kind))
        routes = tuple(dict.fromkeys(route for event in events for route in event.route(authorizers)))
        yield PlatformFunction(name, target, function, kinds, routes)
