"""File texts: the text by which an expression names a file of the repository, as far as it is written there."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.source.module import Kind, Module
from reviewer.source.specifiers import fold

_DEPTH = 3


def named_file(body: Module, row: int, depth: int = _DEPTH) -> Iterator[str]:
    """The file name that an expression is: a text, `new URL('./x', import.meta.url)`, a joined path, or the constant
    that holds one.
    """
    if body.kind[row] == Kind.NEW and body.args(row):
        row = body.args(row)[0]
    specifier = fold(body, row)
    if specifier.whole and specifier.text:
        yield specifier.text
    elif body.kind[row] == Kind.CALL and body.args(row):
        # What joins a path with the folder of the file, or asks for its address.
        last = body.args(row)[-1]
        if body.kind[last] == Kind.STRING:
            yield body.text(last)
        elif depth and body.kind[last] in {Kind.IDENT, Kind.NEW}:
            yield from named_file(body, last, depth - 1)
    elif depth and body.kind[row] == Kind.IDENT and body.binding[row] >= 0:
        writes = body.writes(body.binding[row])
        parent = body.parent[writes[0]] if len(writes) == 1 else row
        if body.kind[parent] == Kind.DECLARATOR:
            yield from named_file(body, body.op(parent, 1), depth - 1)
