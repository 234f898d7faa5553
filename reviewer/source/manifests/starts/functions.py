"""Functions that a platform runs: those of a serverless.yml, and of a template of CloudFormation or SAM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reviewer.source.manifests.blocks import scan

_HANDLER = re.compile(r"[\w./@+-]+")
_TYPES: Final = frozenset({"AWS::Serverless::Function", "AWS::Lambda::Function"})
_ENTRY_POINTS: Final = ("Metadata", "BuildProperties", "EntryPoints")


class PlatformFunction(NamedTuple):
    """What a manifest calls a function, its file without the ending, what that exports it as, and its kinds of
    events, as the manifest names them.
    """

    name: str
    file: str
    function: str
    events: tuple[str, ...] = ()


def listed_functions(text: str) -> Iterator[PlatformFunction]:
    """The functions of a serverless.yml."""
    handlers: dict[str, str] = {}
    events: dict[str, list[str]] = {}
    for path, value in scan(text):
        if path[:1] != ("functions",) or len(path) != 3:
            continue
        if path[2] == "handler":
            handlers[path[1]] = value
        elif path[2] == "events" and value:
            events.setdefault(path[1], []).append(value.partition(":")[0].strip())
    for name, handler in handlers.items():
        yield from _function(name, "", handler, events.get(name, ()))


def template_functions(text: str) -> Iterator[PlatformFunction]:
    """The functions of a template; their files lie below the folder of their code."""
    types: dict[str, str] = {}
    said: dict[str, dict[str, str]] = {}
    events: dict[str, list[str]] = {}
    default: dict[str, str] = {}
    for path, value in scan(text):
        match path:
            case ("Globals", "Function", key):
                default[key] = value
            case ("Resources", name, "Type"):
                types[name] = value
            case ("Resources", name, "Properties", "Events", _, "Type"):
                events.setdefault(name, []).append(value)
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
            yield from _function(name, code if _HANDLER.fullmatch(code) else "", handler, events.get(name, ()))


def _function(name: str, folder: str, handler: str, events: list[str] | tuple[()]) -> Iterator[PlatformFunction]:
    file, _, function = handler.rpartition(".")
    if file and "/" not in function and _HANDLER.fullmatch(file):
        target = f"{folder.rstrip('/')}/{file}" if folder else file
        yield PlatformFunction(name, target, function, tuple(dict.fromkeys(events)))
