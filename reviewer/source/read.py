"""Reads one file of the tree, whatever it is: never a link, a device or a pipe, and never more than a limit."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from reviewer.finding import Gap, GapKind

MAX_BYTES: Final = 16 * 1024 * 1024

# Without O_NONBLOCK the opening of a pipe that took the file's place would wait for ever.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_file(root: Path, path: str, limit: int = MAX_BYTES) -> bytes | Gap:
    """The bytes of the file at `path` below `root`, or the gap that says why they can't be had.

    A file longer than `limit` bytes, a link, and whatever is not a regular file give gaps. Raises nothing.
    """
    try:
        descriptor = os.open(os.path.join(root, path), _FLAGS)
    except (OSError, ValueError) as error:
        return Gap(path, 0, GapKind.UNREADABLE, f"cannot be opened: {_reason(error)}")
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Gap(path, 0, GapKind.UNREADABLE, "is not a regular file")
        if status.st_size > limit:
            return _too_large(path, limit)
        data = _read_at_most(descriptor, limit + 1)
    except OSError as error:
        return Gap(path, 0, GapKind.UNREADABLE, f"cannot be read: {_reason(error)}")
    finally:
        os.close(descriptor)
    return _too_large(path, limit) if len(data) > limit else data


def _read_at_most(descriptor: int, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit
    while left > 0:
        part = os.read(descriptor, min(left, 1 << 20))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(path: str, limit: int) -> Gap:
    return Gap(path, 0, GapKind.TOO_LARGE, f"is larger than {limit // 1024} kB")


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
