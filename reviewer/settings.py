"""What one run was asked to do, after the command line has been read."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Options(msgspec.Struct, frozen=True):
    """The settings of one run.

    `paths` limit what is reported, not what is read; they exist, and are relative to the current folder or absolute.
    `root` is None where the engine is to find it. `rules` empty means all of the profile; `ignore` takes rules away.
    `timeout` is in seconds, None for none. `local` is False where settings and suppressions found in the reviewed tree
    must have no effect. `exclude` holds gitignore patterns relative to the root. `baseline` is a file of known
    findings; `changed_since` a revision of git: only what has to do with changes since then is told. `instead` holds
    texts that are reviewed instead of those on disk, by path below the root.
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
    baseline: Path | None = None
    changed_since: str = ""
    instead: dict[str, bytes] = {}
