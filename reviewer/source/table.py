"""Finished rows, as the surface reads them: columns by name and the few accessors that `Module` has as well."""

from __future__ import annotations

from reviewer.source.module import Kind
from reviewer.source.rows import Rows
from reviewer.source.scopes import Scopes, line_of


class Table:
    """The columns of one file before they are encoded; rows are as in `Module`."""

    __slots__ = (
        "_writes",
        "binding",
        "count",
        "first",
        "flags",
        "kind",
        "line_starts",
        "name",
        "owner",
        "parent",
        "start",
        "strings",
    )

    def __init__(self, rows: Rows, scopes: Scopes, start: list[int], line_starts: list[int]) -> None:
        self.kind = rows.kind
        self.flags = rows.flags
        self.count = rows.count
        self.name = rows.name
        self.strings = rows.strings
        self.first = scopes.first
        self.parent = scopes.parent
        self.owner = scopes.owner
        self.binding = scopes.binding
        self._writes = scopes.writes
        self.start = start
        self.line_starts = line_starts

    def ops(self, row: int) -> range:
        """All operand rows."""
        first = self.first[row]
        return range(first, first + self.count[row])

    def text(self, row: int) -> str:
        """The row's name, empty where it has none."""
        name = self.name[row]
        return self.strings[name] if name >= 0 else ""

    def writes(self, binding: int) -> list[int]:
        """The target rows that write a binding, as in `Module`."""
        return self._writes[binding]

    def line(self, row: int) -> int:
        """The 1-based line on which the row starts."""
        return line_of(self.line_starts, self.start[row])

    def is_free(self, row: int, name: str) -> bool:
        """Whether the row is the free identifier `name`."""
        return self.kind[row] == Kind.IDENT and self.binding[row] < 0 and self.text(row) == name

    def is_member(self, row: int, name: str) -> bool:
        """Whether the row is a member `name` of something."""
        return self.kind[row] == Kind.MEMBER and self.text(row) == name
