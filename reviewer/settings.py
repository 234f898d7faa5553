"""What one run was asked to do, after the command line and the settings of the repository have been read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from reviewer.finding import Severity

if TYPE_CHECKING:
    from reviewer.cache.entries import Cache


class State(StrEnum):
    """What settings make of a rule: it does not run, runs as its card says, or runs with a severity of their own."""

    OFF = "off"
    ON = "on"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


class Origin(msgspec.Struct, frozen=True, order=True, gc=False):
    """Where a setting stands: a file, relative to the root where it is `local`, and its 1-based line."""

    path: str
    line: int
    local: bool = True

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Ruling(msgspec.Struct, frozen=True):
    """What settings make of one rule, and why if they say it."""

    state: State
    origin: Origin
    reason: str = ""


class Override(msgspec.Struct, frozen=True):
    """What is different below some paths, which are gitignore patterns relative to the root. `rules` by id."""

    paths: tuple[str, ...]
    rules: Mapping[str, Ruling]
    origin: Origin


class Ignored(msgspec.Struct, frozen=True):
    """Findings that are not told: those of the rules in files that match one of the patterns. No reason is empty."""

    rules: tuple[str, ...]
    paths: tuple[str, ...]
    reason: str
    origin: Origin


class Folder(msgspec.Struct, frozen=True):
    """A folder of cards or library files. Of one that is not `trusted` no code is run and no link followed."""

    path: Path
    trusted: bool
    origin: Origin


class Former(msgspec.Struct, frozen=True):
    """A setting that calls a rule by a former id."""

    name: str
    today: str
    origin: Origin


class Settings(msgspec.Struct, frozen=True):
    """What files of settings say, merged: later ones have the last word on values and rules, and add to lists.

    `files` are those that were read, the weightiest first. `origins` tell of `profile`, `fail_on`, `baseline` and of
    each pattern of `include` and `exclude` where it stands, by `key` or `key pattern`.
    """

    files: tuple[str, ...] = ()
    profile: str | None = None
    fail_on: str | None = None
    baseline: Path | None = None
    rules: Mapping[str, Ruling] = {}
    overrides: tuple[Override, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    libraries: tuple[Folder, ...] = ()
    cards: tuple[Folder, ...] = ()
    former: tuple[Former, ...] = ()
    origins: Mapping[str, Origin] = {}


class Options(msgspec.Struct, frozen=True):
    """The settings of one run.

    `paths` limit what is reported, not what is read; they exist, and are relative to the current folder or absolute.
    `root` is None where the engine is to find it. `rules` empty means all of the profile; `ignore` takes rules away.
    `timeout` is in seconds, None for none. `local` is False where settings and suppressions found in the reviewed tree
    must have no effect. `exclude` holds gitignore patterns relative to the root of what is not read, `include` of what
    is reported (empty: all). `settings` are what the files say: rules, overrides, suppressions, folders; what they say
    of the other fields has been weighed against the command line already. `baseline` is a file of known findings;
    `changed_since` a revision of git: only what has to do with changes since then is told. `instead` holds texts that
    are reviewed instead of those on disk, by path below the root. `severity`: less grave findings are left out.
    `cache` keeps what the next run need not do again. `timings`: take the time of rules and questions.
    """

    paths: tuple[Path, ...] = (Path(),)
    root: Path | None = None
    rules: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: str = "default"
    jobs: int = 1
    timeout: float | None = None
    local: bool = True
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    settings: Settings = Settings()
    baseline: Path | None = None
    changed_since: str = ""
    instead: dict[str, bytes] = {}
    severity: Severity = Severity.NOTE
    cache: Cache | None = None
    timings: bool = False
