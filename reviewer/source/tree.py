"""The tree of a review: the files below a root, some of them perhaps with another text than the one on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from reviewer.finding import Gap, GapKind
from reviewer.source.read import MAX_BYTES, read_file


class Tree(msgspec.Struct, frozen=True):
    """`instead` holds, by path, the texts that are reviewed instead of those on disk, whether there is one or not."""

    root: Path
    instead: Mapping[str, bytes] = {}

    def read(self, path: str, limit: int = MAX_BYTES) -> bytes | Gap:
        """The bytes of a file, as `read_file` gives them."""
        text = self.instead.get(path)
        if text is None:
            return read_file(self.root, path, limit)
        if len(text) > limit:
            return Gap(path, 0, GapKind.TOO_LARGE, f"is larger than {limit // 1024} kB")
        return text
