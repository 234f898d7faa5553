"""Examples of libraries: small repositories in fences, with a comment `//= …` on the lines that rows speak of.

A comment says all that is stated of its line, statements separated by `;`. The words are those of `words`; of a name
that the line gives a value, `name: Type, role, …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from reviewer.diagnosis import quoted, wrong
from reviewer.rulebook.folder import read_text
from reviewer.rulebook.load import PAGES
from reviewer.rulebook.markdown import Fence, Heading, parse_blocks

EXAMPLES: Final = "libraries/examples"
_SAID: Final = re.compile(r"\s*//=\s*(.*)$")


class LibraryExample(msgspec.Struct, frozen=True):
    """A small repository. said: what is stated of lines, by path and 1-based line; at: where the page says it."""

    page: str
    title: str
    line: int
    files: dict[str, bytes]
    said: dict[tuple[str, int], frozenset[str]]
    at: dict[tuple[str, int], int]


def read_examples(folder: Path) -> Iterator[LibraryExample]:
    """The examples of all libraries below a rules folder, by page and line. Raises `UsageError`."""
    for page in sorted((folder / EXAMPLES).glob("*.md")):
        if page.name not in PAGES:
            yield from _examples(read_text(page), page.name)


def _examples(text: str, page: str) -> Iterator[LibraryExample]:
    heading: Heading | None = None
    fences: list[Fence] = []
    for block in parse_blocks(text.split("\n"), page, 1):
        if isinstance(block, Heading):
            if heading is not None and fences:
                yield _example(heading, fences, page)
            heading, fences = block, []
        elif isinstance(block, Fence):
            fences.append(block)
    if heading is not None and fences:
        yield _example(heading, fences, page)


def _example(heading: Heading, fences: list[Fence], page: str) -> LibraryExample:
    files: dict[str, bytes] = {}
    said: dict[tuple[str, int], frozenset[str]] = {}
    at: dict[tuple[str, int], int] = {}
    for fence in fences:
        if len(fence.info) != 2:
            raise wrong(page, fence.line, "a fence of an example is written ```language path")
        name = fence.info[1]
        if name in files:
            raise wrong(page, fence.line, f"the example {quoted(heading.text)} has {quoted(name)} twice")
        lines = []
        for number, line in enumerate(fence.code, 1):
            found = _SAID.search(line)
            lines.append(line if found is None else line[: found.start()])
            if found is not None:
                said[name, number] = frozenset(part for each in found[1].split(";") for part in _facets(each.strip()))
                at[name, number] = fence.line + number
        files[name] = "".join(f"{line}\n" for line in lines).encode()
    if not said:
        raise wrong(page, heading.line, f"the example {quoted(heading.text)} says nothing of any line")
    return LibraryExample(page, heading.text, heading.line, files, said, at)


def _facets(statement: str) -> Iterator[str]:
    """`name: A, b` as `name: A` and `name: b`; any other statement as it is, `nothing` as none."""
    name, colon, facets = statement.partition(": ")
    if colon and " " not in name and name != "removed":
        yield from (f"{name}: {facet.strip()}" for facet in facets.split(","))
    elif statement not in {"", "nothing"}:
        yield statement
