"""Files that are not parsed, too large or too odd: their imports and exports from a scan of the text."""

from __future__ import annotations

import re
from typing import Final

from reviewer.source.literals import cook
from reviewer.source.module import Body, Export, Import, Kind, Surface
from reviewer.source.scopes import line_of, lines_of, packed

_SCANNED: Final = 10_000_000  # bytes looked at
_MOST: Final = 10_000  # imports or exports kept
_CLAUSE: Final = 2000  # bytes that an import clause may take
_QUOTED: Final = rb"""(?:"([^"\\\r\n]{1,500})"|'([^'\\\r\n]{1,500})')"""
_IMPORT: Final = re.compile(rb"(?<![\w$.])(?:(require|import)\s{0,9}\(\s{0,9}|(import)\s{0,9}|from\s{0,9})" + _QUOTED)
_ASSIGNED: Final = re.compile(
    rb"(?<![\w$.])(?:module\s{0,9}\.\s{0,9})?exports\s{0,9}(?:\.\s{0,9}([\w$]{1,200}))?\s{0,9}=(?![=>])"
)
_DECLARED: Final = re.compile(
    rb"(?<![\w$.])export\s{1,9}(?:(default)\b|(?:async\s{1,9})?(?:const|let|var|class|function)\b[\s*]{1,9}([\w$]{1,200}))"
)


def scan(data: bytes) -> tuple[Surface, Body]:
    """A surface whose exports are all one UNKNOWN row, and the body that holds it.

    Text in strings and comments may be mistaken for code.
    """
    text = data[:_SCANNED]
    line_starts = lines_of(text)
    imports: list[Import] = []
    for match in _IMPORT.finditer(text):
        called, bare, double, single = match.groups()
        if called:
            kind = "require" if called == b"require" else "dynamic"
        else:
            kind = "import" if bare else _declaration(text[max(0, match.start() - _CLAUSE) : match.start()])
        if kind:
            imports.append(Import(cook(double or single), kind, -1, line_of(line_starts, match.start())))
        if len(imports) == _MOST:
            break
    assigned = {(match[1] or b"=").decode("ascii", "replace") for match in _ASSIGNED.finditer(text)}
    declared = {(match[1] or match[2]).decode("ascii", "replace") for match in _DECLARED.finditer(text)}
    exports = [Export(name, row=1, commonjs=True) for name in sorted(assigned)[:_MOST]]
    exports += [Export(name, row=1) for name in sorted(declared)[:_MOST]]
    modern = any(record.kind in {"import", "reexport"} for record in imports) or bool(declared)
    surface = Surface(
        imports=imports,
        exports=exports,
        commonjs=not modern and (bool(assigned) or any(record.kind == "require" for record in imports)),
        has_shebang=data.startswith(b"#!"),
    )
    return surface, _body(len(data), line_starts)


def _declaration(before: bytes) -> str:
    """What a `from` belongs to, by the text before it; empty where there is no import or export."""
    imported, exported = before.rfind(b"import"), before.rfind(b"export")
    if imported < 0 and exported < 0:
        return ""
    return "import" if imported > exported else "reexport"


def _body(size: int, line_starts: list[int]) -> Body:
    """A PROGRAM with one UNKNOWN row that spans the file."""

    def ints(*values: int) -> bytes:
        return packed(values)

    return Body(
        kind=bytes([Kind.PROGRAM, Kind.UNKNOWN]),
        flags=ints(0, 0),
        parent=ints(0, 0),
        first=ints(1, 2),
        count=ints(1, 0),
        start=ints(0, 0),
        end=ints(size, size),
        name=ints(-1, -1),
        binding=ints(-1, -1),
        region=ints(0, 0),
        owner=ints(0, 0),
        strings=[""],
        binding_name=b"",
        binding_kind=b"",
        binding_flags=b"",
        binding_owner=b"",
        writes_at=ints(0),
        writes=b"",
        refs_at=ints(0),
        refs=b"",
        line_starts=packed(line_starts),
        annotations={},
        generics={},
    )
