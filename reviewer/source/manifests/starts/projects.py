"""Projects of a build tool: nest-cli.json, and the targets of angular.json and project.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reviewer.source.jsonc import JsonError, read_jsonc, string

_ENTRIES = ("main", "browser", "server")
_LIBRARY = "library"


class Entry(NamedTuple):
    """The name of a project, the file it begins with as written, and whether it is a library."""

    name: str
    file: str
    is_library: bool


def nest_entries(data: bytes) -> Iterator[Entry]:
    """What the projects of a nest-cli.json begin with: `src/main` unless they say so."""
    top = _members(data)
    root = string(top.get("sourceRoot")) or "src"
    projects = top.get("projects")
    entry = string(top.get("entryFile")) or "main"
    yield Entry("", f"{root}/{entry}", is_library=False)
    for name, project in projects.items() if isinstance(projects, dict) else ():
        if isinstance(project, dict):
            source = string(project.get("sourceRoot")) or f"{string(project.get('root'))}/src"
            file = f"{source}/{string(project.get('entryFile')) or entry}"
            yield Entry(str(name), file, is_library=project.get("type") == _LIBRARY)


def target_entries(data: bytes) -> Iterator[Entry]:
    """What the targets of the projects in an angular.json, workspace.json or project.json are built from."""
    top = _members(data)
    projects = top.get("projects")
    found = projects.items() if isinstance(projects, dict) else [(string(top.get("name")), top)]
    for name, project in found:
        if not isinstance(project, dict):
            continue
        targets = project.get("architect") or project.get("targets")
        for target in targets.values() if isinstance(targets, dict) else ():
            options = target.get("options") if isinstance(target, dict) else None
            for key in _ENTRIES:
                if isinstance(options, dict) and string(options.get(key)):
                    is_library = project.get("projectType") == _LIBRARY
                    yield Entry(str(name), string(options.get(key)), is_library=is_library)


def _members(data: bytes) -> dict[str, object]:
    try:
        return read_jsonc(data)
    except JsonError:
        return {}
