"""Annotations: the types that leave no rows, kept as text where they name what a value is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from tree_sitter import Node

from reviewer.source.module import BindingKind, TypeDeclaration
from reviewer.source.rows import Introduced, Rows

_LIMIT: Final = 300
_COLON: Final = re.compile(rb":\s*(?=[^\s/])")  # no comment after it
_PLAIN_CALL: Final = 2  # what is called, and the arguments
_LONGEST_COLON: Final = 3  # Flow's `-?:`
_NAME: Final = re.compile(r"""'[^']*'|"[^"]*"|([\w$]+(?:\.[\w$]+)*)(?![\w$.])(?!\s*\??:)""")
_KEYWORDS: Final = frozenset(
    (
        *("abstract", "any", "as", "asserts", "bigint", "boolean", "extends", "false", "import", "in", "infer", "is"),
        *("keyof", "never", "new", "null", "number", "object", "out", "readonly", "string", "symbol", "this", "true"),
        *("typeof", "undefined", "unique", "unknown", "void"),
    )
)


def folded(rows: Rows, start: int, end: int) -> str:
    """The source between two byte offsets, white space folded, at most 300 characters."""
    return b" ".join(rows.data[start : min(end, start + 16 * _LIMIT)].split()).decode("utf-8", "replace")[:_LIMIT]


def type_text(rows: Rows, annotation: Node) -> str:
    """The type of an annotation node, its colon left out."""
    start, end = annotation.start_byte, annotation.end_byte
    colon = _COLON.match(rows.data, start, end)
    if colon is not None:
        start = colon.end()
    else:
        kids = rows.parts(annotation)
        if len(kids) > 1 and kids[0].end_byte - kids[0].start_byte <= _LONGEST_COLON:
            start = kids[1].start_byte
    return folded(rows, start, end)


def annotate(rows: Rows, row: int, annotation: Node) -> None:
    """Record a row's annotation, and the names of types in it."""
    text = rows.annotations[row] = type_text(rows, annotation)
    note_names(rows, text)


def assert_type(rows: Rows, target: int, node: Node) -> None:
    """Record of a target that its value is asserted to be of a type, `value as Type`; `as any` says nothing."""
    kids = node.named_children
    if len(kids) == 2 and kids[1].type != "predefined_type":
        text = rows.annotations[target] = folded(rows, kids[1].start_byte, kids[1].end_byte)
        note_names(rows, text)


def note_result(rows: Rows, target: int, call: Node) -> None:
    """Record of a target the type that its call names, `resolve<Service>(key)`: most often that of the result."""
    arguments = call.child_by_field_name("type_arguments") if call.child_count > _PLAIN_CALL else None
    kids = arguments.named_children if arguments is not None else []
    if len(kids) == 1 and kids[0].type in {"type_identifier", "nested_type_identifier", "generic_type"}:
        text = rows.annotations[target] = folded(rows, kids[0].start_byte, kids[0].end_byte)
        note_names(rows, text)


def note_names(rows: Rows, text: str) -> None:
    """Collect the names of types that a text mentions."""
    rows.named_types.update(_names_in(text))


@lru_cache(maxsize=1 << 14)
def _names_in(text: str) -> tuple[str, ...]:
    """The names of types in a text; the same few annotations stand everywhere."""
    return tuple(name for name in _NAME.findall(text) if name and name not in _KEYWORDS and not name[0].isdigit())


def declare_method(rows: Rows, row: int, signature: Node) -> None:
    """Record what the PROPERTY row of a method without a body takes and gives, as the text of its signature."""
    for part in signature.children:
        if part.kind_id == rows.grammar.formal_parameters:
            text = rows.annotations[row] = folded(rows, part.start_byte, signature.end_byte)
            note_names(rows, text)
            return


def implement(rows: Rows, row: int, clause: Node) -> None:
    """Record the names of the interfaces that a CLASS row implements."""
    for part in clause.named_children:
        text = folded(rows, part.start_byte, part.end_byte)
        note_names(rows, text)
        name = text.partition("<")[0].rpartition(".")[2].strip()
        if name:
            rows.implements.setdefault(name, []).append(row)


def annotation_in(rows: Rows, kids: list[Node]) -> Node | None:
    """The annotation among a node's children."""
    return next((kid for kid in kids if kid.kind_id in rows.grammar.annotations), None)


def interface(rows: Rows, node: Node, container: int) -> None:
    """Record an interface declaration, its name as a TYPE binding of the scope that `container` opens."""
    name = node.child_by_field_name("name")
    if name is None:
        return
    extends: list[str] = []
    members: dict[str, str] = {}
    for kid in rows.parts(node):
        if kid.type == "extends_type_clause":
            extends = [folded(rows, base.start_byte, base.end_byte) for base in rows.parts(kid) if base.is_named]
        elif kid.type in {"interface_body", "object_type"}:
            members = _members(rows, kid)
    _declare(rows, TypeDeclaration(rows.text(name), "interface", extends, members), name, container)
    for text in extends:
        note_names(rows, text)


def alias(rows: Rows, node: Node, container: int) -> None:
    """Record a type alias, its name as a TYPE binding of the scope that `container` opens."""
    name = node.child_by_field_name("name")
    value = node.child_by_field_name("value")
    if name is None or value is None:
        return
    members = _members(rows, value) if value.type == "object_type" else {}
    text = folded(rows, value.start_byte, value.end_byte)
    _declare(rows, TypeDeclaration(rows.text(name), "alias", [], members, text), name, container)
    if not members:
        note_names(rows, text)


def _declare(rows: Rows, declaration: TypeDeclaration, name: Node, container: int) -> None:
    rows.types.append(declaration)
    rows.introduced.append(Introduced(container, rows.name_of(name), BindingKind.TYPE))


def _members(rows: Rows, body: Node) -> dict[str, str]:
    """Name → type of the properties of an object type; methods by the text of their parameters and return type."""
    grammar = rows.grammar
    names, annotations, signatures = grammar.property_names, grammar.annotations, grammar.signatures
    members: dict[str, str] = {}
    for kid in body.children:
        if kid.kind_id not in signatures:
            continue
        name: Node | None = None
        text = ""
        for part in kid.children:
            kind = part.kind_id
            if kind in names:
                name = name or part
            elif kind == grammar.formal_parameters:
                text = folded(rows, part.start_byte, kid.end_byte)
                break
            elif kind in annotations:
                text = type_text(rows, part)
        if name is None or name.kind_id == grammar.computed_property_name:
            continue
        is_string = name.kind_id == grammar.string
        members[rows.string(name) if is_string else rows.text(name)] = text
        note_names(rows, text)
    return members
