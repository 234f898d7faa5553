"""Entries of a cache: files in a folder, each sealed under the key of the person who runs this, and written whole."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import platformdirs

from reviewer.cache.engine import SIZE as ENGINE_SIZE
from reviewer.cache.engine import engine, stamp
from reviewer.cache.keys import READING, user_key

_MAGIC: Final = b"nodereview entry"
_SEAL: Final = 32
_HEAD: Final = len(_MAGIC) + ENGINE_SIZE + _SEAL
_UNFINISHED: Final = ".part"
_ENGINE: Final = "rules/engine"
_LARGEST: Final = 1 << 28  # bytes
_ALL_BYTES: Final = 1 << 30  # of a folder of the cache, with all that lies below; the longest unused goes first
ABANDONED: Final = 3600.0
"""Seconds after which what a run has begun to write will never be finished."""
FOLDERS: Final = ("modules", "names", "rules", "runs")
"""What a cache consists of, beside its key and the marks that keep other programs away."""
_MARKS: Final = {
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n",  # https://bford.info/cachedir/
    ".gitignore": b"*\n",
}


class Cache:
    """A folder of entries, by name: `rules/3f…`. What does not fit the key, the engine or its own name is not there."""

    def __init__(self, folder: Path, key: bytes, engine_name: bytes | None = None) -> None:
        """`engine_name`: of which engine the entries are, by default of this one."""
        self.folder = folder
        self._key = key
        self._engine = engine_name or _engine_kept(folder, key)

    def digest(self, *parts: bytes | memoryview) -> bytes:
        """A short name for these bytes, which nobody can foresee who does not have the key."""
        name = hashlib.blake2b(digest_size=16, key=self._key)
        for part in parts:
            name.update(len(part).to_bytes(8, "little"))
            name.update(part)
        return name.digest()

    def path(self, name: str) -> Path:
        """Where an entry lies."""
        return self.folder / name

    def read(self, name: str) -> memoryview | None:
        """What was written under a name; None where that is not there, or not as it was written."""
        data = _read(self.path(name))
        rest = memoryview(data)[_HEAD:]
        if len(data) < _HEAD or not hmac.compare_digest(data[:_HEAD], self._head(name, rest)):
            return None
        with suppress(OSError):
            os.utime(self.path(name))  # when it was last of use
        return rest

    def write(self, name: str, data: bytes | memoryview) -> bool:
        """Put an entry there, in place of any that is; False where that cannot be done."""
        return self.put(name, [self._head(name, data), data])

    def put(self, name: str, parts: list[bytes | memoryview]) -> bool:
        """Put a file there that is not sealed: whoever reads it has to know what it should hold."""
        path = self.path(name)
        beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}{_UNFINISHED}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with beside.open("xb") as stream:
                stream.writelines(parts)
            beside.replace(path)
        except OSError:
            with suppress(OSError):
                beside.unlink()
            return False
        return True

    def _head(self, name: str, data: bytes | memoryview) -> bytes:
        seal = hashlib.blake2b(digest_size=_SEAL, key=self._key)
        seal.update(self._engine)
        seal.update(f"{len(name)}:{name}".encode())
        seal.update(data)
        return _MAGIC + self._engine + seal.digest()

    def trim(self, name: str, most: int = _ALL_BYTES) -> None:
        """Remove what has not been of use for the longest time below a folder, until the rest is no larger than `most`
        bytes, and what runs that were killed have left.
        """
        found: list[tuple[float, int, Path]] = []
        for entry in _scanned(self.path(name)):
            inside = list(_files(entry))
            for file, status in inside:
                if file.name.endswith(_UNFINISHED) and time.time() - status.st_mtime > ABANDONED:
                    with suppress(OSError):
                        file.unlink()
            used = max((status.st_mtime for _, status in inside), default=0.0)
            found.append((used, sum(status.st_size for _, status in inside), entry))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= most:
                break
            _remove(path)
            total -= size


def _engine_kept(folder: Path, key: bytes) -> bytes:
    """The name of this engine, which takes reading all of it; an earlier run has read the files that lie here."""
    kept = Cache(folder, key, stamp())
    name = kept.read(_ENGINE)
    if name is None:
        name = memoryview(engine())
        kept.write(_ENGINE, name)
    return bytes(name)


def _read(path: Path) -> bytes:
    """What a file holds; nothing of what is no plain file, or larger than any entry."""
    try:
        descriptor = os.open(path, READING)
    except OSError:
        return b""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return b""
        with open(descriptor, "rb", closefd=False) as stream:
            return stream.read()
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _scanned(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries)
    except OSError:
        return []


def _files(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """An entry, or what lies directly in a folder; what is gone meanwhile is left out."""
    for file in [path, *_scanned(path)] if path.is_dir() and not path.is_symlink() else [path]:
        with suppress(OSError):
            status = file.lstat()
            if file != path or not path.is_dir():
                yield file, status


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def user_folder() -> Path:
    """Where caches of this person belong: `nodereview` in `$XDG_CACHE_HOME` or what the platform has instead."""
    return Path(platformdirs.user_cache_dir("nodereview", appauthor=False))


def open_cache(folder: Path | None = None) -> Cache | None:
    """The cache in a folder, without one that of the person; None where nothing can be kept."""
    own = user_folder()
    key = user_key(own)
    if key is None:
        return None
    if folder is None:
        return Cache(own, key)
    # What is planted there could lead what is written to another place.
    if any((folder / name).is_symlink() for name in (".", *FOLDERS, *_MARKS)):
        return None
    cache = Cache(folder, key)
    for name, text in _MARKS.items():
        if not (folder / name).exists():
            cache.put(name, [text])
    return cache


def clean(folder: Path | None = None) -> int:
    """Remove what is kept in a folder, without one in that of the person; gives how many bytes that were. The key
    stays: it is not kept for the next run, but for all.
    """
    top = user_folder() if folder is None else folder
    freed = 0
    for name in FOLDERS:
        if (top / name).is_symlink():
            continue
        for entry in _scanned(top / name):
            freed += sum(status.st_size for _, status in _files(entry))
            _remove(entry)
        with suppress(OSError):
            (top / name).rmdir()
    return freed
