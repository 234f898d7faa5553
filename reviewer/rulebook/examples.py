"""Examples of cards: small repositories in fences named by path, with marks that say what a review of them finds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Final

import msgspec

from reviewer.diagnosis import quoted, unknown, wrong
from reviewer.finding import UsageError
from reviewer.rulebook.markdown import Fence
from reviewer.rulebook.marks import LANGUAGES, Mark, MarkKind, check_marks, read_head, read_marks

_PATH: Final = re.compile(r"[A-Za-z0-9_.@()\[\]$+-]+(/[A-Za-z0-9_.@()\[\]$+-]+)*/?")
_JAVASCRIPT: Final = {
    ".js": {"js", "jsx"},
    ".mjs": {"js", "mjs"},
    ".cjs": {"js", "cjs"},
    ".jsx": {"jsx"},
    ".ts": {"ts"},
    ".mts": {"ts", "mts"},
    ".cts": {"ts", "cts"},
    ".tsx": {"tsx"},
}


class Example(msgspec.Struct, frozen=True):
    """A small repository: its files without marks, and the marks. `line` is that of its heading in the card."""

    section: str
    title: str
    line: int
    files: dict[str, bytes]
    marks: tuple[Mark, ...]

    def marked(self, kind: MarkKind) -> list[Mark]:
        """The marks of one kind, in the card's order."""
        return [mark for mark in self.marks if mark.kind is kind]


class Fragment(msgspec.Struct, frozen=True):
    """One fence of a card as a reader sees it (`code` without marks), and the file of the example that it is, if any.

    `path` is empty for an illustration and ends in a slash for a folder.
    """

    language: str
    path: str
    code: tuple[str, ...]
    marks: tuple[Mark, ...] = ()


def read_fragment(fence: Fence, card: str) -> Fragment:
    """A fence with its head read: `js` alone is an illustration, `js routes/users.js` a file, `text api/ bad` a folder.

    UsageError for an unknown language or a bad path of a file, for malformed marks, and for marks in an illustration.
    """
    language = fence.info[0] if fence.info else ""
    if len(fence.info) < 2:
        if language in LANGUAGES and read_marks(language, "", fence.code, card, fence.line + 1).marks:
            raise wrong(card, fence.line, "marks in a fence without a path test nothing; name the file")
        return Fragment(language, "", fence.code)
    if language not in LANGUAGES:
        raise wrong(card, fence.line, unknown("language of a file", language, LANGUAGES))
    path = fence.info[1]
    _check_path(path, language, card, fence.line)
    if path.endswith("/"):
        if fence.code:
            raise wrong(card, fence.line, f"{quoted(path)} is a folder and holds no text")
        folder = path.rstrip("/")
        return Fragment(language, path, (), read_head(fence.info[2:], folder, 0, card, fence.line))
    code, marks = read_marks(language, path, fence.code, card, fence.line + 1)
    marks = read_head(fence.info[2:], path, len(code), card, fence.line) + marks
    check_marks(marks, card)
    return Fragment(language, path, code, marks)


def build_example(section: str, title: str, line: int, fragments: Sequence[Fragment], card: str) -> Example:
    """The example under the heading `title` on `line`; UsageError where it tests nothing or contradicts its section."""
    files: dict[str, bytes] = {}
    for fragment in fragments:
        if fragment.path.endswith("/") or not fragment.path:
            continue
        if fragment.path in files:
            raise wrong(card, line, f"the example {quoted(title)} has {quoted(fragment.path)} twice")
        files[fragment.path] = "".join(f"{text}\n" for text in fragment.code).encode()
    marks = tuple(mark for fragment in fragments for mark in fragment.marks)
    if not files:
        raise wrong(card, line, f"the example {quoted(title)} has no file; name one in the head of a fence")
    kinds = {mark.kind for mark in marks}
    wanted, refused = _SECTIONS[section]
    for mark in marks:
        if mark.kind in refused:
            raise _misplaced(mark, section, card)
    if not kinds & wanted:
        names = " or ".join(f"`{kind}`" for kind in MarkKind if kind in wanted)
        raise wrong(card, line, f"the example {quoted(title)} under {section} wants a line marked {names}")
    return Example(section=section, title=title, line=line, files=files, marks=marks)


_SECTIONS: Final = {
    "Bad": (frozenset({MarkKind.BAD}), frozenset({MarkKind.MISSED})),
    "Good": (frozenset({MarkKind.GOOD, MarkKind.OTHER}), frozenset({MarkKind.BAD, MarkKind.MISSED})),
    "Limits": (frozenset({MarkKind.BAD, MarkKind.GOOD, MarkKind.OTHER, MarkKind.MISSED}), frozenset[MarkKind]()),
}
"""By section: an example needs a mark of the first set and has none of the second."""

EXAMPLE_SECTIONS: Final = frozenset(_SECTIONS)


def _misplaced(mark: Mark, section: str, card: str) -> UsageError:
    where = "Limits" if mark.kind is MarkKind.MISSED else "Bad or Limits"
    return wrong(card, mark.card_line, f"the mark `{mark.kind}` belongs under {where}, not under {section}")


def _check_path(path: str, language: str, card: str, line: int) -> None:
    normal = posixpath.normpath(path)
    if path != "./" and (not _PATH.fullmatch(path) or normal != path.rstrip("/") or normal[:2] in {".", ".."}):
        raise wrong(card, line, f"{quoted(path)} is no path of a file: relative, with forward slashes, without `..`")
    extension = posixpath.splitext(path)[1]
    languages = _JAVASCRIPT.get(extension)
    if languages is not None and language not in languages:
        raise wrong(card, line, f"a file `{extension}` in a fence of the language `{language}`")
