"""The secret of a person that seals their cache: an entry that somebody else wrote does not fit it."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

SIZE: Final = 32
_NAME: Final = "key"
READING: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
"""How a file of the cache is opened: no link is followed, and a pipe in its place is not waited for."""


def user_key(folder: Path) -> bytes | None:
    """The key that lies in a folder of the person who runs this, made where there is none yet; None where none can be
    kept. One that others may read or have written is replaced.
    """
    path = folder / _NAME
    found = _read(path)
    if found is None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path)
        found = _read(path)
    return found


def _read(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, READING)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not _is_private(status):
            return None
        data = os.read(descriptor, SIZE + 1)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return data if len(data) == SIZE else None


def _is_private(status: os.stat_result) -> bool:
    user = getattr(os, "getuid", None)  # Windows has none: its profile folders are private
    return user is None or (status.st_uid == user() and not status.st_mode & 0o077)


def _write(path: Path) -> None:
    """Put a new key there. Of several runs that do this at once the last one wins; all read it again."""
    beside = path.with_name(f"{_NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(SIZE))
    finally:
        os.close(descriptor)
    beside.replace(path)
