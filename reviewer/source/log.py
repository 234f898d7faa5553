"""What a run has read of a tree: a name for each text, and the stamp by which the next run knows that it is the same.

A stamp is what the file system tells of a file without opening it. As in git's index, it proves something only where
the file had come to rest before it was read: what changes again within the same tick of a clock keeps its stamp.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from reviewer.finding import Gap

Read = tuple[str, int, bytes]
"""What was read: a path, the limit that held, and a name for what came of it."""
Stamp = tuple[int, int, int, int]
Stamped = tuple[str, int, bytes, Stamp]
"""The same, with the stamp of the file while it was so."""

_AT_REST: Final = 2_000_000_000  # nanoseconds: the coarsest clock of a file system, that of FAT
_MANY: Final = 1000


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp of a file with this status."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


class Log:
    """The texts that a run has read. `name` gives different bytes different names; `before` are the names that earlier
    runs have given to files of this root. `stamps`: those of the files when they were found, by path.
    """

    stamps: Mapping[str, Stamp] = MappingProxyType({})

    def __init__(self, root: Path, name: Callable[[bytes], bytes], before: Iterable[Stamped] = ()) -> None:
        self.read: dict[tuple[str, int], bytes] = {}
        self.is_consistent = True
        self._root = os.fspath(root)
        self._name = name
        self._before = {(path, limit): (name, stamp) for path, limit, name, stamp in before}
        self._begun = time.time_ns()
        self._is_new = False
        self._new: list[Read] = []

    def name_of(self, text: bytes | Gap) -> bytes:
        """The name of what a reading gave."""
        return self._name(text) if isinstance(text, bytes) else b"gap " + text.message.encode()

    def known(self, path: str, limit: int) -> bytes | None:
        """The name of a text that is the same as when it was named; None where that is not certain."""
        found = self._before.get((path, limit))
        if found is not None and found[1] == self.stamps.get(path):
            return found[0]
        self._is_new = True
        return None

    def add(self, reads: Iterable[Read]) -> None:
        """Take down what was read, here or in another process. Where a file was another before, it has been changed
        while the run was reading.
        """
        for path, limit, name in reads:
            before = self.read.get((path, limit))
            if before is None:
                self.read[path, limit] = name
                self._new.append((path, limit, name))
            elif before != name:
                self.is_consistent = False

    def taken(self) -> list[Read]:
        """What was taken down since this was last asked."""
        new, self._new = self._new, []
        return new

    def stamped(self, instead: Iterable[str]) -> list[Stamped] | None:
        """What the next run may know, without the texts that stand `instead` of files; None where it knows as much."""
        if not self._is_new and len(self.read) <= len(self._before) <= len(self.read) + _MANY:
            return None
        others = frozenset(instead)
        found: list[Stamped] = []
        for (path, limit), name in self.read.items():
            if path in others:
                continue
            stamp = self.stamps.get(path)
            # At rest before this run began, and still the same: it is this file that was read.
            if stamp and max(stamp[0], stamp[1]) + _AT_REST < self._begun and stamp == self._stamp(path):
                found.append((path, limit, name, stamp))
        new = {(path, limit): (name, stamp) for path, limit, name, stamp in found}
        return None if new == self._before else found

    def _stamp(self, path: str) -> Stamp | None:
        try:
            return stamp_of(os.lstat(f"{self._root}/{path}"))
        except (OSError, ValueError):
            return None
