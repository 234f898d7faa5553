"""Lowering of import and export declarations, namespaces, and the TypeScript declarations that leave no rows."""

from __future__ import annotations

import re
from typing import Final

from tree_sitter import Node

from reviewer.source.annotations import alias, interface
from reviewer.source.literals import cook
from reviewer.source.module import BindingKind, Export, Flag
from reviewer.source.parse import ERROR
from reviewer.source.rows import AS_ALIAS, AS_BODY, VARIABLE_SCOPE, ExportDraft, ImportDraft, Introduced, Rows

_BODILESS: Final = frozenset({"ambient_declaration", "function_signature"})
# Without comments, escapes, attributes and string names. A default import called `type` or `typeof` is for the nodes.
_PLAIN_IMPORT: Final = re.compile(
    rb"""
    import \s* (?: (?<=\s) (type) \s+ (?!from\b | ,) )?
    (?: (?! type\b | typeof\b) (?<=\s) ([\w$]+) \s* (?: , \s* (?=[{*]) | (?<=\s) (?=from\b) ) )?
    (?: \* \s* as \s+ ([\w$]+) \s+ | \{ ([\w$\s,]*) \} \s* )?
    (?<=[\s}]) from \s* ('[^'\\\n]*' | "[^"\\\n]*") \s* ;?
    """,
    re.VERBOSE,
)
_EXPORT: Final = b"export"
_DECLARED: Final = 2  # children of `export const x = …`


def aside(rows: Rows, node: Node, container: int) -> Node | None:
    """Record a statement that leaves no row, or give it back if it leaves one."""
    grammar = rows.grammar
    kind = node.kind_id
    if kind == grammar.import_statement:
        rows.is_module = True
        if node.has_error or not plain_import(rows, node, container):
            import_statement(rows, node, container)
    elif kind == grammar.interface_declaration:
        interface(rows, node, container)
    elif kind == grammar.type_alias_declaration:
        alias(rows, node, container)
    elif kind == grammar.export_statement:
        rows.is_module = rows.is_module or container == 0
        return _export(rows, node, container)
    return None


def plain_import(rows: Rows, node: Node, container: int) -> bool:
    """Record an import declaration of the common form from its text, a tenth of the time that its nodes take.

    Whether it was one; where not, nothing is recorded.
    """
    match = _PLAIN_IMPORT.fullmatch(rows.data, node.start_byte, node.end_byte)
    if match is None:
        return False
    type_word, default, namespace_, clause, source = match.groups()
    imported: list[tuple[bytes, bytes]] = []
    types = 0
    for specifier in (clause or b"").split(b","):
        match specifier.split():
            case []:
                continue
            case [b"type", b"as" | b"type"]:
                return False
            case [name]:
                local = name
            case [b"type", name]:
                local = name
                types += 1
            case [name, b"as", local]:
                pass
            case [b"type", name, b"as", local] if name != b"as":
                types += 1
            case _:
                return False
        imported.append((name, local))
    names: list[tuple[str, int]] = []

    def introduce(name: str, local: bytes) -> None:
        names.append((name, len(rows.introduced)))
        rows.introduced.append(Introduced(container, rows.intern(local), BindingKind.IMPORT))

    if default:
        introduce("default", default)
    if namespace_:
        introduce("*", namespace_)
    for name, local in imported:
        introduce(name.decode(), local)
    type_only = type_word is not None or (bool(names) and types == len(names))
    text = source[1:-1].decode("utf-8", "replace")
    rows.import_drafts.append(ImportDraft(text, "import", node.start_point.row + 1, names, type_only))
    return True


