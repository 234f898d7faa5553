"""Markdown: cards as blocks (headings, fences, prose; a strict part of CommonMark), and tables for pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from reviewer.diagnosis import wrong

_BLANK = " \t"
_FENCE = re.compile(r"([ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)")


class Heading(NamedTuple):
    """A heading of level 1 to 3; deeper ones are prose."""

    line: int
    level: int
    text: str


class Fence(NamedTuple):
    """A fenced block: the words of its head on `line`, and the lines of code from the next line on."""

    line: int
    marker: str
    info: tuple[str, ...]
    code: tuple[str, ...]


class Prose(NamedTuple):
    """Everything between headings and fences, blank lines at its ends left out."""

    line: int
    text: str


Block: TypeAlias = Heading | Fence | Prose


def parse_blocks(lines: Sequence[str], path: str, first_line: int) -> list[Block]:
    """The blocks in `lines`, of which the first is the 1-based `first_line` of the file `path`.

    UsageError for an indented fence, a fence that is never closed and a heading without text.
    """
    blocks: list[Block] = []
    prose: list[str] = []
    prose_line = first_line

    def end_prose() -> None:
        text = "\n".join(prose).strip("\n")
        if text.strip():
            blocks.append(Prose(prose_line, text))
        prose.clear()

    at = 0
    while at < len(lines):
        line = lines[at]
        number = first_line + at
        at += 1
        if opening := _FENCE.fullmatch(line):
            if opening[1]:
                raise wrong(path, number, "an indented fence; fences start at the left margin")
            end = _closing(lines, at, opening[2])
            if end < 0:
                raise wrong(path, number, "a fence that is never closed")
            end_prose()
            blocks.append(Fence(number, opening[2], tuple(opening[3].split()), tuple(lines[at:end])))
            at = end + 1
        elif heading := _heading(line, number):
            if not heading.text:
                raise wrong(path, number, "a heading without text")
            end_prose()
            blocks.append(heading)
        else:
            if not prose:
                prose_line = number
            prose.append(line)
    end_prose()
    return blocks


def table(rows: Iterable[Sequence[str]], head: Sequence[str]) -> str:
    """A table under its head; cells are Markdown of one line."""
    lines = [head, ("---",) * len(head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _heading(line: str, number: int) -> Heading | None:
    level = len(line) - len(line.lstrip("#"))
    if not 1 <= level <= 3 or line[level : level + 1].strip(_BLANK):
        return None
    text = line[level:].strip(_BLANK)
    open_end = text.rstrip("#")
    closed = not open_end or open_end[-1] in _BLANK
    return Heading(number, level, open_end.rstrip(_BLANK) if closed else text)


def _closing(lines: Sequence[str], start: int, marker: str) -> int:
    """The index of the line that closes a fence opened with `marker`; -1 where there is none."""
    for at in range(start, len(lines)):
        line = lines[at].rstrip()
        if line.startswith(marker) and not line.strip(marker[0]):
            return at
    return -1
