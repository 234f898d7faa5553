"""Which engine wrote an entry: everything that could make it read or decide differently, as one short name."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import reviewer

SIZE: Final = 16
"""Bytes of the name of an engine."""

# What parses, decodes, compares versions or matches paths for us: another release may do it otherwise.
_PACKAGES: Final = (
    *("msgspec", "pathspec", "semantic_version", "tree_sitter", "tree_sitter_javascript", "tree_sitter_typescript"),
    "yaml",
)


@cache
def engine() -> bytes:
    """The name of this engine: of its version, files, rules, libraries and interpreter. No file is opened for it: a
    file counts as changed where its size or the time of its last change is another.
    """
    name = hashlib.blake2b(digest_size=SIZE)
    for told in _told():
        name.update(told.encode("utf-8", "surrogateescape"))
        name.update(b"\0")
    return name.digest()


def _told() -> Iterator[str]:
    yield from (reviewer.__version__, sys.version, sys.byteorder, platform.machine())
    package = Path(reviewer.__file__).resolve().parent
    yield from _files(str(package))
    if not (package / "_rules").is_dir():
        yield from _files(str(package.parent / "rules"))
    for name in _PACKAGES:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            yield from _files(os.path.dirname(spec.origin))


def _files(folder: str) -> Iterator[str]:
    """Each file below a folder with its size and time, those that Python makes itself aside."""
    pending = [folder]
    while pending:
        at = pending.pop()
        try:
            with os.scandir(at) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:  # a package that is not a folder on disk
            continue
        for entry in found:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(entry.path)
            else:
                status = entry.stat()
                yield f"{entry.path}:{status.st_size}:{status.st_mtime_ns}"
