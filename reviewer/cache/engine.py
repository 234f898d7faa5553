"""Which engine wrote an entry: everything that could make it read or decide differently, as one short name."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
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
def stamp() -> bytes:
    """A name for the files of this engine as they lie here, told without opening any: by their sizes and times."""
    return _name(
        lambda path, status: f"{path}:{status.st_size}:{status.st_mtime_ns}".encode("utf-8", "surrogateescape")
    )


@cache
def engine() -> bytes:
    """The name of this engine: of its version, files, rules, libraries and interpreter, by their bytes. Two that were
    installed at different times, as in CI, are the same; two in different folders are not: rules are known by path.
    """
    return _name(lambda path, _: path.encode("utf-8", "surrogateescape") + b":" + _bytes(path))


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:  # it is being installed anew
        return b""


def _name(told: Callable[[str, os.stat_result], bytes]) -> bytes:
    name = hashlib.blake2b(digest_size=SIZE)
    for text in (reviewer.__version__, sys.version, sys.byteorder, platform.machine()):
        name.update(f"{text}\0".encode())
    for path, status in _files():
        name.update(told(path, status))
        name.update(b"\0")
    return name.digest()


def _files() -> Iterator[tuple[str, os.stat_result]]:
    """The files of this engine and of the packages that it rests on; those that Python makes itself aside."""
    package = Path(reviewer.__file__).resolve().parent
    folders = [str(package)]
    if not (package / "_rules").is_dir():
        folders.append(str(package.parent / "rules"))
    for name in _PACKAGES:
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            folders.append(os.path.dirname(spec.origin))
    for pending in ([folder] for folder in folders):
        while pending:
            try:
                with os.scandir(pending.pop()) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError:  # a package that is not a folder on disk
                continue
            for entry in found:
                if entry.name == "__pycache__":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                elif entry.is_file():
                    yield entry.path, entry.stat()
