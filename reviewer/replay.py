"""Replaying: a run that would read and decide what an earlier one did gives the review that was kept of that one.

What was kept holds as long as the rules, the settings and the question are the same, the tree has the same files, and
every file that was read, of whatever kind, has the same bytes; `reviewer.source.log` says when none need be opened for
that.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from reviewer.cache.entries import Cache
from reviewer.finding import Review
from reviewer.located import Located
from reviewer.quiet.narrow import Narrowing
from reviewer.rulebook.card import Card
from reviewer.settings import Folder, Options
from reviewer.source.log import Read
from reviewer.source.read import read_file

_MOST: Final = 32 << 20  # bytes for the runs of one repository
_FOLDER: Final = "runs"


class _Run(msgspec.Struct, array_like=True):
    """What was read, and what came of it."""

    reads: list[Read]
    review: Review


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return os.fspath(value)
    message = f"not kept: {type(value).__name__}"
    raise TypeError(message)


def _opened(kind: type, value: Any) -> Any:  # noqa: ANN401 - what msgspec hands over
    return Path(value) if issubclass(kind, Path) else value


_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=_plain)
_DECODER: Final = msgspec.msgpack.Decoder(_Run, dec_hook=_opened)


class Replay:
    """The run that is asked for, as it may have been made before."""

    def __init__(
        self, cache: Cache, options: Options, located: Located, cards: Sequence[Card], narrowing: Narrowing
    ) -> None:
        tree, found = located.tree, located.found
        self._cache = cache
        self._tree = tree
        folder = cache.digest(os.fsencode(tree.root)).hex()
        asked = msgspec.structs.replace(
            *(options,), paths=(), root=None, jobs=0, timeout=None, instead={}, cache=None, timings=False
        )
        paths = sorted(os.path.realpath(path) for path in options.paths)
        # How large a file is decides nothing more: what of it was read, if anything, is held against its bytes.
        files = [(file.path, file.file_class) for file in found.files]
        there = (files, msgspec.structs.replace(found, files=[], stamps={}))
        own = [*_texts(options.settings.cards), *_texts(options.settings.libraries)]
        parts = (asked, paths, sorted(tree.instead), there, [card.rule_id for card in cards], narrowing.told(), own)
        self._folder = f"{_FOLDER}/{folder}"
        self._name = f"{self._folder}/{cache.digest(*map(_ENCODER.encode, parts)).hex()}"

    def review(self) -> Review | None:
        """What the run gives, where it has been made before and nothing that it read has changed."""
        data = self._cache.read(self._name)
        if data is None or self._tree.log is None:
            return None
        try:
            run = _DECODER.decode(data)
        except msgspec.DecodeError:
            return None
        log = self._tree.log
        is_same = all(self._tree.name(path, log, limit) == name for path, limit, name in run.reads)
        return run.review if is_same else None

    def keep(self, review: Review) -> None:
        """Keep what the run gave, if it was made to the end on files that stayed as they were."""
        log = self._tree.log
        if log is None or not log.is_consistent or review.faults:
            return
        reads = sorted((path, limit, name) for (path, limit), name in log.read.items())
        kept = msgspec.structs.replace(review, phases=[], instead={}, timings=[])
        self._cache.write(self._name, _ENCODER.encode(_Run(reads, kept)))
        self._cache.trim(self._folder, _MOST)
        self._cache.trim(_FOLDER)


def _texts(folders: Sequence[Folder]) -> list[tuple[str, bytes]]:
    """The files of folders with rules and libraries of a team's own."""
    found: list[tuple[str, bytes]] = []
    for folder in folders:
        for top, names, files in os.walk(folder.path, followlinks=folder.trusted):
            names.sort()
            for name in sorted(files):
                path = os.path.join(top, name)
                above, _, last = os.path.realpath(path).rpartition(os.sep)
                text = read_file(Path(above or os.sep), last)  # it may be a pipe, a device, or without end
                found.append((path, text if isinstance(text, bytes) else text.message.encode()))
    return found
