"""Exports: what a module gives away, by declarations and by CommonJS's assignments to `exports`."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.source.module import Export, Flag, Kind
from reviewer.source.rows import Rows
from reviewer.source.scopes import Scopes
from reviewer.source.table import Table

_PATTERNS = frozenset({Kind.OBJECT_PATTERN, Kind.ARRAY_PATTERN, Kind.PROPERTY, Kind.DEFAULT, Kind.REST})


def declared_exports(rows: Rows, scopes: Scopes, table: Table) -> list[Export]:
    """The exports of export declarations at the top level."""
    exports: list[Export] = []
    for row in rows.export_rows:
        if table.parent[row] == 0:
            exports.extend(_of_export(table, row))
    for draft in rows.export_drafts:
        binding = scopes.top_level(draft.local)
        if binding >= 0:
            exports.append(Export(draft.name, binding=binding, type_only=draft.type_only))
    return exports + rows.reexports


def _of_export(table: Table, row: int) -> Iterator[Export]:
    operand = table.first[row]
    flags = table.flags.get(row, 0)
    if flags & Flag.DEFAULT_EXPORT:
        yield Export("default", row=operand)
    elif flags & Flag.EXPORT_ASSIGNMENT:
        yield Export("=", row=operand)
    elif table.kind[operand] == Kind.VAR:
        for declarator in table.ops(operand):
            for target in _targets(table, table.first[declarator]):
                yield Export(table.text(target), binding=table.binding[target])
    elif table.binding[operand] >= 0:
        yield Export(table.text(operand).partition(".")[0], binding=table.binding[operand])


def _targets(table: Table, row: int) -> Iterator[int]:
    """The IDENT rows that a declarator's target binds, in source order."""
    pending = [row]
    while pending:
        at = pending.pop()
        kind = table.kind[at]
        if kind == Kind.IDENT and table.binding[at] >= 0:
            yield at
        elif kind == Kind.PROPERTY:
            pending.append(table.first[at] + 1)
        elif kind == Kind.DEFAULT:
            pending.append(table.first[at])
        elif kind in _PATTERNS:
            pending.extend(reversed(table.ops(at)))


# CommonJS


def is_exports(table: Table, row: int) -> bool:
    """Whether the row is `exports` or `module.exports`."""
    return table.is_free(row, "exports") or _is_module_exports(table, row)


def _is_module_exports(table: Table, row: int) -> bool:
    return table.is_member(row, "exports") and table.is_free(table.first[row], "module")


def _is_module_this(table: Table, row: int) -> bool:
    """`this` outside of functions and classes."""
    if table.kind[row] != Kind.THIS:
        return False
    at = row
    while at:
        at = table.parent[at]
        kind = table.kind[at]
        if kind == Kind.CLASS or (kind == Kind.FUNCTION and not table.flags.get(at, 0) & Flag.ARROW):
            return False
    return True


def assigned_exports(rows: Rows, table: Table, *, is_script: bool) -> list[Export]:
    """The exports of `exports.x = …`, `module.exports = …` and, in a script, `this.x = …`, in source order."""
    exports: list[tuple[int, Export]] = []
    for row, mode in rows.targets.items():
        if mode != -1 or table.kind[row] != Kind.MEMBER or table.kind[table.parent[row]] != Kind.ASSIGN:
            continue
        holder = table.first[row]
        if _is_module_exports(table, row):
            name = "="
        elif is_exports(table, holder) or (is_script and _is_module_this(table, holder)):
            name = table.text(row)
        else:
            continue
        value = _assigned_value(table, row)
        if table.kind[value] != Kind.UNDEFINED and not _is_void(table, value):
            exports.append((table.start[row], Export(name, row=value, commonjs=True)))
    exports.sort(key=lambda pair: pair[0])
    return [export for _, export in exports]


def _assigned_value(table: Table, target: int) -> int:
    """The value at the end of `a = b = value`."""
    value = target + 1
    while table.kind[value] == Kind.ASSIGN and table.text(value) == "=":
        value = table.first[value] + 1
    return value


def _is_void(table: Table, row: int) -> bool:
    return table.kind[row] == Kind.UNARY and table.text(row) == "void"


def defined_export(table: Table, call: int) -> Export | None:
    """The export of `Object.defineProperty(exports, 'x', { get or value })`; None for any other call."""
    arguments = table.ops(call)[1:]
    if len(arguments) < 3 or table.kind[arguments[1]] != Kind.STRING or not is_exports(table, arguments[0]):
        return None
    name = table.text(arguments[1])
    if name == "__esModule" or table.kind[arguments[2]] != Kind.OBJECT:
        return None
    for property_ in table.ops(arguments[2]):
        if table.kind[property_] != Kind.PROPERTY:
            continue
        value = table.first[property_] + 1
        if table.text(property_) == "value":
            return Export(name, row=value, commonjs=True)
        if table.text(property_) == "get":
            returned = _returned(table, value)
            return Export(name, row=returned, commonjs=True) if returned >= 0 else None
    return None


def _returned(table: Table, getter: int) -> int:
    """The row that a getter gives, where its body is one `return`; else -1."""
    if table.kind[getter] != Kind.FUNCTION:
        return -1
    body = table.first[getter]
    if table.flags.get(getter, 0) & Flag.EXPRESSION_BODY:
        return body
    if table.count[body] != 1 or table.kind[table.first[body]] != Kind.RETURN:
        return -1
    return table.first[table.first[body]]
