"""One line of code as it fits into a terminal: tabs and wide characters measured, long lines cut around a span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from rich.cells import get_character_cell_size

from reviewer.report.escape import visible

_TAB: Final = 4
_MOST_MARKS: Final = 3
_WIDEST_ELLIPSIS: Final = 3


class CodeLine(msgspec.Struct, frozen=True):
    """The characters of a line as they are shown, and the cell where each begins, with the end as one more.

    A character may be shown as several (a sign for what can't be seen) or take no cell (a combining mark). `more` says
    that the line goes on behind the last of them.
    """

    shown: Sequence[str]
    cells: Sequence[int]
    more: bool = False

    @property
    def width(self) -> int:
        """The number of cells that the line takes."""
        return self.cells[-1]

    def cell(self, index: int) -> int:
        """The cell where the 0-based character begins; the end of the line for whatever lies behind it."""
        return self.cells[min(max(index, 0), len(self.shown))]


class Window(msgspec.Struct, frozen=True, gc=False):
    """The cells of a line that are shown: `width` of them from `left` on."""

    left: int
    width: int


def measure(text: str, limit: int) -> CodeLine:
    """The first `limit` characters of a line of code, measured; what hides or commands is made visible."""
    more = len(text) > limit
    text = text[:limit]
    if text.isascii() and text.isprintable():
        return CodeLine(text, range(len(text) + 1), more)
    shown: list[str] = []
    cells = [0]
    at = marks = 0
    for character in text:
        if character == "\t":
            sign = " " * (_TAB - at % _TAB)
            size = len(sign)
        else:
            sign = visible(character)
            size = get_character_cell_size(sign) if len(sign) == 1 else len(sign)
            marks = marks + 1 if size == 0 else 0
            if marks > _MOST_MARKS:
                sign = f"⟨U+{ord(character):04X}⟩"
                size = len(sign)
        shown.append(sign)
        at += size
        cells.append(at)
    return CodeLine(shown, cells, more)


def around(start: int, end: int, line_width: int, width: int) -> Window:
    """The window of `width` cells onto a line in which the cells from `start` to `end` are seen best.

    The line is shown from its beginning where that leaves room for the whole span, or two thirds of the width for it.
    """
    if line_width <= width or end + _WIDEST_ELLIPSIS <= width or start <= width // 3:
        return Window(0, width)
    before = max((width - (end - start)) // 2, min(8, width // 4))
    return Window(max(min(start - before, line_width - width), 0), width)


def cut(line: CodeLine, window: Window, ellipsis: str) -> str:
    """What the window shows of the line, without trailing spaces; a cell with `ellipsis` where something is cut off."""
    if not line.shown:
        return ""
    right = window.left + window.width
    cut_right = line.width > right or (line.more and line.width > window.left)
    first = window.left + (len(ellipsis) if window.left else 0)
    last = min(right, line.width + len(ellipsis)) - len(ellipsis) if cut_right else right
    parts = [ellipsis] if first > window.left else []
    at = first
    for sign, begin, end in zip(line.shown, line.cells, line.cells[1:], strict=False):
        if begin < first or (begin == first == end and window.left):
            continue
        if end > last:
            break
        parts.append(" " * (begin - at) + sign)
        at = end
    if cut_right:
        parts.append(" " * (last - at) + ellipsis)
    return "".join(parts).rstrip()


def underline(line: CodeLine, spans: Sequence[tuple[int, int]], window: Window, ellipsis: str) -> str:
    """The row of carets below the line, one run a span of cells, cut as the line is; empty where none is seen."""
    right = window.left + window.width
    cut_right = line.width > right or line.more
    first = window.left + (len(ellipsis) if window.left else 0)
    last = right - len(ellipsis) if cut_right and line.width + len(ellipsis) > right else right
    row = [" "] * window.width
    for start, end in spans:
        for cell in range(max(start, first), min(max(end, start + 1), last)):
            row[cell - window.left] = "^"
    return "".join(row).rstrip()
