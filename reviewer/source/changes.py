"""The lines of a checkout that have changed since a revision, as git tells them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from reviewer.diagnosis import quoted, visible
from reviewer.finding import UsageError
from reviewer.source.git import GitFailure, ask, checkout_of

Lines = list[tuple[int, int]]
"""Spans of 1-based lines, both ends included, ascending."""

_HUNK: Final = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPED: Final = re.compile(rb'\\(?:([abtnvfr"\\])|([0-7]{3}))')
_CHARACTERS: Final = {
    b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r", b'"': b'"', b"\\": b"\\",
}  # fmt: skip
_DIFF: Final = (
    "diff", "--unified=0", "--inter-hunk-context=0", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv",
    "--no-relative", "--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/", "--diff-filter=d",
)  # fmt: skip
_ALL: Final = 1 << 30


class Changes:
    """The changed lines below a root, by path."""

    def __init__(self, lines: dict[str, Lines]) -> None:
        self.lines = lines

    def touch(self, path: str, first: int, last: int) -> bool:
        """Whether one of these lines has changed."""
        spans = self.lines.get(path)
        if not spans:
            return False
        at = bisect_right(spans, (last, _ALL)) - 1
        return at >= 0 and spans[at][1] >= first


def changes_since(root: Path, revision: str) -> Changes:
    """What has changed below `root` since the branch began that leads from `revision` to what is checked out: in
    commits, in the index, in the work tree; files that git does not know yet have changed whole.

    Beside lines that were taken away, their neighbours count as changed. Raises `UsageError` where git can't tell.
    """
    checkout = checkout_of(root)
    if checkout is None:
        raise UsageError(visible(f"{root}: changes since a revision are known in a checkout of git only"))
    base = _base(checkout, revision)
    patch = ask(checkout, checkout, (*_DIFF, base, "--"), filters=False)
    if isinstance(patch, GitFailure):
        raise UsageError(visible(f"the changes since {revision} are not known: {patch.reason}"))
    found = dict(_read(patch))
    others = ask(checkout, checkout, ("ls-files", "-z", "--others", "--exclude-standard"))
    if isinstance(others, bytes):
        found |= {name: [(1, _ALL)] for name in others.split(b"\0") if name}
    below = root.relative_to(checkout).as_posix()
    prefix = "" if below == "." else f"{below}/"
    lines: dict[str, Lines] = {}
    for name, spans in found.items():
        path = name.decode("utf-8", "surrogateescape")
        if path.startswith(prefix):
            lines[path[len(prefix) :]] = spans
    return Changes(lines)


def _base(checkout: Path, revision: str) -> str:
    """The commit where the branch began; `UsageError` where there is none, with what to do about it."""
    commit = _one(checkout, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    shallow = _one(checkout, "rev-parse", "--is-shallow-repository") == "true"
    if not commit:
        if shallow:
            raise UsageError(visible(f"{quoted(revision)} is not in this clone, which is shallow: {_DEEPEN}"))
        raise UsageError(visible(f"git knows no revision {quoted(revision)}{_nearest(checkout, revision)}"))
    base = _one(checkout, "merge-base", commit, "HEAD")
    if not base and shallow:
        said = f"{quoted(revision)} and HEAD have no common commit in this clone, which is shallow: {_DEEPEN}"
        raise UsageError(visible(said))
    return base or commit


_DEEPEN: Final = "fetch more history, with `git fetch --unshallow`, or `fetch-depth: 0` of actions/checkout"


def _one(checkout: Path, *arguments: str) -> str:
    output = ask(checkout, checkout, arguments)
    return "" if isinstance(output, GitFailure) else output.decode("utf-8", "replace").strip()


def _nearest(checkout: Path, revision: str) -> str:
    names = _one(checkout, "for-each-ref", "--format=%(refname:short)", "--count=2000").split("\n")
    near = get_close_matches(revision, names, n=1, cutoff=0.6)
    return f"; did you mean {quoted(near[0])}?" if near else ""


def _read(patch: bytes) -> Iterator[tuple[bytes, Lines]]:
    """The changed lines of each file of a patch without context. What stands in a hunk is skipped by its count, so that
    no line of a file is taken for the head of another.
    """
    name, spans, skip = b"", list[tuple[int, int]](), 0
    for line in patch.split(b"\n"):
        if skip and line[:1] in {b"-", b"+"}:
            skip -= 1
        elif line.startswith(b"diff --git "):
            if name and spans:
                yield name, spans
            name, spans, skip = b"", [], 0
        elif line.startswith(b"+++ "):
            name = _name(line[4:].rstrip(b"\t"))
        elif hunk := _HUNK.match(line):
            before = int(hunk[1]) if hunk[1] is not None else 1
            first, count = int(hunk[2]), int(hunk[3]) if hunk[3] is not None else 1
            skip = before + count
            spans.append((first, first + count - 1) if count else (first, first + 1))
    if name and spans:
        yield name, spans


def _name(text: bytes) -> bytes:
    """A file's name behind its prefix; in quotes where it holds characters that git escapes."""
    if text.startswith(b'"') and text.endswith(b'"'):
        text = _ESCAPED.sub(
            lambda found: _CHARACTERS[found[1]] if found[1] else bytes([int(found[2], 8) & 255]), text[1:-1]
        )
    return text[2:] if text.startswith(b"b/") else b""
