"""Records as aligned columns for people, or as JSON for programs."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import click
import msgspec
from rich.cells import cell_len

from reviewer.commands.screen import Screen
from reviewer.diagnosis import visible
from reviewer.rulebook.markdown import table as markdown_table

_WIDEST: Final = 56
_MOST: Final = 0.8
"""The share of the cells of a column that have to fit into it; what is wider stands below its line."""
_GAP: Final = 2
_BELOW: Final = 4
_NARROWEST: Final = 16
_NARROW: Final = 16
"""Up to here a column is as wide as its widest cell."""

Record = Mapping[str, object]


def print_records(records: Sequence[Record], output_format: str) -> None:
    """Write records to standard output: `text` as a table under the names of their fields, `markdown` as one in
    Markdown, `json` as one array.

    On a terminal, what does not fit beside the rest stands below it.
    """
    if output_format == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(records), indent=2))
    elif output_format == "markdown":
        names = _names(records)
        click.echo(markdown_table(([_cell(record.get(name)) for name in names] for record in records), names), nl=False)
    else:
        for line in table(records, Screen().width if sys.stdout.isatty() else None):
            click.echo(line)


def table(records: Sequence[Record], room: int | None = None) -> list[str]:
    """The lines of a table: a heading of field names in order of appearance, then one line a record; none for none.

    A cell that is wider than 56 columns moves the rest of its line. With so much `room`, no line is longer, as far as
    words are not: the columns that fit stand beside each other from the left on, other cells below, behind their names.
    """
    names = _names(records)
    if not records:
        return []
    rows = [[_cell(record.get(name)) for name in names] for record in records]
    widths = [min(_WIDEST, max(map(cell_len, cells))) for cells in zip(names, *rows, strict=True)]
    if room is None or all(cell_len(line) <= room for line in map(_line, rows, [widths] * len(rows))):
        return [_line(row, widths) for row in [names, *rows]]
    widths = _fitting(names, rows, room)
    beside = [name if width else "" for name, width in zip(names, widths, strict=True)]
    lines = [_line(beside, widths)]
    for row in rows:
        lines += _stacked(names, row, widths, room)
    return lines


def _fitting(names: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The widths of the columns that stand beside each other, from the left on; 0 for the others."""
    widths: list[int] = []
    wanted: list[int] = []
    used = -_GAP
    for column, name in enumerate(names):
        cells = sorted(cell_len(row[column]) for row in rows)
        most = cells[-1] if not widths or cells[-1] <= _NARROW else cells[min(len(cells) - 1, int(_MOST * len(cells)))]
        width = max(cell_len(name), most)
        fits = not widths or (used + _GAP + width <= room and all(widths))
        widths.append(width if fits else 0)
        wanted.append(max(cell_len(name), cells[-1]) if fits else 0)
        used += width + _GAP if fits else 0
    for column, width in enumerate(wanted):
        more = width - widths[column]
        if used + more <= room:
            widths[column] += more
            used += more
    return widths


def _stacked(names: Sequence[str], row: Sequence[str], widths: Sequence[int], room: int) -> Iterator[str]:
    fits = [cell_len(cell) <= width or not column for column, (cell, width) in enumerate(zip(row, widths, strict=True))]
    beside = [cell if fit else "" for cell, fit in zip(row, fits, strict=True)]
    below = [(name, cell) for name, cell, fit in zip(names, row, fits, strict=True) if cell and not fit]
    yield _line(beside, widths)
    label = max((cell_len(name) for name, _ in below), default=0) if len(below) > 1 else -_GAP
    for name, cell in below:
        head = f"{_padded(name, label)}{' ' * _GAP}" if label > 0 else ""
        indent = " " * (_BELOW + label + _GAP)
        wrapped = textwrap.wrap(
            cell, max(room - len(indent), _NARROWEST), break_long_words=False, break_on_hyphens=False
        ) or [""]
        yield f"{' ' * _BELOW}{head}{wrapped[0]}"
        yield from (f"{indent}{line}" for line in wrapped[1:])


def _names(records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(name for record in records for name in record))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    shown = [(cell, width) for cell, width in zip(row, widths, strict=True) if width]
    return (" " * _GAP).join(_padded(cell, width) for cell, width in shown).rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    if isinstance(value, dict):
        return visible(msgspec.json.encode(value).decode())
    return visible(str(value))
