"""Process files: Procfile, compose files, and the JSON of a process manager."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.source.jsonc import JsonError, read_jsonc, string
from reviewer.source.manifests.blocks import scan
from reviewer.source.manifests.starts.options import NODE_ARGUMENTS, rejections_mode, with_variable

_PROCESS = re.compile(r"^([\w-]+):[ \t]*(\S.*)$", re.MULTILINE)


def procfile_commands(text: str) -> Iterator[tuple[str, str]]:
    """The processes of a Procfile: name and shell line."""
    for found in _PROCESS.finditer(text):
        yield found[1], found[2]


def compose_commands(text: str) -> Iterator[tuple[str, str]]:
    """The services of a compose file that run a command of their own: name and shell line."""
    words: dict[str, list[str]] = {}
    settings: dict[str, str] = {}
    for path, value in scan(text):
        if len(path) == 3 and path[0] == "services" and path[2] == "command" and value:
            words.setdefault(path[1], []).append(value)
        elif path[:1] == ("services",) and path[2:3] == ("environment",) and value:
            settings[path[1]] = f"{settings.get(path[1], '')}{'='.join((*path[3:], value))};"
    for service, parts in words.items():
        yield service, with_variable(" ".join(parts), settings.get(service, ""))


def process_commands(data: bytes) -> Iterator[tuple[str, str]]:
    """The apps of a process manager's JSON file: name and shell line."""
    try:
        apps = read_jsonc(data).get("apps")
    except JsonError:
        return
    for app in apps if isinstance(apps, list) else [apps]:
        if isinstance(app, dict) and isinstance(app.get("script"), str):
            line = f"{app['script']} {string(app.get('args'))}".rstrip()
            said = [app.get(key) for key in ("env", *NODE_ARGUMENTS)]
            if mode := rejections_mode(map(str, said)):
                line = f"node --unhandled-rejections={mode} {line}"
            yield string(app.get("name")), line
