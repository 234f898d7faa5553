"""Lasting: how long a call that blocks takes, as far as what it is given tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from reviewer.model.endings import HOLE, Endings
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.domain import Spot
    from reviewer.model.model import Model

SMALL: Final = "small"
"""One file of the program's own, or the settings of one thing: read or written in a fraction of a millisecond."""
LEVEL: Final = "level"
"""One folder, without those below it."""
COMMAND: Final = "command"
"""A program of the system that only looks something up, and ends at once: some milliseconds for its start."""

_FILE: Final = "blocking.file"
_PATTERN: Final = "glob.pattern"
_BELOW: Final = "**"
_SETTINGS: Final = "file.settings"
_GROWING: Final = "file.growing"
_FILLED: Final = "folder.filled"
_LOOKING_UP: Final = "command.brief"
_SECRETS: Final = "member.secret"
_JOINED: Final = re.compile(r"[;&|\n]+|\$\(")


def lasting(model: Model, role: str, way: Sequence[Spot]) -> str:
    """What the call that blocks at the end of a way is known to work on: `small`, `level` or `command`; empty where it
    may take long.
    """
    *above, call = way
    module = model.link.body(call.module)
    if module.kind[call.row] != Kind.CALL or not module.args(call.row):
        return ""
    first = module.args(call.row)[0]
    if role == _FILE:
        if _is_secret(model, module, call.row):
            return SMALL
        names = Endings(model, tuple(above)).of(module, first)
        return SMALL if names and all(_is_small(model, name) for name in names) else ""
    texts = model.texts(module, first)
    if model.sites.arguments_at(_PATTERN, module, call.row):
        return LEVEL if texts and not any(_BELOW in text or HOLE in text for text in texts) else ""
    return COMMAND if texts and all(_looks_up(model, text) for text in texts) else ""


def _is_secret(model: Model, module: Module, call: int) -> bool:
    """Whether what is read becomes a key or a certificate: `options.cert = fs.readFileSync(file)`."""
    at = module.parent[call]
    if module.kind[at] == Kind.ASSIGN:
        at = module.first[at]
    is_member = at != call and module.kind[at] in {Kind.MEMBER, Kind.PROPERTY}
    return is_member and module.text(at) in model.libraries.words(_SECRETS)


def _looks_up(model: Model, command: str) -> bool:
    """Whether all programs that a command line starts only look something up."""
    brief = model.libraries.words(_LOOKING_UP)
    words = [part.split() for part in _JOINED.split(command) if part.strip(" )'\"")]
    return bool(words) and all(each and PurePosixPath(each[0]).name in brief for each in words)


def _is_small(model: Model, path: str) -> bool:
    """Whether a file is small by how its path ends."""
    *folders, last = path.replace("\\", "/").lower().split("/")
    ending = PurePosixPath(last).suffix or (last if last.startswith(".") else "")
    words = model.libraries.words
    if not words(_FILLED).isdisjoint(folders):
        return False
    return ending in words(_SETTINGS) or (bool(last) and HOLE not in last and ending not in words(_GROWING))
