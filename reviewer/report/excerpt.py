"""Lines of the reviewed files, for code frames: read from below the root only, and only when asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from reviewer.finding import Gap
from reviewer.source.read import read_file

_KEPT_FILES: Final = 32
_LONGEST_LINE: Final = 1 << 20


class Sources:
    """The files below a root. A file that can't be read, or lies outside by a link, has no lines and no bytes."""

    def __init__(self, root: Path, instead: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """`root` is absolute; `instead` holds texts that were reviewed instead of those on disk."""
        self._root = os.path.realpath(root)
        self._instead = instead
        self._inside = lru_cache(maxsize=None)(self._is_inside)
        self._lines = lru_cache(maxsize=_KEPT_FILES)(self._split)

    def data(self, path: str) -> bytes | None:
        """The bytes of the file at `path`, relative to the root."""
        if path in self._instead:
            return self._instead[path]
        if not self._inside(os.path.dirname(path)):
            return None
        data = read_file(Path(self._root), path)
        return None if isinstance(data, Gap) else data

    def line(self, path: str, number: int) -> str | None:
        """The 1-based line without its end; None where there is none, or one too long to show anything useful of.

        Bytes that are not UTF-8 become U+FFFD, as they do where columns are counted.
        """
        lines = self._lines(path)
        if not 1 <= number <= len(lines) or len(lines[number - 1]) > _LONGEST_LINE:
            return None
        return lines[number - 1].removesuffix(b"\r").decode("utf-8", "replace")

    def _split(self, path: str) -> list[bytes]:
        lines = (self.data(path) or b"").split(b"\n")
        if not lines[-1]:
            lines.pop()
        return lines

    def _is_inside(self, folder: str) -> bool:
        try:
            real = os.path.realpath(os.path.join(self._root, folder))
        except (OSError, ValueError):
            return False
        return real == self._root or real.startswith(os.path.join(self._root, ""))


def character_at(line: str, column: int) -> int:
    """The 0-based index of the character at a 1-based column of UTF-16 units, at most the length of the line."""
    units = max(column - 1, 0)
    if line.isascii() or units == 0:
        return min(units, len(line))
    before = line[:units].encode("utf-16-le", "surrogatepass")[: units * 2]
    return len(before.decode("utf-16-le", "ignore"))
