"""The code frame: a few lines of a file with their numbers, and carets below what is meant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec
from rich.text import Text

from reviewer.finding import Place
from reviewer.report.excerpt import Sources, character_at
from reviewer.report.window import Window, around, cut, measure, underline

_LONGEST: Final = 2000
_NARROWEST: Final = 20
_WIDEST: Final = 400


class Glyphs(msgspec.Struct, frozen=True, gc=False):
    """The signs that a frame is drawn with; all but the ellipsis take one cell."""

    bar: str = "│"
    gap: str = "┆"
    ellipsis: str = "…"
    rule: str = "─"
    dot: str = "·"


ASCII: Final = Glyphs(bar="|", gap=":", ellipsis="...", rule="-", dot="-")


class Frames:
    """Draws frames of one width; every row begins with two spaces and ends without any."""

    def __init__(self, sources: Sources, width: int, glyphs: Glyphs) -> None:
        self._sources = sources
        self._width = min(width, _WIDEST)
        self._glyphs = glyphs

    def frame(self, places: Sequence[Place], context: int, style: str) -> list[Text]:
        """The rows that show the places of one file, each with `context` lines around; none where it can't be read."""
        path = places[0].path
        marked: dict[int, list[Place]] = {}
        for place in places:
            marked.setdefault(place.line, []).append(place)
        texts: dict[int, str] = {}
        for number in sorted({n for line in marked for n in range(line - context, line + context + 1)}):
            text = self._sources.line(path, number)
            if text is not None:
                texts[number] = text
        if not marked.keys() <= texts.keys():
            return []
        if any(len(texts[number]) > _LONGEST for number in marked):
            texts = {number: texts[number] for number in sorted(marked)}
        gutter = len(str(max(texts)))
        return [row for block in _blocks(texts, context) for row in self._block(block, marked, gutter, style)]

    def snippet(self, place: Place, style: str) -> list[Text]:
        """The one line of the place without number or indentation, and carets below unless the whole line is meant."""
        text = self._sources.line(place.path, place.line)
        if text is None:
            return []
        bar = f"     {self._glyphs.bar}"
        code, carets, _ = self._rows(text, [place], len(text) - len(text.lstrip()), max(self._width - 7, _NARROWEST))
        rows = [Text.assemble((bar, "dim"), f" {code}")]
        if carets.strip() and len(carets.strip()) < len(code.rstrip()):
            rows.append(Text.assemble((bar, "dim"), (f" {carets}", style)))
        return rows

    def _block(self, texts: dict[int, str], marked: dict[int, list[Place]], gutter: int, style: str) -> list[Text]:
        if not texts:
            return [Text(f"  {'':{gutter + 2}} {self._glyphs.gap}", "dim")]
        told = [number for number, text in texts.items() if number in marked or text.strip()]
        texts = {number: text for number, text in texts.items() if told[0] <= number <= told[-1]}
        dedent = _common_indentation([text for text in texts.values() if text.strip()])
        width = max(self._width - gutter - 7, _NARROWEST)
        window: Window | None = None
        rows: list[Text] = []
        drawn = {n: self._rows(texts[n], places, dedent, width) for n, places in marked.items() if n in texts}
        for number, text in texts.items():
            if number in drawn:
                code, carets, window = drawn[number]
                rows.append(self._row(f"> {number:>{gutter}}", code, style, ""))
                if carets:
                    rows.append(self._row(" " * (gutter + 2), carets, "dim", style))
            else:
                near = window or next(w for _, _, w in drawn.values())
                code = cut(measure(text[dedent:], _LONGEST), near, self._glyphs.ellipsis)
                rows.append(self._row(f"  {number:>{gutter}}", code, "dim", "dim"))
        return rows

    def _row(self, head: str, code: str, head_style: str, code_style: str) -> Text:
        row = Text.assemble((f"  {head}", head_style), (f" {self._glyphs.bar}", "dim"), (f" {code}", code_style))
        row.rstrip()
        return row

    def _rows(self, text: str, places: Sequence[Place], dedent: int, width: int) -> tuple[str, str, Window]:
        spans = [_characters(text, place) for place in places]
        # Of a line that goes on for pages, only what lies around the first span is measured.
        skip = max(dedent, spans[0][0] - _LONGEST // 2) if len(text) > _LONGEST else dedent
        line = measure(text[skip:], _LONGEST)
        cells = [(line.cell(start - skip), line.cell(end - skip)) for start, end in spans]
        window = around(*_first(cells, width), line.width, width)
        ellipsis = self._glyphs.ellipsis
        return cut(line, window, ellipsis), underline(line, cells, window, ellipsis), window


def _first(cells: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """All spans as one where they fit into the width together, else the first."""
    start, end = min(start for start, _ in cells), max(end for _, end in cells)
    return (start, end) if end - start < width else cells[0]


def _characters(text: str, place: Place) -> tuple[int, int]:
    start = character_at(text, place.column)
    if place.end_line > place.line:
        return start, len(text.rstrip())
    return start, character_at(text, place.end_column)


def _common_indentation(texts: Sequence[str]) -> int:
    indentations = [text[: len(text) - len(text.lstrip(" \t"))] for text in texts]
    low, high = min(indentations, default=""), max(indentations, default="")
    return next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))


def _blocks(texts: dict[int, str], context: int) -> list[dict[int, str]]:
    """The lines in runs; where lines are left out, an empty run stands between, if there are neighbours to see."""
    blocks: list[dict[int, str]] = [{}]
    numbers = list(texts)
    for before, number in pairwise([numbers[0] - 1, *numbers]):
        if number > before + 1:
            blocks += [{}, {}] if context else [{}]
        blocks[-1][number] = texts[number]
    return blocks
