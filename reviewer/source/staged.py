"""What is staged in the index of a checkout: what the next commit will hold, whatever the work tree holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from reviewer.diagnosis import visible
from reviewer.finding import UsageError
from reviewer.source.classes import is_code
from reviewer.source.git import GitFailure, ask, checkout_of
from reviewer.source.manifest_names import is_manifest
from reviewer.source.read import MAX_BYTES

_DIFF: Final = ("diff", "--name-only", "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")


class Staged(NamedTuple):
    """paths: of the files that the index holds otherwise than the last commit. texts: what the index holds of files
    that are not the same on disk. Paths are relative to the root, with forward slashes.
    """

    paths: list[str]
    texts: dict[str, bytes]


def staged(root: Path, is_document: Callable[[str], bool] = lambda _: False) -> Staged:
    """What is staged below `root`; `is_document` tells by the path which other files are read.

    Raises `UsageError` where git can't tell.
    """
    checkout = checkout_of(root)
    if checkout is None:
        raise UsageError(visible(f"{root}: what is staged is known in a checkout of git only"))

    def is_read(path: str) -> bool:
        return is_code(path) or is_manifest(path) or is_document(path)

    # git names the index of a partial commit to the hooks that it runs.
    index = os.environ.get("GIT_INDEX_FILE", "")
    below = root.relative_to(checkout).as_posix()
    prefix = b"" if below == "." else os.fsencode(f"{below}/")
    paths = _names(checkout, (*_DIFF, "--cached", "--no-relative", "--diff-filter=d", "--no-renames"), index)
    changed = _names(checkout, (*_DIFF, "--no-relative"), index)
    wanted = {name for name in changed if name.startswith(prefix) and is_read(os.fsdecode(name))}
    texts = dict(_texts(checkout, wanted, index)) if wanted else {}
    return Staged(
        sorted(os.fsdecode(name[len(prefix) :]) for name in paths if name.startswith(prefix)),
        {os.fsdecode(name[len(prefix) :]): text for name, text in texts.items()},
    )


def _names(checkout: Path, arguments: tuple[str, ...], index: str) -> list[bytes]:
    return [name for name in _asked(checkout, arguments, index).split(b"\0") if name]


def _asked(checkout: Path, arguments: tuple[str, ...], index: str, given: bytes = b"") -> bytes:
    output = ask(checkout, checkout, arguments, filters=False, index=index, given=given)
    if isinstance(output, GitFailure):
        raise UsageError(visible(f"what is staged is not known: {output.reason}"))
    return output


def _texts(checkout: Path, wanted: Collection[bytes], index: str) -> Iterator[tuple[bytes, bytes]]:
    """The files of these names as the index holds them; links, submodules and what is too large are passed over."""
    objects: dict[bytes, bytes] = {}
    for entry in _asked(checkout, ("ls-files", "--stage", "-z"), index).split(b"\0"):
        head, _, name = entry.partition(b"\t")
        mode, _, rest = head.partition(b" ")
        if name in wanted and mode.startswith(b"100"):
            objects[name] = rest.partition(b" ")[0]
    asked = b"".join(b"%s\n" % one for one in objects.values())
    sizes = _asked(checkout, ("cat-file", "--batch-check=%(objectsize)"), index, asked).split(b"\n")
    small = [
        (name, one)
        for (name, one), size in zip(objects.items(), sizes, strict=False)
        if size.isdigit() and int(size) <= MAX_BYTES
    ]
    output = _asked(checkout, ("cat-file", "--batch=%(objectsize)"), index, b"".join(b"%s\n" % one for _, one in small))
    at = 0
    for name, _ in small:
        end = output.index(b"\n", at)
        size = int(output[at:end])
        yield name, output[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
