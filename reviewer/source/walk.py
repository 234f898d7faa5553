"""Lists the files of a folder that is no checkout: a walk that obeys the ignore files on its way."""

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec

from reviewer.finding import Gap, GapKind
from reviewer.source.ignore import IgnorePatterns
from reviewer.source.read import read_file

_NEVER_ENTERED = frozenset({".git", ".hg", ".svn", "node_modules"})
_MAX_ENTRIES = 1_000_000
_MAX_SECONDS = 60.0
_MAX_IGNORE_BYTES = 256 * 1024


class Walked(msgspec.Struct):
    """What a walk met: paths of files, links and special files, relative to the root with forward slashes."""

    paths: list[str] = []
    gaps: list[Gap] = []


class _Ignore(msgspec.Struct, frozen=True):
    """One ignore file: its folder's length with the slash, its patterns, and the ignore file that holds further up."""

    start: int
    patterns: IgnorePatterns
    above: _Ignore | None


def walk(root: Path) -> Walked:
    """All files below `root` that no `.gitignore` on their way excludes. Links are listed and never followed.

    `node_modules` and the folders of version control are not entered. A folder that can't be read is a gap.
    """
    found = Walked(paths=[], gaps=[])
    deadline = time.monotonic() + _MAX_SECONDS
    start = os.fspath(root)
    pending: list[tuple[str, _Ignore | None]] = [("", None)]
    entries = 0
    while pending:
        folder, ignore = pending.pop()
        try:
            with os.scandir(os.path.join(start, folder)) as listing:
                children = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in listing]
        except OSError as error:
            found.gaps.append(Gap(_shown(folder), 0, GapKind.UNREADABLE, f"folder cannot be read: {error.strerror}"))
            continue
        entries += len(children)
        if entries > _MAX_ENTRIES or time.monotonic() > deadline:
            found.gaps.append(
                Gap(_shown(folder), 0, GapKind.BUDGET, "the tree is too large to walk; the rest is left out")
            )
            break
        prefix = f"{folder}/" if folder else ""
        if any(name == ".gitignore" and not is_folder for name, is_folder in children):
            ignore = _read_ignore(root, prefix, ignore, found.gaps)
        for name, is_folder in children:
            if is_folder and name in _NEVER_ENTERED:
                continue
            path = prefix + name
            if ignore is not None and _is_ignored(f"{path}/" if is_folder else path, ignore):
                continue
            if is_folder:
                pending.append((path, ignore))
            else:
                found.paths.append(path)
    return found


def _read_ignore(root: Path, prefix: str, above: _Ignore | None, gaps: list[Gap]) -> _Ignore | None:
    path = f"{prefix}.gitignore"
    data = read_file(root, path, _MAX_IGNORE_BYTES)
    if isinstance(data, Gap):
        gaps.append(data)
        return above
    patterns = IgnorePatterns(data.decode("utf-8", "replace").splitlines())
    if patterns.refused:
        message = f"{len(patterns.refused)} ignore pattern(s) are invalid or have too many stars, and have no effect"
        gaps.append(Gap(_shown(path), 0, GapKind.UNREADABLE, message))
    return _Ignore(len(prefix), patterns, above) if patterns else above


def _is_ignored(path: str, ignore: _Ignore | None) -> bool:
    while ignore is not None:
        verdict = ignore.patterns.verdict(path[ignore.start :])
        if verdict is not None:
            return verdict
        ignore = ignore.above
    return False


def _shown(path: str) -> str:
    """The path without bytes that are no text, for reports."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
