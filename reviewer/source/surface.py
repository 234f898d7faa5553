"""The surface: what linking reads of a module without its body, gathered from finished rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reviewer.source.exported import assigned_exports, declared_exports, defined_export, is_exports
from reviewer.source.module import BindingFlag, BindingKind, Export, Import, Kind, Surface
from reviewer.source.name_parts import is_led, is_main_require, name_parts
from reviewer.source.rows import Rows
from reviewer.source.scopes import Scopes
from reviewer.source.specifiers import fold, folder_of
from reviewer.source.table import Table

_STAR_EXPORTS: Final = frozenset({"__exportStar", "__export"})  # what TypeScript makes of `export * from`
_AMD: Final = frozenset({Kind.ARRAY, Kind.FUNCTION, Kind.OBJECT})  # first arguments of other things called `require`
_STORING: Final = frozenset({Kind.ASSIGN, Kind.DECLARATOR})
_PATTERNS: Final = frozenset({Kind.ARRAY_PATTERN, Kind.OBJECT_PATTERN, Kind.PROPERTY, Kind.DEFAULT})
_LOOKS_UP: Final = "get"  # the method of maps (ECMAScript 24.1.3.6)
_COMMONJS_NAMES: Final = ("require", "module", "exports")


def surface_of(rows: Rows, scopes: Scopes, start: list[int], line_starts: list[int]) -> Surface:
    """The surface of one file from its finished rows; names the callees of its CALL and NEW rows on the way."""
    table = Table(rows, scopes, start, line_starts)
    is_script = not rows.is_module
    calls, unnamed = _name_calls(table, rows.calls)
    imports = [
        Import(
            draft.source,
            draft.kind,
            -1,
            draft.line,
            [(imported, scopes.introduced[at] if at >= 0 else -1) for imported, at in draft.names],
            draft.type_only,
        )
        for draft in rows.import_drafts
    ]
    exports = declared_exports(rows, scopes, table)
    exports += assigned_exports(rows, table, is_script=is_script)
    computed, loads = _gather_calls(table, scopes, (calls, unnamed), imports, exports)
    globals_ = _globals(rows, scopes)
    targets = rows.targets
    elements = {table.binding[row] for row in targets if table.kind[row] == Kind.IDENT and _is_element(table, row)}
    return Surface(
        imports=imports,
        exports=exports,
        functions=rows.functions,
        classes=rows.classes,
        calls=calls,
        unnamed_calls=unnamed,
        reads=_by_name(table, [row for row in rows.members if row not in targets]),
        writes=_by_name(table, [row for row in rows.members if row in targets]),
        keys=_by_name(table, rows.keys),
        taken=_by_name(table, sorted(rows.taken)),
        parameter_calls=[row for row in rows.calls if _calls_given(table, scopes, row, elements)],
        globals=globals_,
        global_writes=_by_name(table, [row for rows_of in globals_.values() for row in rows_of if row in targets]),
        types=rows.types,
        commonjs=is_script and any(name in globals_ for name in _COMMONJS_NAMES),
        has_shebang=rows.data.startswith((b"#!", b"\xef\xbb\xbf#!")),
        annotated=sorted(rows.named_types),
        computed=computed,
        implements=rows.implements,
        tagged=rows.tagged,
        said=_said(table),
        loads=loads,
    )


def _said(table: Table) -> str:
    """The text of a directive with which a module begins (ECMAScript 11.2.1); the first one of several."""
    statement = table.first[0]
    if not table.count[0] or table.kind[statement] != Kind.EXPRESSION:
        return ""
    value = table.first[statement]
    return table.text(value) if table.kind[value] == Kind.STRING else ""


def _name_calls(table: Table, rows: list[int]) -> tuple[dict[str, list[int]], list[int]]:
    """Give each CALL and NEW its callee's last name; the rows by that name, and those without, which may be
    found by several.
    """
    kind, name, first = table.kind, table.name, table.first
    named: dict[int, list[int]] = {}
    unnamed: list[int] = []
    for row in rows:
        callee = first[row]
        if kind[callee] not in {Kind.MEMBER, Kind.IDENT} or not table.count[row]:
            unnamed.append(row)
            for number in _either(table, callee) if kind[callee] == Kind.INDEX else ():
                named.setdefault(number, []).append(row)
            continue
        number = name[row] = name[callee]
        found = named.get(number)
        if found is None:
            named[number] = [row]
        else:
            found.append(row)
    return {table.strings[number]: found for number, found in named.items()}, unnamed


def _either(table: Table, index: int) -> list[int]:
    """The names between which a member is chosen where it is used: `emitter[single ? 'once' : 'on']`."""
    key = table.first[index] + 1
    if table.kind[key] != Kind.CONDITIONAL:
        return []
    choices = range(table.first[key] + 1, table.first[key] + table.count[key])
    return [table.name[row] for row in choices if table.kind[row] == Kind.STRING]


def _calls_given(table: Table, scopes: Scopes, row: int, elements: set[int]) -> bool:
    """Whether a CALL runs what a parameter of some function holds, or the element of a list that a loop is at, or what
    was looked up.
    """
    callee = table.first[row]
    if not table.count[row] or table.kind[callee] != Kind.IDENT:
        return False
    binding = table.binding[callee]
    return binding >= 0 and (scopes.binding_kind[binding] == BindingKind.PARAM or binding in elements)


def _is_element(table: Table, target: int) -> bool:
    """Whether a name gets an element of what a FOR_OF goes through, or what is looked up: `table[key]`, `map.get(key)`,
    and what stands in its place where there is none.
    """
    parent = table.parent[target]
    if table.kind[parent] in _STORING:
        value = table.first[parent] + 1
        if table.count[parent] < 2 or value == target:
            return False
        while table.kind[value] == Kind.LOGICAL:
            value = table.first[value]
        return table.kind[value] == Kind.INDEX or (table.kind[value] == Kind.CALL and table.text(value) == _LOOKS_UP)
    while table.kind[parent] in _PATTERNS:
        parent = table.parent[parent]
    return table.kind[parent] == Kind.FOR_OF


def _by_name(table: Table, rows: Iterable[int]) -> dict[str, list[int]]:
    name = table.name
    named: dict[int, list[int]] = {}
    for row in rows:
        number = name[row]
        found = named.get(number)
        if found is None:
            named[number] = [row]
        else:
            found.append(row)
    return {table.strings[number]: found for number, found in named.items() if number >= 0}


def _globals(rows: Rows, scopes: Scopes) -> dict[str, list[int]]:
    name, binding, strings = rows.name, scopes.binding, rows.strings
    free: dict[int, list[int]] = {}
    for row in rows.idents:
        if binding[row] < 0:
            number = name[row]
            found = free.get(number)
            if found is None:
                free[number] = [row]
            else:
                found.append(row)
    return {strings[number]: found for number, found in free.items()}


def _gather_calls(
    table: Table,
    scopes: Scopes,
    calls: tuple[dict[str, list[int]], list[int]],
    imports: list[Import],
    exports: list[Export],
) -> tuple[list[int], list[int]]:
    """Add the imports and exports that calls make; the lines of imports that the file alone does not tell, and the rows
    of those that others of the repository may.
    """
    named, unnamed = calls
    loading = [
        *(row for row in named.get("require", ()) if _is_require(table, scopes, table.first[row])),
        *(row for row in unnamed if table.count[row] and table.kind[table.first[row]] == Kind.IMPORT),
    ]
    computed: list[int] = []
    loads: list[int] = []
    for row in sorted(loading, key=lambda row: (table.kind[table.first[row]] == Kind.IMPORT, table.start[row])):
        kind = "dynamic" if table.kind[table.first[row]] == Kind.IMPORT else "require"
        if table.count[row] < 2 or table.kind[table.first[row] + 1] in _AMD:
            continue
        if is_main_require(table, table.first[row]):
            loads.append(row)
            continue
        is_told = _add_import(table, row, kind, imports)
        if not is_told:
            computed.append(table.line(row))
        if not is_told or imports[-1].kind == "folder":
            loads += [row] if is_led(name_parts(table, table.first[row] + 1), is_told=is_told) else []
    for row in named.get("defineProperty", ()):
        export = defined_export(table, row)
        if export is not None:
            exports.append(export)
    for name in _STAR_EXPORTS:
        for row in named.get(name, ()):
            _add_star(table, row, imports, exports)
    return sorted(set(computed)), loads


def _is_require(table: Table, scopes: Scopes, callee: int) -> bool:
    """Node's `require`: free, of `module` or `require.main`, or what `createRequire` gave at the top level."""
    if table.kind[callee] == Kind.MEMBER:
        return table.is_free(table.first[callee], "module") or is_main_require(table, callee)
    binding = table.binding[callee]
    if binding < 0:
        return True
    return bool(scopes.binding_flags[binding] & BindingFlag.TOP_LEVEL) and any(
        _is_made_by_create_require(table, write) for write in scopes.writes[binding]
    )


