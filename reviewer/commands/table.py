"""Records as aligned columns for people, or as JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Final

import click
import msgspec
from rich.cells import cell_len, set_cell_size

from reviewer.diagnosis import visible
from reviewer.rulebook.markdown import table as markdown_table

_WIDEST: Final = 56

Record = Mapping[str, object]


def print_records(records: Sequence[Record], output_format: str) -> None:
    """Write records to standard output: `text` as a table under the names of their fields, `markdown` as one in
    Markdown, `json` as one array.

    On a terminal, long cells are cut.
    """
    if output_format == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(records), indent=2))
    elif output_format == "markdown":
        names = _names(records)
        click.echo(markdown_table(([_cell(record.get(name)) for name in names] for record in records), names), nl=False)
    else:
        for line in table(records, cut=sys.stdout.isatty()):
            click.echo(line)


def table(records: Sequence[Record], *, cut: bool = False) -> list[str]:
    """The lines of a table: a heading of field names in order of appearance, then one line a record; none for none.

    A cell that is wider than 56 columns moves the rest of its line, or is cut.
    """
    names = _names(records)
    rows = [names, *([_cell(record.get(name)) for name in names] for record in records)] if records else []
    if cut:
        rows = [[_cut(cell) for cell in row] for row in rows]
    widths = [min(_WIDEST, max(cell_len(row[column]) for row in rows)) for column in range(len(names))]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in rows]


def _names(records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(name for record in records for name in record))


def _cut(text: str) -> str:
    return text if cell_len(text) <= _WIDEST else set_cell_size(text, _WIDEST - 1) + "…"


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