def import_statement(rows: Rows, node: Node, container: int) -> None:
    """Record an import declaration, whatever its form; also `export v from`, which is parsed as one."""
    if rows.data.startswith(_EXPORT, node.start_byte):
        _default_export(rows, node)
        return
    source: Node | None = None
    kind = "import"
    type_only = False
    names: list[tuple[str, int]] = []
    for kid in rows.parts(node):
        match kid.type:
            case "type" | "typeof":
                type_only = True
            case "string":
                source = kid
            case "import_require_clause":
                kind = "require"
                source = kid.child_by_field_name("source")
                local = next((part for part in rows.parts(kid) if part.is_named), None)
                if local is not None:
                    names.append(("*", _introduce(rows, local, container)))
            case "import_clause":
                _import_clause(rows, kid, container, names)
            case _:
                pass
    if source is None:
        return
    text = rows.string(source)
    only_types = type_only or (bool(names) and all(imported.startswith("type ") for imported, _ in names))
    names = [(imported.removeprefix("type "), at) for imported, at in names]
    rows.import_drafts.append(ImportDraft(text, kind, node.start_point.row + 1, names, only_types))


def _default_export(rows: Rows, node: Node) -> None:
    """What `export v, { w } from` exports anew."""
    source = next((kid for kid in rows.parts(node) if kid.type == "string"), None)
    pending = [kid for kid in rows.parts(node) if kid.type == "import_clause"]
    while pending:
        for kid in rows.parts(pending.pop()):
            if kid.type == "identifier":
                _reexport(rows, node, source, _specified(rows, kid), "default", type_only=False)
            elif kid.type == "named_imports":
                pending.append(kid)
            elif kid.type == "import_specifier" and (name := kid.child_by_field_name("name")) is not None:
                alias = kid.child_by_field_name("alias") or name
                _reexport(rows, node, source, _specified(rows, alias), _specified(rows, name), type_only=False)


def _introduce(rows: Rows, local: Node, container: int) -> int:
    rows.introduced.append(Introduced(container, rows.name_of(local), BindingKind.IMPORT))
    return len(rows.introduced) - 1


def _import_clause(rows: Rows, node: Node, container: int, names: list[tuple[str, int]]) -> None:
    """Collect an import clause's names; those marked `type` get that word before the name for now."""
    for kid in rows.parts(node):
        if kid.type == "identifier":
            names.append(("default", _introduce(rows, kid, container)))
        elif kid.type == "namespace_import":
            names.extend(
                ("*", _introduce(rows, part, container)) for part in rows.parts(kid) if part.type == "identifier"
            )
        elif kid.type == "named_imports":
            for specifier in rows.parts(kid):
                imported = specifier.child_by_field_name("name") if specifier.type == "import_specifier" else None
                if imported is None:
                    continue
                local = specifier.child_by_field_name("alias") or imported
                marked = specifier.children[0].type in {"type", "typeof"}
                prefix = "type " if marked else ""
                names.append((prefix + _specified(rows, imported), _introduce(rows, local, container)))


def _specified(rows: Rows, name: Node) -> str:
    """A name in an import or export clause: an identifier, a string, or the word `default`."""
    return rows.string(name) if name.type == "string" else cook(rows.data[name.start_byte : name.end_byte])


def _export(rows: Rows, node: Node, container: int) -> Node | None:
    grammar = rows.grammar
    if not node.has_error and node.child_count == _DECLARED and node.children[1].kind_id in grammar.lexical_rows:
        return node
    kids = [kid for kid in rows.parts(node) if kid.type != "decorator"]
    # `export type * from` is an error to the grammar, but a plain one
    type_only = any(kid.type == "type" or (kid.kind_id == ERROR and rows.text(kid) == "type") for kid in node.children)
    source = node.child_by_field_name("source")
    for kid in kids[1:]:
        match kid.type:
            case "as":
                return None
            case "*":
                _reexport(rows, node, source, "*", "*", type_only=type_only)
                return None
            case "namespace_export":
                name = rows.parts(kid)[-1]
                _reexport(rows, node, source, _specified(rows, name), "*", type_only=type_only)
                return None
            case "export_clause":
                _export_clause(rows, node, kid, source, container, type_only=type_only)
                return None
            case _:
                pass
    declaration = node.child_by_field_name("declaration")
    if declaration is None:
        return node
    if declaration.type in _BODILESS:
        return None
    if declaration.type in {"interface_declaration", "type_alias_declaration"}:
        aside(rows, declaration, container)
        name_node = declaration.child_by_field_name("name")
        if name_node is not None and container == 0:
            local = rows.name_of(name_node)
            exported = (
                "default"
                if any(kid.type == "default" for kid in kids)
                else cook(rows.data[name_node.start_byte : name_node.end_byte])
            )
            rows.export_drafts.append(ExportDraft(exported, local, type_only=True))
        return None
    return node