def _is_made_by_create_require(table: Table, target: int) -> bool:
    if table.kind[table.parent[target]] != Kind.DECLARATOR:
        return False
    value = target + 1
    return table.kind[value] == Kind.CALL and table.text(value) == "createRequire"


def _add_import(table: Table, call: int, kind: str, imports: list[Import]) -> bool:
    """Add what a call imports; whether that could be told."""
    specifier = fold(table, table.first[call] + 1)
    if specifier.whole:
        imports.append(Import(specifier.text, kind, call, table.line(call)))
    elif folder_of(specifier):
        imports.append(Import(folder_of(specifier), "folder", call, table.line(call)))
    return specifier.whole or bool(folder_of(specifier))


def _add_star(table: Table, call: int, imports: list[Import], exports: list[Export]) -> None:
    """`__exportStar(require('./x'), exports)`: a re-export of everything."""
    arguments = table.ops(call)[1:]
    if not arguments or table.kind[arguments[0]] != Kind.CALL or table.text(arguments[0]) != "require":
        return
    if len(arguments) > 1 and not is_exports(table, arguments[1]):
        return
    required = arguments[0]
    if table.count[required] < 2 or not table.is_free(table.first[required], "require"):
        return
    specifier = fold(table, table.first[required] + 1)
    if specifier.whole:
        imports.append(Import(specifier.text, "reexport", -1, table.line(call), [("*", -1)]))
        exports.append(Export("*", source=specifier.text, imported="*", commonjs=True))
