"""The tree of a review: the files below a root, some of them perhaps with another text than the one on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from reviewer.finding import Gap, GapKind
from reviewer.source.read import MAX_BYTES, read_file

Read = tuple[str, int, bytes]
"""What was read: a path, the limit that held, and a name for what came of it."""


class Log:
    """What a run has read of its tree. `name` gives different bytes different names."""

    def __init__(self, name: Callable[[bytes], bytes]) -> None:
        self.read: dict[tuple[str, int], bytes] = {}
        self.is_consistent = True
        self._name = name
        self._new: list[Read] = []

    def name_of(self, text: bytes | Gap) -> bytes:
        """The name of what a reading gave."""
        return self._name(text) if isinstance(text, bytes) else b"gap " + text.message.encode()

    def note(self, path: str, limit: int, text: bytes | Gap) -> None:
        """Take down that this was read."""
        self.add([(path, limit, self.name_of(text))])

    def add(self, reads: list[Read]) -> None:
        """Take down what was read here or in another process. Where a file was another before, it has been changed
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


class Tree(msgspec.Struct, frozen=True):
    """`instead` holds, by path, the texts that are reviewed instead of those on disk, whether there is one or not.
    `log` is told what is read.
    """

    root: Path
    instead: Mapping[str, bytes] = {}
    log: Log | None = None

    def read(self, path: str, limit: int = MAX_BYTES) -> bytes | Gap:
        """The bytes of a file, as `read_file` gives them."""
        text = self._text(path, limit)
        if self.log is not None:
            self.log.note(path, limit, text)
        return text

    def _text(self, path: str, limit: int) -> bytes | Gap:
        text = self.instead.get(path)
        if text is None:
            return read_file(self.root, path, limit)
        if len(text) > limit:
            return Gap(path, 0, GapKind.TOO_LARGE, f"is larger than {limit // 1024} kB")
        return text
