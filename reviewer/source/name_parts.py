"""Name parts: what an expression puts together to the name of a file, of texts, folders and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final, NamedTuple

from reviewer.source.module import Kind, Module
from reviewer.source.table import Table

TEXT: Final = "text"
HERE: Final = "here"
START: Final = "start"
MAIN: Final = "main"
GLOBAL: Final = "global"
GIVEN: Final = "given"
UNKNOWN: Final = "unknown"

_LIMIT: Final = 100  # parts looked at: a name is short
_GLOBAL_OBJECTS: Final = frozenset({"GLOBAL", "global", "globalThis", "root"})
_JOINING: Final = frozenset({"join", "resolve"})
_HANDING_ON: Final = frozenset({"String", "fileURLToPath", "normalize", "pathToFileURL"})
_OWN: Final = frozenset({"dirname", "filename", "url"})


class Part(NamedTuple):
    """One part of a name.

    form: a constant `text`; the folder of the module (`here`), that in which the program is started (`start`), that of
    the module with which it begins (`main`); the global variable called `text`; what the FUNCTION at `row` is given at
    the position `at`; or unknown.
    """

    form: str
    text: str = ""
    row: int = -1
    at: int = -1


_UNKNOWN: Final = Part(UNKNOWN)
_SLASH: Final = Part(TEXT, "/")


def name_parts(table: Table | Module, row: int) -> tuple[Part, ...]:
    """The parts of the name that an expression row gives, through variables that are written once, in their order."""
    return _merged(_parts(table, row, count(_LIMIT, -1)))


def is_led(parts: Sequence[Part], *, is_told: bool) -> bool:
    """Whether more than the module itself says what a name begins with, or what stands in it; `is_told` whether the
    folder of the module is known to be its beginning.
    """
    is_here = not is_told and parts[0].form == HERE
    return is_here or any(part.form == GIVEN for part in parts) or parts[0].form in {GLOBAL, MAIN, START}


def _merged(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with texts that follow one another as one."""
    merged: list[Part] = []
    for part in parts:
        if part.form == TEXT and merged and merged[-1].form == TEXT:
            merged[-1] = Part(TEXT, merged[-1].text + part.text)
        elif part != Part(TEXT):
            merged.append(part)
    return tuple(merged) or (Part(TEXT),)


def _parts(table: Table | Module, row: int, left: Iterator[int]) -> list[Part]:
    """Like `name_parts`, not merged; `left` counts down how many rows may be looked at."""
    if next(left) < 0:
        return [_UNKNOWN]
    match table.kind[row]:
        case Kind.STRING:
            return [Part(TEXT, table.text(row))]
        case Kind.IDENT if table.binding[row] >= 0:
            return _variable(table, table.binding[row], left)
        case Kind.IDENT:
            return [_free(table.text(row))]
        case Kind.MEMBER:
            return _member(table, row, left)
        case Kind.CALL:
            return _called(table, row, left)
        case Kind.NEW if table.text(row) == "URL" and table.count[row]:
            return [Part(HERE), _SLASH, *_parts(table, table.first[row] + 1, left)]
        case Kind.TEMPLATE:
            return [part for chunk in table.ops(row) for part in _parts(table, chunk, left)]
        case Kind.BINARY if table.text(row) == "+":
            return [part for operand in table.ops(row) for part in _parts(table, operand, left)]
        case _:
            return [_UNKNOWN]


def _free(name: str) -> Part:
    return Part(HERE) if name in {"__dirname", "__filename"} else Part(GLOBAL, name)


def _variable(table: Table | Module, binding: int, left: Iterator[int]) -> list[Part]:
    writes = table.writes(binding)
    given = [part for write in writes if (part := _parameter(table, write)) is not None]
    if given:
        return [given[0] if all(_is_made_of(table, write, binding) for write in writes[1:]) else _UNKNOWN]
    if len(writes) == 1 and table.kind[table.parent[writes[0]]] == Kind.DECLARATOR:
        return _parts(table, table.first[table.parent[writes[0]]] + 1, left)
    return [_UNKNOWN]


