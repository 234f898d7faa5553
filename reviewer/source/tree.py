"""The tree of a review: the files below a root, some of them perhaps with another text than the one on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from reviewer.finding import Gap, GapKind
from reviewer.source.log import Log
from reviewer.source.read import MAX_BYTES, read_file


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
            self.log.add([(path, limit, self.log.name_of(text))])
        return text

    def name(self, path: str, log: Log, limit: int = MAX_BYTES) -> bytes:
        """The name that `log`, that of this tree, gives to the text of a file; which is read where it may have changed
        since that name was given.
        """
        name = None if path in self.instead else log.known(path, limit)
        if name is None:
            name = log.name_of(self._text(path, limit))
        log.add([(path, limit, name)])
        return name

    def _text(self, path: str, limit: int) -> bytes | Gap:
        text = self.instead.get(path)
        if text is None:
            return read_file(self.root, path, limit)
        if len(text) > limit:
            return Gap(path, 0, GapKind.TOO_LARGE, f"is larger than {limit // 1024} kB")
        return text
