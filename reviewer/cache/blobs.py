"""Blobs: many pieces of data under one name of the cache, read one at a time, written together.

They lie one after the other in segments, files that never change. An index, which is sealed, says where each lies and
what its digest is: so a piece that is opened late costs nothing before, and one that was damaged is found out when it
is opened.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from typing import Final

import msgspec

from reviewer.cache.entries import ABANDONED, Cache
from reviewer.cache.keys import READING

_SEGMENT: Final = re.compile(r"[0-9a-f]{32}\Z")
_MOST_SEGMENTS: Final = 12
_SPARE: Final = 16 << 20  # bytes of what is out of use that are kept in any case: branches are left and come back


class _At(msgspec.Struct, array_like=True, gc=False):
    """Where a blob lies: the number of its segment, its offset and length, its digest."""

    segment: int
    offset: int
    length: int
    digest: bytes


class _Index(msgspec.Struct, array_like=True):
    segments: list[str] = []
    sizes: list[int] = []
    at: dict[bytes, _At] = {}


_DECODER: Final = msgspec.msgpack.Decoder(_Index)


class Blobs:
    """The pieces under one name. Several runs may have it open: each reads what it has seen, the last one to write
    says what the next ones see.
    """

    def __init__(self, cache: Cache, name: str) -> None:
        self._cache = cache
        self._name = name
        self._index = _Index()
        found = cache.read(f"{name}/index")
        if found is not None:
            with suppress(msgspec.DecodeError):  # it is sealed: nobody but another engine of this name wrote it
                self._index = _DECODER.decode(found)
        self._open: dict[int, int | None] = {}
        self._new: dict[bytes, bytes | memoryview] = {}
        self._used: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._index.at)

    def kept(self) -> list[bytes]:
        """The keys of what earlier runs have put."""
        return list(self._index.at)

    def name_of(self, *parts: bytes) -> bytes:
        """A name for what is made of these bytes."""
        return self._cache.digest(*parts)

    def get(self, key: bytes) -> bytes | None:
        """A piece as it was put; None where there is none, or where it was damaged."""
        at = self._index.at.get(key)
        if at is None:
            return None
        data = self._read(at)
        if data is None or self._cache.digest(key, data) != at.digest:
            return None
        self._used.add(key)
        return data

    def keep(self, key: bytes) -> bool:
        """Take a piece as being of use without opening it; False where there is none."""
        self._used.add(key)
        return key in self._index.at

    def put(self, key: bytes, data: bytes | memoryview) -> None:
        """Keep a piece from the next `save` on."""
        self._new[key] = data
        self._used.add(key)

    def forget(self) -> None:
        """Let the next run begin anew: something that it would find here is damaged."""
        with suppress(OSError):
            self._cache.path(f"{self._name}/index").unlink()

    def save(self) -> None:
        """Write what was put. What was of no use in this run stays while there is little of it."""
        if not self._new:
            return
        index = self._index
        live = {key: at for key, at in index.at.items() if key not in self._new}
        useful = sum(at.length for key, at in live.items() if key in self._used)
        spare = sum(index.sizes) - useful
        segments, sizes = list(index.segments), list(index.sizes)
        parts: list[bytes | memoryview] = []
        written: dict[bytes, _At] = {}
        end = 0
        number = len(segments)
        if spare > useful + _SPARE or len(segments) >= _MOST_SEGMENTS:
            segments, sizes, number = [], [], 0
            for key, at in live.items():
                data = self._read(at) if key in self._used else None
                if data is not None:
                    parts.append(data)
                    written[key] = _At(0, end, at.length, at.digest)
                    end += at.length
            live = {}
        for key, new in self._new.items():
            parts.append(new)
            written[key] = _At(number, end, len(new), self._cache.digest(key, new))
            end += len(new)
        segment = secrets.token_hex(16)
        if not self._cache.put(f"{self._name}/{segment}", parts):
            return
        fresh = _Index([*segments, segment], [*sizes, end], live | written)
        if self._cache.write(f"{self._name}/index", msgspec.msgpack.encode(fresh)):
            self._sweep(frozenset(fresh.segments), frozenset(index.segments))
            self._cache.trim(self._name.rpartition("/")[0])
        self._new = {}

    def _sweep(self, of_use: frozenset[str], before: frozenset[str]) -> None:
        """Remove segments that no index names: those that this run gave up, and old ones that nobody took up."""
        with suppress(OSError), os.scandir(self._cache.path(self._name)) as entries:
            for entry in entries:
                if _SEGMENT.match(entry.name) and entry.name not in of_use:
                    is_old = time.time() - entry.stat(follow_symlinks=False).st_mtime > ABANDONED
                    if entry.name in before or is_old:
                        os.unlink(entry.path)

    def _read(self, at: _At) -> bytes | None:
        if at.segment not in self._open:
            self._open[at.segment] = self._opened(self._index.segments[at.segment])
        descriptor = self._open[at.segment]
        if descriptor is None:
            return None
        try:
            if hasattr(os, "pread"):
                return os.pread(descriptor, at.length, at.offset)
            os.lseek(descriptor, at.offset, os.SEEK_SET)  # Windows does not fork: nobody else moves this
            return os.read(descriptor, at.length)
        except (OSError, OverflowError, ValueError):
            return None

    def _opened(self, segment: str) -> int | None:
        if not _SEGMENT.match(segment):
            return None
        try:
            return os.open(self._cache.path(f"{self._name}/{segment}"), READING)
        except OSError:
            return None

    def close(self) -> None:
        """Close the segments."""
        for descriptor in self._open.values():
            if descriptor is not None:
                os.close(descriptor)
        self._open = {}
