"""Loads: which of the files that look like pages load what servers are written with; told from their text alone."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

import msgspec

from reviewer.cache.blobs import Blobs
from reviewer.finding import Gap
from reviewer.source.tree import Tree

_KIND: Final = b"l"


class Loads:
    """Whether the text of a file matches `pattern`; as an earlier run has found of the same text, where `kept` has it.
    A file that can't be read may load anything.
    """

    def __init__(self, tree: Tree, pattern: re.Pattern[bytes], kept: Blobs | None) -> None:
        self._tree = tree
        self._pattern = pattern
        self._kept = kept
        self._name = b""
        self._before: dict[bytes, bool] = {}
        self._told: dict[bytes, bool] = {}
        if kept is not None:
            self._name = _KIND + kept.name_of(pattern.pattern)
            data = kept.get(self._name)
            if data is not None:
                with suppress(msgspec.DecodeError):
                    self._before = msgspec.msgpack.decode(data, type=dict[bytes, bool])

    def __call__(self, path: str) -> bool:
        """Whether the file at a path loads something of it."""
        log = self._tree.log
        name = b"" if log is None or not self._before else self._tree.name(path, log)
        found = self._before.get(name)
        if found is None:
            text = self._tree.read(path)
            found = isinstance(text, Gap) or self._pattern.search(text) is not None
            name = b"" if log is None else log.name_of(text)
        self._told[name] = found
        return found

    def save(self) -> None:
        """Keep what was found, for the next run."""
        if self._kept is not None and self._told != self._before:
            self._kept.put(self._name, msgspec.msgpack.encode(self._told))