def _parameter(table: Table | Module, target: int) -> Part | None:
    """The parameter whose target is written at a row, also one with a default."""
    parent = table.parent[target]
    if table.kind[parent] == Kind.DEFAULT and table.first[parent] == target:
        parent = table.parent[parent]
    if table.kind[parent] != Kind.PARAM:
        return None
    function = table.parent[parent]
    return Part(GIVEN, row=function, at=parent - table.first[function] - 1)


def _is_made_of(table: Table | Module, target: int, binding: int) -> bool:
    """Whether a write gives a variable what is made of what it held: `folder = path.normalize(folder)`."""
    assign = table.parent[target]
    if table.kind[assign] != Kind.ASSIGN:
        return False
    pending = [table.first[assign] + 1]
    while pending:
        at = pending.pop()
        if table.kind[at] == Kind.IDENT and table.binding[at] == binding:
            return True
        if table.kind[at] != Kind.FUNCTION:
            pending.extend(table.ops(at))
    return False


def _member(table: Table | Module, row: int, left: Iterator[int]) -> list[Part]:
    held, name = table.first[row], table.text(row)
    if table.kind[held] == Kind.META and name in _OWN:
        return [Part(HERE)]
    if is_global_object(table, held):
        return [Part(GLOBAL, name)]
    if _is_main(table, held) and name in {"filename", "path"}:
        return [Part(MAIN)]
    if _is_free(table, held, "module") and name in {"filename", "path"}:
        return [Part(HERE)]
    if name == "PWD" and table.kind[held] == Kind.MEMBER and table.text(held) == "env":
        return [Part(START)]
    return _parts(table, held, left) if name == "href" else [_UNKNOWN]


def _called(table: Table | Module, call: int, left: Iterator[int]) -> list[Part]:
    """What joins parts, hands one on, or asks for a folder."""
    callee, *arguments = table.ops(call)
    name = table.text(callee)
    is_member = table.kind[callee] == Kind.MEMBER
    if name == "cwd" and is_member and _is_free(table, table.first[callee], "process"):
        return [Part(START)]
    if name == "toString" and is_member:
        return _parts(table, table.first[callee], left)
    if name in _HANDING_ON and arguments:
        return _parts(table, arguments[0], left)
    if name == "dirname" and len(arguments) == 1:
        inner = _parts(table, arguments[0], left)
        return inner if [part.form for part in inner] in ([HERE], [MAIN]) else [_UNKNOWN]
    if name not in _JOINING or not arguments:
        return [_UNKNOWN]
    joined: list[Part] = []
    for argument in arguments:
        parts = _parts(table, argument, left)
        if parts and parts[0].form in {HERE, MAIN, START}:
            joined.clear()
        joined += [_SLASH, *parts] if joined else parts
    is_text = bool(joined) and joined[0].form == TEXT and not joined[0].text.startswith("/")
    return [Part(START), _SLASH, *joined] if name == "resolve" and is_text else joined


def is_global_object(table: Table | Module, row: int) -> bool:
    """Whether a row is the object that holds what is global, by one of the names that Node.js has had for it."""
    return table.kind[row] == Kind.IDENT and table.binding[row] < 0 and table.text(row) in _GLOBAL_OBJECTS


def _is_main(table: Table | Module, row: int) -> bool:
    """`require.main` or `process.mainModule`: the module with which the program begins."""
    if table.kind[row] != Kind.MEMBER:
        return False
    held, name = table.first[row], table.text(row)
    return (name == "main" and _is_free(table, held, "require")) or (
        name == "mainModule" and _is_free(table, held, "process")
    )


def is_main_require(table: Table | Module, callee: int) -> bool:
    """`require.main.require`: the `require` of the module with which the program begins."""
    return (
        table.kind[callee] == Kind.MEMBER and table.text(callee) == "require" and _is_main(table, table.first[callee])
    )


def _is_free(table: Table | Module, row: int, name: str) -> bool:
    return table.kind[row] == Kind.IDENT and table.binding[row] < 0 and table.text(row) == name
