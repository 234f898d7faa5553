"""Quotes in texts that are put together: between which quotes a piece stands, and what that does to its value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reviewer.source.module import Kind, Module

QUOTES: Final = ("'", '"', "`")
_ESCAPED: Final = "escaped.sql"
_WITHIN: Final = "within "
_WITHOUT: Final = "without "


def without(quote: str) -> str:
    """What a value has passed that can hold no such quote, nor a backslash."""
    return _WITHOUT + quote


def within(quote: str) -> str:
    """What a value has passed that has become a piece of a text, between two such quotes."""
    return _WITHIN + quote


def is_internal(barrier: str) -> bool:
    """Whether what a value has passed only says something of its quotes."""
    return barrier.startswith((_WITHIN, _WITHOUT))


def passed(before: Iterable[str], barriers: Iterable[str], *, is_source: bool) -> frozenset[str]:
    """What a value has passed after some more barriers: one that can't end the quotes between which it comes to stand
    is escaped. Of the quotes around a source nothing else is to be known.
    """
    found = {*before, *barriers}
    found.update(_ESCAPED for quote in QUOTES if _WITHIN + quote in barriers and _WITHOUT + quote in before)
    return frozenset(barrier for barrier in found if not is_source or not barrier.startswith(_WITHIN))


class Quotes:
    """Which pieces of a text stand between quotes, by the texts that their modules put together."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], dict[int, str]] = {}

    def around(self, module: Module, piece: int) -> tuple[str, ...]:
        """What a piece of a `+` or a template passes by standing between quotes."""
        if not _is_text(module, module.parent[piece]) or _is_text(module, piece):
            return ()
        root = module.parent[piece]
        while _is_text(module, module.parent[root]):
            root = module.parent[root]
        found = self._known.get((module.index, root))
        if found is None:
            found = self._known[module.index, root] = _between(module, root)
        quote = found.get(piece)
        return () if quote is None else (within(quote),)


def _is_text(module: Module, row: int) -> bool:
    return module.kind[row] == Kind.TEMPLATE or (module.kind[row] == Kind.BINARY and module.text(row) == "+")


def _between(module: Module, root: int) -> dict[int, str]:
    """The pieces of a text that stand between quotes, with these; none where a quote of it is open at its end."""
    found: dict[int, str] = {}
    quote = ""
    for piece in _pieces(module, root):
        if module.kind[piece] != Kind.STRING:
            if quote:
                found[piece] = quote
            continue
        for character in module.text(piece):
            if character == quote:
                quote = ""
            elif not quote and character in QUOTES:
                quote = character
    return {} if quote else found


def _pieces(module: Module, root: int) -> Iterator[int]:
    """The constants and holes of a text, in order."""
    pending = [root]
    while pending:
        row = pending.pop()
        if _is_text(module, row):
            pending.extend(reversed(tuple(module.ops(row))))
        else:
            yield row
