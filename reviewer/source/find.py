"""Finds the files of a repository that are worth reviewing, and counts what it leaves out."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from reviewer.finding import Gap, GapKind, UsageError
from reviewer.source.classes import FileClass, classify, is_code
from reviewer.source.foreign import Foreign
from reviewer.source.found import Found, LeftOut, Reason, SourceFile
from reviewer.source.git import GitFailure, checkout_of, listed_files, tracks_below
from reviewer.source.ignore import IgnorePatterns
from reviewer.source.log import Stamp, stamp_of
from reviewer.source.manifest_names import is_manifest
from reviewer.source.read import MAX_BYTES
from reviewer.source.walk import walk


def find(root: Path, exclude: Sequence[str] = (), instead: Mapping[str, bytes] = MappingProxyType({})) -> Found:
    """The files below `root`, an absolute folder; `exclude` holds patterns in the language of ignore files. `instead`
    holds texts that stand for files, whether these are on disk or not.

    In a checkout these are the files that git tracks or does not ignore; elsewhere a walk that obeys ignore files. No
    file is opened but ignore files, no link is followed. A pattern that takes back (`!lib/`) also takes back what would
    be left out for its name or folder, but node_modules. Raises UsageError for an invalid pattern in `exclude`.
    """
    excluded = _compile_exclude(exclude)
    gaps: list[Gap] = []
    names = _listed(root, gaps)
    left_out: list[LeftOut] = []
    listed = sorted({*_decoded(names, left_out, gaps), *instead})
    tree = _Tree(root)
    foreign = Foreign(frozenset(listed))
    files: list[SourceFile] = []
    paths: list[str] = []
    for path in listed:
        code = is_code(path)
        status = None if path in instead else tree.status(path)
        if status is None and path not in instead:
            continue
        if status is not None and not stat.S_ISREG(status.st_mode):
            reason = tree.reason_of_other(path, status)
            if reason is not None and (code or reason in {Reason.OUTSIDE_LINK, Reason.OTHER_CHECKOUT}):
                left_out.append(LeftOut(path.rstrip("/"), reason))
            continue
        said = excluded.verdict(path) if excluded else None
        if said:
            if code:
                left_out.append(LeftOut(path, Reason.EXCLUDED))
            continue
        if not code:
            paths.append(path)
            continue
        file_class = classify(path)
        because = foreign.reason(path)
        if said is False and because is not Reason.NODE_MODULES:
            because = None
        if because is None and file_class is FileClass.DECLARATION:
            because = Reason.DECLARATION
        size = len(instead[path]) if status is None else status.st_size
        if because is None and size > MAX_BYTES:
            because = Reason.TOO_LARGE
            gaps.append(Gap(path, 0, GapKind.TOO_LARGE, f"is larger than {MAX_BYTES // 1024} kB"))
        if because is not None:
            left_out.append(LeftOut(path, because))
            continue
        files.append(SourceFile(path, size, file_class))
        paths.append(path)
    gaps += tree.gaps
    return Found(
        files=files,
        paths=paths,
        manifests=[path for path in paths if is_manifest(path) and foreign.of_folder(path.rpartition("/")[0]) is None],
        links=tree.links,
        left_out_files=sorted(left_out),
        gaps=sorted(gaps),
        stamps=tree.stamps,
    )


def _compile_exclude(exclude: Sequence[str]) -> IgnorePatterns:
    patterns = IgnorePatterns(exclude)
    if patterns.refused:
        raise UsageError(f"The pattern {patterns.refused[0]!r} in `exclude` is not valid or has too many stars.")
    return patterns


def _listed(root: Path, gaps: list[Gap]) -> list[bytes] | list[str]:
    """The names below the root, from git where there is a checkout that knows this folder, else from a walk."""
    checkout = checkout_of(root)
    if checkout is not None:
        known = True if checkout == root else tracks_below(checkout, root)
        names = listed_files(checkout, root) if known is True else known
        if isinstance(names, GitFailure):
            message = f"{names.reason}; the folder was walked instead"
            gaps.append(Gap(".git" if checkout == root else "", 0, GapKind.UNREADABLE, message))
        elif isinstance(names, list):
            return names
    walked = walk(root)
    gaps += walked.gaps
    return walked.paths


def _decoded(names: list[bytes] | list[str], left_out: list[LeftOut], gaps: list[Gap]) -> list[str]:
    """The names as text. One that is not UTF-8 can't be written into any report: it is left out, with a gap."""
    paths: list[str] = []
    for name in names:
        raw = name if isinstance(name, bytes) else os.fsencode(name)
        try:
            paths.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            shown = raw.decode("utf-8", "backslashreplace")
            left_out.append(LeftOut(shown, Reason.UNNAMEABLE))
            gaps.append(Gap(shown, 0, GapKind.UNREADABLE, "its name is not UTF-8"))
    return paths


class _Tree:
    """The state of the listed paths on disk: what they are, and whether a link lies on the way to them."""

    def __init__(self, root: Path) -> None:
        self.links: dict[str, str] = {}
        self.gaps: list[Gap] = []
        self.stamps: dict[str, Stamp] = {}
        self._start = os.fspath(root).rstrip("/") + "/"
        self._real = os.path.realpath(root)
        self._plain = {"": True}

    def status(self, path: str) -> os.stat_result | None:
        """The status of the entry itself; None where it does not exist or is reached through a link only."""
        if not self._is_plain(path.rpartition("/")[0]):
            return None
        try:
            status = os.lstat(self._start + path.rstrip("/"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        except OSError as error:
            self.gaps.append(Gap(path, 0, GapKind.UNREADABLE, f"cannot be read: {error.strerror}"))
            return None
        self.stamps[path] = stamp_of(status)
        return status

    def reason_of_other(self, path: str, status: os.stat_result) -> Reason | None:
        """Why an entry that is no regular file is left out. A link that stays inside the root is kept in `links`."""
        if stat.S_ISDIR(status.st_mode):
            return Reason.OTHER_CHECKOUT
        if not stat.S_ISLNK(status.st_mode):
            return Reason.SPECIAL
        try:
            target = os.path.realpath(self._start + path, strict=True)
        except (OSError, ValueError):
            return Reason.BROKEN_LINK
        if not target.startswith(self._real.rstrip("/") + "/"):
            return Reason.OUTSIDE_LINK if target != self._real else Reason.LINK
        self.links[path] = target[len(self._real.rstrip("/")) + 1 :].replace(os.sep, "/")
        return Reason.LINK

    def _is_plain(self, folder: str) -> bool:
        """Whether the folder is reached through real folders only."""
        unknown: list[str] = []
        while folder not in self._plain:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        plain = self._plain[folder]
        for below in reversed(unknown):
            if plain:
                try:
                    plain = stat.S_ISDIR(os.lstat(self._start + below).st_mode)
                except (OSError, ValueError):
                    plain = False
            self._plain[below] = plain
        return plain