def _reexport(rows: Rows, node: Node, source: Node | None, name: str, imported: str, *, type_only: bool) -> None:
    if source is None:
        return
    text = rows.string(source)
    rows.reexports.append(Export(name, source=text, imported=imported, type_only=type_only))
    previous = rows.import_drafts[-1] if rows.import_drafts else None
    line = node.start_point.row + 1
    if previous is None or previous.kind != "reexport" or previous.source != text or previous.line != line:
        previous = ImportDraft(text, "reexport", line, [], type_only)
        rows.import_drafts.append(previous)
    previous.names.append((imported, -1))


def _export_clause(
    rows: Rows, node: Node, clause: Node, source: Node | None, container: int, *, type_only: bool
) -> None:
    for specifier in rows.parts(clause):
        name = specifier.child_by_field_name("name") if specifier.type == "export_specifier" else None
        if name is None:
            continue
        exported = _specified(rows, specifier.child_by_field_name("alias") or name)
        only_type = type_only or specifier.children[0].type == "type"
        if source is not None:
            _reexport(rows, node, source, exported, _specified(rows, name), type_only=only_type)
        elif container == 0:
            rows.export_drafts.append(ExportDraft(exported, rows.name_of(name), only_type))
    if source is not None and not rows.parts(clause)[1:-1]:
        rows.import_drafts.append(
            ImportDraft(_specified(rows, source), "reexport", node.start_point.row + 1, [], type_only)
        )


def export(rows: Rows, node: Node, row: int) -> None:
    """The EXPORT of a declaration or expression; all other exports leave no row."""
    rows.export_rows.append(row)
    decorators: list[Node] = []
    inner = node.child_by_field_name("declaration") or node.child_by_field_name("value")
    for kid in rows.parts(node):
        if kid.type == "decorator":
            decorators.append(kid)
        elif kid.type == "default":
            rows.flags[row] = Flag.DEFAULT_EXPORT
        elif kid.type == "=":
            rows.flags[row] = Flag.EXPORT_ASSIGNMENT
        elif inner is None and kid.kind_id in rows.grammar.named:
            inner = kid
    first = rows.push_fixed(row, node, inner)
    if decorators:
        rows.decorators[first] = decorators


def import_alias(rows: Rows, node: Node, row: int) -> None:
    """TypeScript's `import x = A.B`, as `const x = A.B`."""
    rows.name[row] = rows.intern(b"const")
    first = rows.push(row, [node])
    rows.recoded[first] = AS_ALIAS


def alias_declarator(rows: Rows, node: Node, row: int) -> None:
    """The DECLARATOR of `import x = A.B`."""
    kids = [kid for kid in rows.parts(node) if kid.is_named]
    first = rows.push(row, (kids[0], kids[-1]))
    rows.targets[first] = BindingKind.CONST


def namespace(rows: Rows, node: Node, row: int) -> None:
    """`namespace A.B {}` is one NAMESPACE named `A.B`, with the binding of `A`."""
    name = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if name is not None:
        rows.name[row] = rows.intern(b"".join(rows.data[name.start_byte : name.end_byte].split()))
        rows.heads[row] = rows.intern(rows.data[name.start_byte : name.end_byte].partition(b".")[0].strip())
        rows.declared.append((row, BindingKind.NAMESPACE))
    first = rows.push_fixed(row, node, body)
    if body is not None:
        rows.recoded[first] = AS_BODY
        rows.scopes[first] = VARIABLE_SCOPE
