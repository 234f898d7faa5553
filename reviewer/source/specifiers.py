"""Specifiers: what a `require` or `import()` names, folded from the expression as far as it is constant."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import count
from typing import Final, NamedTuple

from reviewer.source.module import Kind, Module
from reviewer.source.table import Table

_JOINING: Final = frozenset({"join", "resolve"})
_OWN: Final = frozenset({"dirname", "url"})
_LIMIT: Final = 100  # parts looked at: a specifier is short


class Specifier(NamedTuple):
    """The constant text at the start of an expression, and whether that is all of it."""

    text: str
    whole: bool


_NOTHING: Final = Specifier("", whole=False)


def fold(table: Table | Module, row: int) -> Specifier:
    """The specifier that an expression row gives, through variables that are written once. `__dirname` is `.`."""
    return _fold(table, row, count(_LIMIT, -1))


def _fold(table: Table | Module, row: int, left: Iterator[int]) -> Specifier:
    """Like `fold`; `left` counts down how many parts and variables may be looked at."""
    while table.kind[row] == Kind.IDENT and table.binding[row] >= 0:
        writes = table.writes(table.binding[row])
        if next(left) < 0 or len(writes) != 1 or table.kind[table.parent[writes[0]]] != Kind.DECLARATOR:
            return _NOTHING
        row = table.first[table.parent[writes[0]]] + 1
    if table.kind[row] == Kind.CALL:
        return _joined(table, row, left)
    if table.kind[row] == Kind.STRING:
        return Specifier(table.text(row), whole=True)
    if _is_own_folder(table, row):
        return Specifier(".", whole=True)
    text = ""
    for part in _parts(table, row):
        found = _fold(table, part, left) if part != row and next(left) > 0 else _NOTHING
        text += found.text
        if not found.whole:
            return Specifier(text, whole=False)
    return Specifier(text, whole=True)


def folder_of(specifier: Specifier) -> str:
    """The constant prefix up to its last slash; empty where there is none."""
    return specifier.text[: specifier.text.rfind("/") + 1]


def _parts(table: Table | Module, row: int) -> list[int]:
    """The operands of nested `+` and templates, left to right."""
    parts: list[int] = []
    pending = [row]
    while pending and len(parts) < _LIMIT:
        at = pending.pop()
        if table.kind[at] == Kind.TEMPLATE or (table.kind[at] == Kind.BINARY and table.text(at) == "+"):
            pending.extend(reversed(table.ops(at)))
        else:
            parts.append(at)
    return parts


def _is_own_folder(table: Table | Module, row: int) -> bool:
    """`__dirname` or `import.meta.dirname`, or `import.meta.url` where functions take it for its folder."""
    if table.kind[row] == Kind.IDENT and table.binding[row] < 0 and table.text(row) == "__dirname":
        return True
    return table.kind[row] == Kind.MEMBER and table.text(row) in _OWN and table.kind[table.first[row]] == Kind.META


def _joined(table: Table | Module, call: int, left: Iterator[int]) -> Specifier:
    """`path.join(__dirname, 'a', b)` and `path.resolve(…)`, or nothing for other calls."""
    callee, *arguments = table.ops(call)
    if table.text(callee) not in _JOINING or next(left) < 0:
        return _NOTHING
    text = ""
    for argument in arguments:
        inner = _fold(table, argument, left)
        if not text and inner.text[:1] != ".":
            return _NOTHING
        text = f"{text}/{inner.text}" if text else inner.text
        if not inner.whole:
            folder = text if inner.text.endswith("/") else text[: text.rfind("/") + 1] if inner.text else text + "/"
            return Specifier(_relative(folder) + "/", whole=False)
    return Specifier(_relative(text), whole=True)


def _relative(text: str) -> str:
    plain = posixpath.normpath(text)
    return plain if plain.startswith("..") or plain == "." else f"./{plain}"
