"""Specifiers: what a `require` or `import()` names, folded from the expression as far as it is constant."""

from __future__ import annotations

import posixpath
from typing import Final, NamedTuple

from reviewer.source.module import Kind
from reviewer.source.table import Table

_JOINING: Final = frozenset({"join", "resolve"})
_LIMIT: Final = 1000  # parts looked at: a specifier is short


class Specifier(NamedTuple):
    """The constant text at the start of an expression, and whether that is all of it."""

    text: str
    whole: bool


def fold(table: Table, row: int) -> Specifier:
    """The specifier that an expression row gives; `__dirname` counts as `.`."""
    if table.kind[row] == Kind.CALL:
        return _joined(table, row)
    text = ""
    for part in _parts(table, row):
        constant = _constant(table, part)
        if constant is None:
            return Specifier(text, whole=False)
        text += constant
    return Specifier(text, whole=True)


def folder_of(specifier: Specifier) -> str:
    """The constant prefix up to its last slash; empty where there is none."""
    return specifier.text[: specifier.text.rfind("/") + 1]


def _parts(table: Table, row: int) -> list[int]:
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


def _constant(table: Table, row: int) -> str | None:
    if table.kind[row] == Kind.STRING:
        return table.text(row)
    return "." if _is_own_folder(table, row) else None


def _is_own_folder(table: Table, row: int) -> bool:
    """`__dirname` or `import.meta.dirname`."""
    if table.is_free(row, "__dirname"):
        return True
    return table.is_member(row, "dirname") and table.kind[table.first[row]] == Kind.META


def _joined(table: Table, call: int) -> Specifier:
    """`path.join(__dirname, 'a', b)` and `path.resolve(…)`, or nothing for other calls."""
    callee, *arguments = table.ops(call)
    if table.text(callee) not in _JOINING or not arguments or not _is_own_folder(table, arguments[0]):
        return Specifier("", whole=False)
    text = "."
    for argument in arguments[1:]:
        if table.kind[argument] not in {Kind.STRING, Kind.TEMPLATE, Kind.BINARY}:
            return Specifier(_relative(text) + "/", whole=False)
        inner = fold(table, argument)
        if not inner.whole:
            return Specifier(_relative(text) + "/" + inner.text.lstrip("/"), whole=False)
        text = f"{text}/{inner.text}"
    return Specifier(_relative(text), whole=True)


def _relative(text: str) -> str:
    plain = posixpath.normpath(text)
    return plain if plain.startswith("..") or plain == "." else f"./{plain}"
