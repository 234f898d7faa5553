"""Directives: the comments in which a file says to nodereview what it should not report there.

Their words follow ESLint's: `nodereview-disable-next-line`, `-disable-line`, `-disable` … `-enable`, `-disable-file`,
each with the ids of rules and, behind two hyphens, the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from tree_sitter import Node

PREFIX: Final = b"nodereview-"
_DIRECTIVE: Final = re.compile(r"nodereview-(?P<word>[\w-]+)(?P<said>.*)\Z", re.DOTALL)
_REASON: Final = re.compile(r"(?:^|\s)-{2,}(?:\s|$)")
_IDS: Final = re.compile(r"[A-Za-z0-9_][\w-]*")
_COMMENTS: Final = frozenset({"comment", "html_comment"})
_DECORATION: Final = re.compile(r"^[\s/*!#<-]+|\s*(?:\*+/|-->)?\s*$")
_PASSED_OVER: Final = re.compile(rb"[ \t]*(?://[^\n]*|#[^\w\n][^\n]*|/\*[^\n]*\*/[ \t]*)?\r?")
_FURTHEST: Final = 50  # lines
_MOST: Final = 500  # comments of one file


class DirectiveKind(StrEnum):
    """What a directive speaks about. OTHER: a word that does not exist."""

    NEXT_LINE = "disable-next-line"
    LINE = "disable-line"
    DISABLE = "disable"
    ENABLE = "enable"
    FILE = "disable-file"
    OTHER = "other"


class Directive(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One directive: its kind and word, the rules that it names (none: all), its reason, and its place.

    Lines and columns are 1-based, `start` and `end` bytes, as in `Place`; `target` is the line that NEXT_LINE means.
    """

    kind: DirectiveKind
    word: str
    rules: tuple[str, ...]
    reason: str
    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int
    target: int


class _Comment(NamedTuple):
    """Byte offsets in the file."""

    start: int
    end: int


def of_code(data: bytes, root: Node) -> list[Directive]:
    """The directives of a JavaScript or TypeScript file, from its tree, in order."""
    if PREFIX not in data:
        return []
    return _directives(data, _code_comments(data, root))


def of_text(data: bytes, marker: bytes) -> list[Directive]:
    """The directives of a file in which comments begin with a marker and end with their line."""
    if PREFIX not in data:
        return []
    return _directives(data, _line_comments(data, marker))


def _code_comments(data: bytes, root: Node) -> Iterator[_Comment]:
    at = data.find(PREFIX)
    while at >= 0:
        node = root.descendant_for_byte_range(at, at + 1)
        if node is not None and node.type in _COMMENTS:
            yield _Comment(node.start_byte, node.end_byte)
            at = data.find(PREFIX, node.end_byte)
        else:
            at = data.find(PREFIX, at + 1)


def _line_comments(data: bytes, marker: bytes) -> Iterator[_Comment]:
    begin = 0
    for line in data.split(b"\n"):
        at = _comment_at(line, marker) if PREFIX in line else -1
        if at >= 0 and PREFIX in line[at:]:
            yield _Comment(begin + at, begin + len(line.rstrip()))
        begin += len(line) + 1


def _comment_at(line: bytes, marker: bytes) -> int:
    """Where a comment begins: the marker at the start or behind white space, outside quotes."""
    quote = b""
    for at in range(len(line)):
        char = line[at : at + 1]
        if quote:
            quote = b"" if char == quote else quote
        elif char in {b'"', b"'"}:
            quote = char
        elif line.startswith(marker, at) and (at == 0 or line[at - 1 : at].isspace()):
            return at
    return -1


def _directives(data: bytes, comments: Iterator[_Comment]) -> list[Directive]:
    found = (_read(data, comment) for comment in islice(comments, _MOST))
    return [directive for directive in found if directive is not None]


def _read(data: bytes, comment: _Comment) -> Directive | None:
    """The directive in a comment; None where the comment begins with other words."""
    text = _DECORATION.sub("", data[comment.start : comment.end].decode("utf-8", "replace"))
    found = _DIRECTIVE.match(text)
    if found is None:
        return None
    word = found["word"]
    kind = DirectiveKind(word) if word in _WORDS else DirectiveKind.OTHER
    ids, *reasons = _REASON.split(found["said"], maxsplit=1)
    line = data.count(b"\n", 0, comment.start) + 1
    end_line = line + data.count(b"\n", comment.start, comment.end)
    return Directive(
        kind=kind,
        word=word,
        rules=tuple(dict.fromkeys(_IDS.findall(ids))),
        reason=" ".join(reasons[0].split()) if reasons else "",
        line=line,
        column=_column(data, comment.start),
        end_line=end_line,
        end_column=_column(data, comment.end),
        start=comment.start,
        end=comment.end,
        target=end_line + _lines_below(data, comment.end) if kind is DirectiveKind.NEXT_LINE else 0,
    )


def _column(data: bytes, offset: int) -> int:
    before = data[data.rfind(b"\n", 0, offset) + 1 : offset]
    return len(before.decode("utf-8", "replace").encode("utf-16-le")) // 2 + 1


def _lines_below(data: bytes, offset: int) -> int:
    """How far below a comment the next line is; comments and empty lines are passed over, so that directives stack."""
    end = data.find(b"\n", offset)
    for below in range(1, _FURTHEST):
        if end < 0:
            break
        begin, end = end + 1, data.find(b"\n", end + 1)
        if not _PASSED_OVER.fullmatch(data[begin : end if end >= 0 else len(data)]):
            return below
    return 1


_WORDS: Final = frozenset(kind.value for kind in DirectiveKind) - {DirectiveKind.OTHER.value}
