"""nodemon.json: what nodemon runs where its command line names no file (nodemon, README, "Config files")."""

from __future__ import annotations

import re
from typing import Final

from reviewer.source.jsonc import JsonError, read_jsonc, string

_FILE: Final = "nodemon.json"
# `nodemon` with options at most, at the end of a simple command.
_BARE = re.compile(
    r"(?<![\w./-])nodemon(?:\s+(?:-q|-V|-L|--quiet|--verbose|--legacy-watch|--config[\s=]+([\w./-]{1,200})))*\s*(?=$|[;&|\"'])"
)
_MAX_CHARACTERS: Final = 2_000


def is_watcher(name: str) -> bool:
    """Whether a file of this name, in small letters, is a configuration of nodemon."""
    return name == _FILE


def watched_command(data: bytes) -> str:
    """The shell line that the configuration says is run; empty for none."""
    try:
        said = read_jsonc(data)
    except JsonError:
        return ""
    command, script = string(said.get("exec")), string(said.get("script"))
    line = f"{command or 'node'} {script}" if script else command
    return line if len(line) <= _MAX_CHARACTERS else ""


def with_watched(line: str, watched: str) -> str:
    """A script's line with what its `nodemon` runs in the place of it."""
    return _BARE.sub(lambda found: found[0] if found[1] not in {None, _FILE, f"./{_FILE}"} else watched, line)
