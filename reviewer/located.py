"""Where a review begins: a repository whose files have been found, and none read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from reviewer.cache.entries import Cache
from reviewer.config.files import below_the_root
from reviewer.finding import Phase
from reviewer.settings import Options
from reviewer.source.compiled import leave_out_compiled
from reviewer.source.find import find
from reviewer.source.found import Found
from reviewer.source.log import Log, Stamped
from reviewer.source.root import resolve_root
from reviewer.source.tree import Tree

_FOLDER: Final = "names"
_MOST: Final = 64 << 20  # bytes


class Located(NamedTuple):
    """A repository whose files have been found, and none read."""

    tree: Tree
    found: Found
    phases: list[Phase]


def locate(options: Options) -> Located:
    """Find the files of a repository. Raises `UsageError` like `review`."""
    root = root_of(options)
    tree = Tree(root, options.instead, None if options.cache is None else _log(options.cache, root))
    phases: list[Phase] = []
    with timed(phases, "find"):
        found = find(tree.root, options.exclude, tree.instead)
        leave_out_compiled(found, tree.read, options.exclude)
        if options.local:
            found.gaps += below_the_root(found.paths)
        if tree.log is not None:
            tree.log.stamps = found.stamps
    return Located(tree, found, phases)


def _log(cache: Cache, root: Path) -> Log:
    before: list[Stamped] = []
    kept = cache.read(_names(cache, root))
    if kept is not None:
        with suppress(msgspec.DecodeError):
            before = msgspec.msgpack.decode(kept, type=list[Stamped])
    return Log(root, cache.digest, before)


def _names(cache: Cache, root: Path) -> str:
    return f"{_FOLDER}/{cache.digest(os.fsencode(root)).hex()}"


def keep_names(cache: Cache, tree: Tree) -> None:
    """Keep the names of what was read, so that the next run need not read what has not changed."""
    found = None if tree.log is None else tree.log.stamped(tree.instead)
    if found is not None:
        cache.write(_names(cache, tree.root), msgspec.msgpack.encode(found))
        cache.trim(_FOLDER, _MOST)


def root_of(options: Options) -> Path:
    """The root of a run. Raises `UsageError` where its paths have none."""
    return resolve_root(options.paths, options.root, may_be_missing=bool(options.instead))


@contextmanager
def timed(phases: list[Phase], name: str) -> Iterator[None]:
    """Add what it takes to the phase of this name."""
    begun = time.perf_counter()
    yield
    taken = time.perf_counter() - begun
    for at, phase in enumerate(phases):
        if phase.name == name:
            phases[at] = Phase(name, phase.seconds + taken)
            return
    phases.append(Phase(name, taken))
