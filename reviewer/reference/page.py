"""The reference as text: for terminals, wrapped and indented, and as one page of Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.text import Text

from reviewer.reference.entries import Entry, Part
from reviewer.report.styles import BOLD
from reviewer.rulebook.markdown import table

_INDENT: Final = "  "
_NARROWEST: Final = 20
_NARROW: Final = 60
_LONGEST: Final = 32


def as_text(parts: Iterable[Part], width: int) -> Iterator[Text]:
    """The lines of the reference in `width` columns: the words of a part below each other, their sentences beside."""
    for number, part in enumerate(parts):
        yield from (Text(),) if number else ()
        yield Text(part.title.upper(), BOLD)
        yield from _wrapped(part.says, width, 0)
        yield from _words(part.entries, width, 1)


def _words(entries: Sequence[Entry], width: int, depth: int) -> Iterator[Text]:
    """Words with their sentences beside them, or below where a word is long; what has words of its own stands apart."""
    beside = max((len(_head(entry)) for entry in entries), default=0)
    beside = beside if beside <= _LONGEST and width >= _NARROW else 0
    for before, entry in zip((None, *entries), entries, strict=False):
        if depth == 1 and (not beside or entry.keys or (before and before.keys)):
            yield Text()
        head = _head(entry)
        if beside:
            column = len(_INDENT) * depth + beside + 2
            said = list(_wrapped(entry.says, width - column, 0)) or [Text()]
            first = Text.assemble(_INDENT * depth, (head, BOLD), " " * (beside + 2 - len(head)), said[0])
            yield first
            yield from (Text(" " * column) + line for line in said[1:])
        else:
            yield from _wrapped(head, width, depth, hanging=2, style=BOLD)
            yield from _wrapped(entry.says, width, depth + 1)
        yield from _words(entry.keys, width, depth + 1)


def _head(entry: Entry) -> str:
    return f"{entry.name} -> {entry.gives}" if entry.gives else entry.name


def _wrapped(text: str, width: int, depth: int, *, hanging: int = 0, style: str = "") -> Iterator[Text]:
    indent = _INDENT * depth
    lines = textwrap.wrap(
        text,
        max(width, len(indent) + _NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent + _INDENT * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return (Text(line, style) for line in lines)


def as_markdown(parts: Iterable[Part]) -> str:
    """The reference as a page: a section for each part, its words as tables."""
    sections = ["# Reference of rules\n"]
    for part in parts:
        sections += [f"## {part.title}\n", f"{part.says}\n"]
        plain = [entry for entry in part.entries if not entry.keys]
        if plain:
            sections.append(_table(plain))
        for entry in part.entries:
            if entry.keys:
                sections += [f"### `{entry.name}`\n", f"{entry.says}.\n", _table(entry.keys)]
    return "\n".join(sections)


def _table(entries: Sequence[Entry]) -> str:
    gives = any(entry.gives for entry in entries)
    head = ("Name", "What it is", "Gives") if gives else ("Name", "What it is")
    rows = [
        (f"`{entry.name}`", entry.says, f"`{entry.gives}`" if entry.gives else "")[: len(head)] for entry in entries
    ]
    return table(rows, head)
