"""Paths relative to the root, with forward slashes: joining, and the folders above one."""

from __future__ import annotations

from collections.abc import Iterator


def join(folder: str, path: str) -> str | None:
    """`path`, which may hold `.` and `..`, seen from `folder`; both relative to the root. None where it leaves it."""
    segments = folder.split("/") if folder else []
    for segment in path.split("/"):
        if segment == "..":
            if not segments:
                return None
            segments.pop()
        elif segment not in {"", "."}:
            segments.append(segment)
    return "/".join(segments)


def folder_of(path: str) -> str:
    """The folder of a file; the empty string is the root."""
    return path.rpartition("/")[0]


def upwards(folder: str) -> Iterator[str]:
    """The folder, then those above it, up to the root."""
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def is_below(path: str, folder: str) -> bool:
    """Whether a path lies at or below a folder or file; both relative to the root, which is `.` or empty."""
    return folder in {"", "."} or path == folder or path.startswith(folder.rstrip("/") + "/")
