"""Reading: the files of a repository read, told apart from generated ones, and lowered, in workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

import msgspec

from reviewer.finding import Gap, GapKind
from reviewer.source.found import SourceFile
from reviewer.source.generated import looks_generated
from reviewer.source.lower import lower
from reviewer.source.module import Lowered
from reviewer.source.tree import Tree
from reviewer.workers import balanced, run

Progress = Callable[[str, int, int], None]


class Reading(msgspec.Struct, array_like=True):
    """What a worker says of one file: lowered, or left out for a reason, or not readable."""

    lowered: Lowered | None = None
    left_out: str = ""
    gap: Gap | None = None


Readings = dict[int, Reading]
"""By the number of the file in `Found.files`."""


def read_files(
    tree: Tree,
    files: Sequence[SourceFile],
    wanted: Sequence[int],
    jobs: int,
    progress: Progress,
    meanwhile: Callable[[], None] = lambda: None,
) -> Readings:
    """The files of these numbers, read and lowered in workers; `meanwhile` is done here."""
    encoder = msgspec.msgpack.Encoder()

    def work(item: int) -> bytes:
        data = tree.read(files[wanted[item]].path)
        return encoder.encode(
            Reading(gap=data) if isinstance(data, Gap) else lowered_file(data, files[wanted[item]].path)
        )

    # A process costs about as much as two dozen small files.
    batches = balanced([files[at].size for at in wanted], jobs if len(wanted) > 24 else 1)
    results = run(work, batches, lambda done: progress("reading", done, len(wanted)), meanwhile=meanwhile)
    decoder = msgspec.msgpack.Decoder(Reading)
    readings = {}
    for item, at in enumerate(wanted):
        data = results[item]
        if data is None:
            gap = Gap(files[at].path, 0, GapKind.FAULT, "the reading of this file ended its process")
            readings[at] = Reading(gap=gap)
        else:
            readings[at] = decoder.decode(data)
    return readings


def lowered_file(data: bytes, path: str) -> Reading:
    """What the text of a file gives."""
    reason = looks_generated(data)
    if reason is not None:
        return Reading(left_out=reason)
    return Reading(lowered=lower(data, PurePosixPath(path).name))
