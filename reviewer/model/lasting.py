"""Lasting: how long a call that blocks takes, as far as what it is given tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from reviewer.model.domain import Constant, Literal, Spot
from reviewer.model.endings import HOLE, Endings
from reviewer.model.given import inside
from reviewer.model.libraries.steps import Step
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.arguments import Argument
    from reviewer.model.domain import Atom
    from reviewer.model.model import Model

SMALL: Final = "small"
"""One file of the program's own, or the settings of one thing: read or written in a fraction of a millisecond."""
FOLDER: Final = "folder"
"""One folder, without those below it."""
COMMAND: Final = "command"
"""A program of the system that only looks something up, and ends at once: some milliseconds for its start."""

KEY: Final = "key"
"""A key of primes that is short enough to take a tenth of a second or less."""

_FILE: Final = "blocking.file"
_PATTERN: Final = "glob.pattern"
_BELOW: Final = "**"
_SETTINGS: Final = "file.settings"
_GROWING: Final = "file.growing"
_FILLED: Final = "folder.filled"
_LOOKING_UP: Final = "command.brief"
_BITS: Final = "key.bits"
_SHORT: Final = 2048
_SECRETS: Final = "member.secret"
_JOINED: Final = re.compile(r"[;&|\n]+|\$\(")


def lasting(model: Model, role: str, way: Sequence[Spot]) -> str:
    """What the call that blocks at the end of a way is known to work on: `small`, `folder`, `command` or `key`; empty
    where it may take long.
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
    sizes = model.sites.arguments_at(_BITS, module, call.row)
    if sizes:
        return KEY if _are_short(model, module, sizes) else ""
    texts = model.texts(module, first)
    if model.sites.arguments_at(_PATTERN, module, call.row):
        return FOLDER if texts and not any(_BELOW in text or HOLE in text for text in texts) else ""
    return COMMAND if texts and all(_looks_up(model, text) for text in texts) else ""


def _are_short(model: Model, module: Module, sizes: Sequence[Argument]) -> bool:
    """Whether a number of bits is written down, and a key of so many is made in about a tenth of a second."""
    held = {item for size in sizes for spot in _below(model, module, size) for item in _values(model, spot)}
    numbers = [item.text for item in held if isinstance(item, Constant) and item.kind == "number"]
    return 0 < len(numbers) == len(held) and all(text.isdigit() and int(text) <= _SHORT for text in numbers)


def _below(model: Model, module: Module, size: Argument) -> list[Spot]:
    spots = [Spot(module.index, size.argument)]
    for name in size.path:
        spots = [found for spot in spots for found in inside(model, spot, Step("member", name))]
    return spots


def _values(model: Model, spot: Spot) -> Iterable[Atom]:
    """What an expression may be, other than an object that holds the number."""
    items = model.ask(model.values.resolved(*spot)).items
    return (item for item in items if not isinstance(item, Literal))


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
