"""Reading: files read, told apart from generated ones, and lowered, by workers or in an earlier run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Final, NamedTuple

import msgspec

from reviewer.cache.blobs import Blobs
from reviewer.finding import Gap, GapKind
from reviewer.source.directives import Directive
from reviewer.source.found import SourceFile
from reviewer.source.generated import looks_generated
from reviewer.source.lower import lower
from reviewer.source.module import Surface, SyntaxGap
from reviewer.source.parse import parse
from reviewer.source.read import MAX_BYTES
from reviewer.source.tree import Tree
from reviewer.workers import balanced, run

Progress = Callable[[str, int, int], None]
_FEW: Final = 24  # files: a process costs about as much as these when they are small
_SAID, _BODY = b"s", b"b"


class Said(msgspec.Struct, array_like=True, gc=False):
    """What lowering gives of a file beside its body; or that it is left out, for a reason, or not readable. `parsed`
    are the seconds for that, where they were taken.
    """

    surface: Surface | None = None
    gaps: list[SyntaxGap] = []
    size: int = 0
    lines: int = 0
    directives: list[Directive] = []
    left_out: str = ""
    gap: Gap | None = None
    parsed: float = 0.0


class Reading(NamedTuple):
    """What was read of a file; `body` gives the columns of its module, encoded."""

    said: Said
    body: Callable[[], bytes | memoryview]


Readings = dict[int, Reading]
"""By the number of the file in `Found.files`."""

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Said)


class Reader:
    """Reads files of a tree. `kept` is what earlier runs have lowered, and takes what this one lowers.

    parsed: the seconds that workers took to parse, if it is timed: each file is parsed once more for that.
    """

    def __init__(
        self, tree: Tree, files: Sequence[SourceFile], kept: Blobs | None, jobs: int, *, is_timed: bool = False
    ) -> None:
        self.parsed = 0.0
        self._is_timed = is_timed
        self._tree = tree
        self._files = files
        self._kept = kept
        self._jobs = jobs

    def read(self, wanted: Sequence[int], progress: Progress, meanwhile: Callable[[], None] = lambda: None) -> Readings:
        """The files of these numbers; `meanwhile` is done here while workers read."""
        readings: Readings = {}
        left = wanted
        if self._kept:
            left = []
            for at in wanted:
                found = self._known(self._kept, at)
                if found is None:
                    left.append(at)
                else:
                    readings[at] = found
        batches = balanced([self._files[at].size for at in left], self._jobs if len(left) > _FEW else 1)
        results = run(
            lambda item: self._work(left[item]),
            batches,
            lambda done: progress("reading", len(wanted) - len(left) + done, len(wanted)),
            meanwhile=meanwhile,
        )
        for item, at in enumerate(left):
            data = results[item]
            if data is None:
                gap = Gap(self._files[at].path, 0, GapKind.FAULT, "the reading of this file ended its process")
                readings[at] = Reading(Said(gap=gap), bytes)
            else:
                readings[at] = self._taken(at, memoryview(data))
        return readings

    def _known(self, kept: Blobs, at: int) -> Reading | None:
        """What an earlier run has made of a file that is still the same."""
        path = self._files[at].path
        if self._tree.log is None:
            return None
        name = _named(kept, path, self._tree.name(path, self._tree.log))
        said = kept.get(_SAID + name)
        if said is None or not kept.keep(_BODY + name):
            return None
        return Reading(_DECODER.decode(said), lambda: self._opened(kept, name, path))

    def _opened(self, kept: Blobs, name: bytes, path: str) -> bytes | memoryview:
        """A body that an earlier run has lowered; lowered again where that was damaged since."""
        body = kept.get(_BODY + name)
        if body is not None:
            return body
        kept.forget()
        data = self._tree.read(path)
        if isinstance(data, Gap) or _named(kept, path, kept.name_of(data)) != name:
            message = f"{path} changed while it was reviewed"
            raise OSError(message)
        return lowered_file(data, path).body()

    def _work(self, at: int) -> bytes:
        """What one file gives, for the pipe: a name for its text, what is said of it, its body."""
        path = self._files[at].path
        data = self._tree.read(path)
        reading = Reading(Said(gap=data), bytes) if isinstance(data, Gap) else lowered_file(data, path)
        if self._is_timed and reading.said.surface is not None and isinstance(data, bytes):
            begun = time.perf_counter()
            parse(data, PurePosixPath(path).name)
            reading.said.parsed = time.perf_counter() - begun
        name = b"" if self._tree.log is None else self._tree.log.name_of(data)
        said = _ENCODER.encode(reading.said)
        return b"".join((bytes((len(name),)), name, len(said).to_bytes(4), said, reading.body()))

    def _taken(self, at: int, data: memoryview) -> Reading:
        """The other end of the pipe."""
        path = self._files[at].path
        start = 1 + data[0]
        text = bytes(data[1:start])
        end = start + 4 + int.from_bytes(data[start : start + 4])
        encoded, body = data[start + 4 : end], data[end:]
        said = _DECODER.decode(encoded)
        self.parsed += said.parsed
        if self._tree.log is not None:
            self._tree.log.add([(path, MAX_BYTES, text)])
        if self._kept is not None and said.gap is None:
            name = _named(self._kept, path, text)
            self._kept.put(_SAID + name, encoded)
            self._kept.put(_BODY + name, body)
        return Reading(said, lambda: body)


def _named(kept: Blobs, path: str, text: bytes) -> bytes:
    """The name of what a text gives: by the name of the text, and by that of its file, which tells the language."""
    return kept.name_of(PurePosixPath(path).name.encode("utf-8", "surrogateescape"), text)


def lowered_file(data: bytes, path: str) -> Reading:
    """What the text of a file gives."""
    reason = looks_generated(data)
    if reason is not None:
        return Reading(Said(left_out=reason), bytes)
    lowered = lower(data, PurePosixPath(path).name)
    said = Said(lowered.surface, lowered.gaps, lowered.size, lowered.lines, lowered.directives)
    return Reading(said, lambda: lowered.body)
