"""Places: the lines and columns of rows, and the code that stands there."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from reviewer.finding import Gap, Place
from reviewer.source.module import Kind, Module

if TYPE_CHECKING:
    from reviewer.model.link import Link
    from reviewer.source.documents.documents import Documents
    from reviewer.source.tree import Tree


class Places:
    """Turns rows into places. Reads each file that has a finding once."""

    def __init__(self, link: Link, tree: Tree, documents: Documents) -> None:
        self._link = link
        self._documents = documents
        self._tree = tree
        self._texts: dict[str, bytes] = {}

    def text(self, path: str) -> bytes:
        """The bytes of a reviewed file; empty where it can't be read any more."""
        found = self._texts.get(path)
        if found is None:
            data = self._tree.read(path)
            found = self._texts[path] = b"" if isinstance(data, Gap) else data
        return found

    def of(self, m: int, row: int) -> Place:
        """The place of a row: for a call, its name up to the end of the line; for anything long, its first line. Of a
        document, a whole line.
        """
        if m < 0:
            return self.of_line(self._documents.path(m), row)
        module = self._link.body(m)
        start, end = self._span(module, row)
        data = self.text(module.path)
        newline = data.find(b"\n", start, end)
        if newline >= 0:
            end = newline - 1 if data[newline - 1 : newline] == b"\r" else newline
        line, column = self._position(module, data, start)
        end_line, end_column = self._position(module, data, max(start, end))
        return Place(module.path, line, column, end_line, end_column, start, max(start, end))

    def of_line(self, path: str, line: int) -> Place:
        """The place of a line of any file below the root, without the white space around its text. 1-based."""
        data = self.text(path)
        rows = data.split(b"\n")
        text = rows[line - 1] if 0 < line <= len(rows) else b""
        begin = sum(len(row) + 1 for row in rows[: line - 1])
        inner = text.strip()
        start = len(text) - len(text.lstrip()) if inner else 0
        column = len(text[:start].decode("utf-8", "replace").encode("utf-16-le")) // 2 + 1
        width = len(inner.decode("utf-8", "replace").encode("utf-16-le")) // 2
        return Place(path, line, column, line, column + width, begin + start, begin + start + len(inner))

    def _span(self, module: Module, row: int) -> tuple[int, int]:
        if module.kind[row] in {Kind.CALL, Kind.TAGGED}:
            callee = module.first[row]
            if module.kind[callee] == Kind.MEMBER:
                return module.end[callee] - len(module.text(callee).encode()), module.end[row]
        return module.start[row], module.end[row]

    def _position(self, module: Module, data: bytes, offset: int) -> tuple[int, int]:
        line = bisect_right(module.line_starts, offset)
        begin = module.line_starts[line - 1] if line else 0
        before = data[begin:offset].decode("utf-8", "replace")
        return max(line, 1), len(before.encode("utf-16-le")) // 2 + 1

    def code(self, m: int, row: int) -> str:
        """The code of a row, or a line of a document, with white space folded."""
        if m < 0:
            place = self.of_line(self._documents.path(m), row)
            return " ".join(self.text(place.path)[place.start : place.end].decode("utf-8", "replace").split())
        module = self._link.body(m)
        data = self.text(module.path)[module.start[row] : module.end[row]]
        return " ".join(data.decode("utf-8", "replace").split())
