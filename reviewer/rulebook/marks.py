"""Marks: what the lines of an example promise, in comments of the file's language or in the head of its fence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from reviewer.diagnosis import quoted, unknown, wrong

RULE_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class MarkKind(StrEnum):
    """bad: a finding of this card stands here. good: the rule looked here and decided for silence. other: a look-alike.

    missed: a finding should stand here and does not yet. also: findings of other rules stand here.
    """

    BAD = "bad"
    GOOD = "good"
    OTHER = "other"
    MISSED = "missed"
    ALSO = "also"


class Mark(msgspec.Struct, frozen=True, gc=False):
    """One promise on the 1-based `line` of the example's file `path`; `card_line` is where the card makes it.

    `text` must occur in the message of a bad line; `rules` are those of `also`. The path of a folder is written without
    its slash, `.` for the root; its line is 1.
    """

    kind: MarkKind
    path: str
    line: int
    card_line: int
    text: str = ""
    rules: tuple[str, ...] = ()


class Fenced(NamedTuple):
    """What the code of a fence says: its lines without marks, and the marks."""

    code: tuple[str, ...]
    marks: tuple[Mark, ...]


_WORDS = "|".join(MarkKind)


class _Style:
    """How a language writes a comment up to the end of the line; `close` is empty where the line ends it."""

    def __init__(self, opening: str, close: str = "") -> None:
        self.open = opening
        self.close = close
        begin, end = re.escape(opening) + r"[ \t]*", re.escape(close)
        word = rf"(?=(?:{_WORDS})(?:[\s:]|{end or '$'}|$))"
        self.first = re.compile(rf"(?<!\S){begin}{word}")
        self.next = re.compile(rf"{end}[ \t]*{begin}" if close else rf"(?<!\S){begin}{word}")
        self.one_word = re.compile(rf"(?<!\S){begin}([A-Za-z]+)[ \t]*(?::|{end}\s*$)")


_SLASHES = _Style("//")
_HASH = _Style("#")
_DASHES = _Style("--")
_HTML = _Style("<!--", "-->")
_STYLES: Final[dict[str, _Style | None]] = {
    **dict.fromkeys(("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "jsonc", "proto"), _SLASHES),
    **dict.fromkeys(("yml", "toml", "sh", "dockerfile", "env", "gql", "nginx"), _HASH),
    "sql": _DASHES,
    **dict.fromkeys(("html", "xml", "hbs", "md"), _HTML),
    **dict.fromkeys(("json", "text"), None),
}
LANGUAGES: Final = frozenset(_STYLES)
"""The languages that files of examples are written in."""

_HEAD_MARK = re.compile(rf"({_WORDS})(?:=(.*))?")
_KINDS = frozenset(MarkKind)
_ONE_OF = frozenset({MarkKind.BAD, MarkKind.GOOD, MarkKind.OTHER, MarkKind.MISSED})


def read_marks(language: str, file: str, code: Sequence[str], card: str, card_line: int) -> Fenced:
    """The code without its marks, and the marks, each on a line of `file`.

    `card_line` is the line of `code[0]` in the card `card`. UsageError for a mark that is malformed, misspelt, without
    code on its line, or at odds with another on the same line.
    """
    style = _STYLES[language]
    if style is None:
        return Fenced(tuple(code), ())
    lines = []
    marks: list[Mark] = []
    for offset, line in enumerate(code):
        at = card_line + offset
        text, speeches = _split(line, style, card, at)
        if speeches and not text.strip():
            raise wrong(card, at, "a mark on a line of its own; it belongs behind the code it speaks of")
        lines.append(text)
        marks.extend(_mark(speech, style, file, offset + 1, card=card, at=at) for speech in speeches)
    check_marks(marks, card)
    return Fenced(tuple(lines), tuple(marks))


def read_head(words: Sequence[str], file: str, lines: int, card: str, card_line: int) -> tuple[Mark, ...]:
    """The marks in the head of a fence: `bad=4`, `good=1,7`, `also=3:rule-id`; for a folder (`lines` 0) `bad` alone."""
    marks: list[Mark] = []
    for word in words:
        match = _HEAD_MARK.fullmatch(word)
        if not match:
            raise wrong(card, card_line, unknown("mark in the head of a fence", word.partition("=")[0], _KINDS))
        kind = MarkKind(match[1])
        if kind is MarkKind.ALSO:
            numbers, _, rules = (match[2] or "").partition(":") if lines else ("", "", match[2] or "")
            also = _rules(rules, card, card_line)
        else:
            numbers, also = match[2] or "", ()
        marks.extend(
            Mark(kind, file, number, card_line, rules=also)
            for number in _numbers(numbers, word, lines, card, card_line)
        )
    check_marks(marks, card)
    return tuple(marks)


def check_marks(marks: Sequence[Mark], card: str) -> None:
    """UsageError where a line is marked twice the same, or with two of bad, good, other and missed."""
    said: dict[tuple[str, int], MarkKind] = {}
    for mark in marks:
        if mark.kind not in _ONE_OF:
            continue
        before = said.get((mark.path, mark.line))
        if before is not None:
            raise wrong(card, mark.card_line, f"the line is marked both `{before}` and `{mark.kind}`")
        said[mark.path, mark.line] = mark.kind


def _numbers(numbers: str, word: str, lines: int, card: str, card_line: int) -> Iterator[int]:
    if not lines:
        if numbers:
            raise wrong(card, card_line, f"{quoted(word)}: a folder has no lines; write the mark alone")
        yield 1
        return
    for number in numbers.split(","):
        if not number.isascii() or not number.isdigit():
            raise wrong(card, card_line, f"{quoted(word)}: a mark in the head of a fence wants line numbers: `bad=4`")
        if not 1 <= int(number[:9]) <= lines:
            raise wrong(card, card_line, f"{quoted(word)}: the file has {lines} lines")
        yield int(number)


def _split(line: str, style: _Style, card: str, at: int) -> tuple[str, list[str]]:
    """The line before its marks, and what each mark says."""
    start = style.first.search(line)
    if not start:
        _near_miss(line, style, card, at)
        return line, []
    code = line[: start.start()].rstrip()
    tail = line[start.end() :].rstrip()
    if not tail.endswith(style.close):
        raise wrong(card, at, f"text after the mark; the line ends with `{style.close}`")
    return code, [speech.rstrip() for speech in style.next.split(tail.removesuffix(style.close))]


def _near_miss(line: str, style: _Style, card: str, at: int) -> None:
    """UsageError for a comment that is one word, or one word and a colon, and nearly a mark."""
    for match in style.one_word.finditer(line):
        near = get_close_matches(match[1].lower(), sorted(MarkKind), n=1, cutoff=0.75)
        if near:
            raise wrong(card, at, f"unknown mark {quoted(match[1])}; did you mean `{near[0]}`?")


def _mark(speech: str, style: _Style, file: str, line: int, *, card: str, at: int) -> Mark:
    word, colon, text = (part.strip() for part in speech.partition(":"))
    if word not in _KINDS:
        first = word.split()[0]
        raise wrong(card, at, f"{quoted(speech)} is no mark; write `{style.open} {first}` and nothing else")
    kind = MarkKind(word)
    if kind is MarkKind.ALSO:
        return Mark(kind, file, line, at, rules=_rules(text, card, at))
    if colon and kind is not MarkKind.BAD:
        raise wrong(card, at, f"the mark `{kind}` takes no text")
    if colon and not text:
        raise wrong(card, at, "`bad:` wants text that the message holds")
    return Mark(kind, file, line, at, text=text)


def _rules(text: str, card: str, at: int) -> tuple[str, ...]:
    rules = tuple(rule.strip() for rule in text.split(","))
    for rule in rules:
        if not RULE_ID.fullmatch(rule):
            raise wrong(card, at, "`also` wants rule ids, separated by commas")
    return rules
