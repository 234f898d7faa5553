"""Lasting: how long a call that blocks takes, as far as what it is given tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from reviewer.model.bounds import values_written
from reviewer.model.domain import Closure, External, Spot
from reviewer.model.member_values import values_of_members
from reviewer.model.shifted import of_parameter
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
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
_HOLE: Final = ":?"
_STEPS: Final = 6
_SETTINGS: Final = frozenset(
    {
        ".cer",
        ".cfg",
        ".cnf",
        ".conf",
        ".crt",
        ".csr",
        ".env",
        ".ini",
        ".json",
        ".json5",
        ".jsonc",
        ".key",
        ".pem",
        ".pub",
    }
    | {".properties", ".toml", ".yaml", ".yml"}
)
"""How names of files end in which programs keep settings and keys: those are small, whoever chooses which one."""
_GROWING: Final = frozenset(
    {".7z", ".avi", ".bin", ".bmp", ".bz2", ".csv", ".dat", ".data", ".db", ".doc", ".docx", ".dump", ".gif", ".gz"}
    | {".geojson", ".iso", ".jpeg", ".jpg", ".jsonl", ".log", ".mdb", ".mkv", ".mov", ".mp3", ".mp4", ".ndjson", ".ods"}
    | {".ogg", ".out", ".parquet", ".pdf", ".png", ".rar", ".rdb", ".sqlite", ".sqlite3", ".tar", ".tgz"}
    | {".tiff", ".tsv", ".wav", ".webm", ".webp", ".xls", ".xlsx", ".xml", ".xz", ".zip", ".zst"}
)
"""How names of files end that hold what others have made, or more with each day."""
_FILLED: Final = frozenset({"backup", "backups", "log", "logs", "tmp", "temp", "upload", "uploads"})
"""The names of folders for what others have made."""
_LOOKING_UP: Final = frozenset(
    {"arch", "basename", "command", "crontab", "cut", "date", "df", "dirname", "echo", "fuser", "getconf", "getent"}
    | {"grep", "groups", "head", "hostname", "id", "kill", "killall", "ls", "lsof", "nproc", "pgrep", "pidof", "pkill"}
    | {"printenv", "printf", "ps", "pwd", "readlink", "stat", "tail", "test", "tr", "true", "tty", "uname", "uptime"}
    | {"wc", "where", "whereis", "which", "who", "whoami"}
)
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
        names = _Names(model, tuple(above)).of(module, first)
        return SMALL if names and all(map(_is_small, names)) else ""
    texts = model.texts(module, first)
    if model.sites.arguments_at(_PATTERN, module, call.row):
        return LEVEL if texts and not any(_BELOW in text or _HOLE in text for text in texts) else ""
    return COMMAND if texts and all(map(_looks_up, texts)) else ""


def _looks_up(command: str) -> bool:
    """Whether all programs that a command line starts only look something up."""
    words = [part.split() for part in _JOINED.split(command) if part.strip(" )'\"")]
    return bool(words) and all(each and PurePosixPath(each[0]).name in _LOOKING_UP for each in words)


def _is_small(path: str) -> bool:
    """Whether a file is small by how its path ends."""
    *folders, last = path.replace("\\", "/").lower().split("/")
    ending = PurePosixPath(last).suffix or (last if last.startswith(".") else "")
    if not _FILLED.isdisjoint(folders):
        return False
    return ending in _SETTINGS or (bool(last) and _HOLE not in last and ending not in _GROWING)


class _Names:
    """How the paths end that an expression may be, `:?` for what is not known.

    way: the calls that lead to the function of the expression: what they give is what its parameters are.
    """

    def __init__(self, model: Model, way: tuple[Spot, ...], steps: int = _STEPS) -> None:
        self.model = model
        self.way = way
        self.steps = steps

    def of(self, module: Module, row: int) -> frozenset[str]:
        """Empty where nothing is known."""
        texts = self.model.texts(module, row)
        if texts or self.steps <= 0:
            return frozenset(texts)
        match module.kind[row]:
            case Kind.BINARY if module.text(row) == "+":
                return frozenset(_HOLE + end for end in self._below(module, [module.op(row, 1)]))
            case Kind.CONDITIONAL:
                return self._below(module, [module.op(row, 1), module.op(row, 2)])
            case Kind.LOGICAL:  # `process.env.FILE || './settings.json'`: what is set in its place is of its kind
                return self._below(module, [module.op(row, 1)])
            case Kind.IDENT:
                return self._below(module, values_written(module, row)) or self._handed(module, row)
            case Kind.MEMBER:
                return self._held(module, row)
            case Kind.CALL:
                return self._given_back(module, row)
            case _:
                return frozenset()

    def _below(self, module: Module, rows: Iterable[int]) -> frozenset[str]:
        """The endings of several expressions; empty where those of one are not known."""
        below = _Names(self.model, self.way, self.steps - 1)
        found = [below.of(module, row) for row in rows]
        return frozenset().union(*found) if found and all(found) else frozenset()

    def _handed(self, module: Module, name: int) -> frozenset[str]:
        """The endings of what the last call of the way gives to a parameter."""
        binding = module.binding[name]
        targets = module.writes(binding) if binding >= 0 else ()
        own = of_parameter(module, targets[0]) if len(targets) == 1 else None
        if own is None or not self.way:
            return frozenset()
        *above, call = self.way
        body = self.model.link.body(call.module)
        arguments = body.args(call.row) if body.kind[call.row] in {Kind.CALL, Kind.NEW} else ()
        if own[1] >= len(arguments) or any(body.kind[each] == Kind.SPREAD for each in arguments):
            return frozenset()
        return _Names(self.model, tuple(above), self.steps).of(body, arguments[own[1]])

    def _held(self, module: Module, member: int) -> frozenset[str]:
        """The endings of what members of a name are given."""
        values = values_of_members(self.model, module, member)
        below = _Names(self.model, (), self.steps - 1)
        found = [below.of(self.model.link.body(spot.module), spot.row) for spot in values]
        return frozenset().union(*found) if found and all(found) else frozenset()

    def _given_back(self, module: Module, call: int) -> frozenset[str]:
        """The endings of what a call gives: those of its last argument where a library joins them to a path."""
        callees = self.model.ask(self.model.calls.callees(module.index, call)).items
        functions = [item for item in callees if isinstance(item, Closure)]
        libraries = [item for item in callees if isinstance(item, External) and item.state]
        if functions and len(functions) == len(callees):
            below = _Names(self.model, (*self.way, Spot(module.index, call)), self.steps - 1)
            found = [
                below.of(self.model.link.body(function.module), row)
                for function in functions
                for row in self.model.link.returned(function.module, function.row)
            ]
            return frozenset().union(*found) if found and all(found) else frozenset()
        is_joined = libraries and all(
            any(
                flow.keeps == "text" and flow.place == "argument"
                for flow in self.model.libraries.text_flows(item.state)
            )
            for item in libraries
        )
        return self._below(module, module.args(call)[-1:]) if is_joined else frozenset()
