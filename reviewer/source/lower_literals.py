"""Lowering of literals: names, strings, numbers, templates, arrays, objects and their properties, JSX."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from reviewer.source.literals import number_key
from reviewer.source.module import Flag, Kind
from reviewer.source.parse import ERROR
from reviewer.source.rows import AS_CHUNK, AS_IDENT, AS_NONE, AS_SPREAD, Rows


def number(rows: Rows, node: Node, row: int) -> None:
    """NUMBER and BIGINT."""
    raw = rows.data[node.start_byte : node.end_byte]
    if raw.endswith(b"n"):
        rows.kind[row] = Kind.BIGINT
    rows.name[row] = rows.intern(raw)


def source_text(rows: Rows, node: Node, row: int) -> None:
    """Kinds whose name is their text: REGEX, and the left of `#name in object`."""
    rows.name[row] = rows.intern(rows.data[node.start_byte : node.end_byte])


def meta_property(rows: Rows, node: Node, row: int) -> None:
    """META, its text without white space."""
    rows.name[row] = rows.intern(b"".join(rows.grammar.text.get(part.kind_id, b"") for part in rows.parts(node)))


def array(rows: Rows, node: Node, row: int) -> None:
    """ARRAY and ARRAY_PATTERN operands, with NONE for holes."""
    comma = rows.grammar.token[","]
    named = rows.grammar.named
    operands: list[Node] = []
    holes: list[int] = []
    empty = True
    for kid in node.children:
        kind = kid.kind_id
        if kind in named:
            operands.append(kid)
            empty = False
        elif kind == comma:
            if empty:
                holes.append(len(operands))
                operands.append(kid)
            empty = True
    first = rows.push(row, operands)
    for hole in holes:
        rows.recoded[first + hole] = AS_NONE
    _as_target(rows, row, Kind.ARRAY_PATTERN, range(first, first + len(operands)))


def object_(rows: Rows, node: Node, row: int) -> None:
    """OBJECT; where it stands as a target, OBJECT_PATTERN."""
    operands = rows.operands(node)
    first = rows.push(row, operands)
    if node.has_error:
        for offset, kid in enumerate(operands):
            if kid.kind_id == ERROR:
                rows.recoded[first + offset] = AS_SPREAD
    _as_target(rows, row, Kind.OBJECT_PATTERN, range(first, first + len(operands)))


def _as_target(rows: Rows, row: int, kind: int, operands: range) -> None:
    """A literal that stands as a target is a pattern, and its operands are targets of the same mode."""
    mode = rows.targets.get(row)
    if mode is not None:
        rows.kind[row] = kind
        rows.targets.update(dict.fromkeys(operands, mode))


def push_property(rows: Rows, row: int, key: Node, value: Node | None, decorators: Sequence[Node] = ()) -> int:
    """Name the PROPERTY `row` by its key node and queue its operands; returns the row of the value."""
    grammar = rows.grammar
    kind = key.kind_id
    computed = False
    if kind == grammar.property_identifier:
        rows.name[row] = rows.name_of(key)
    elif kind == grammar.computed_property_name:
        key = rows.parts(key)[1]
        if key.kind_id == grammar.string:
            rows.name[row] = rows.value_of(key)
        else:
            computed = True
            rows.flag(row, Flag.COMPUTED)
    elif kind == grammar.string:
        rows.name[row] = rows.value_of(key)
    elif kind == grammar.number:
        rows.name[row] = rows.intern_text(number_key(rows.text(key)))
    else:
        rows.name[row] = rows.name_of(key)
        if kind == grammar.private_property_identifier:
            rows.flag(row, Flag.PRIVATE)
    first = rows.push(row, (key, key if value is None else value, *decorators))
    if not computed and kind != grammar.property_identifier:
        rows.recoded[first] = AS_NONE
    if value is None:
        rows.recoded[first + 1] = AS_NONE
    return first + 1


def pair(rows: Rows, node: Node, row: int) -> None:
    """The PROPERTY of `key: value`, in a literal or a pattern."""
    kids = node.children
    key, _, value = kids if len(kids) == 3 else rows.parts(node)[-3:]
    if key.kind_id == rows.grammar.property_identifier:
        raw = rows.data[key.start_byte : key.end_byte]
        rows.name[row] = rows.names.get(raw) or rows.identifier(raw)
        rows.count[row] = 2
        below = rows.below
        below.append(key)  # as a row, the name itself is NONE
        below.append(value)
        at = rows.below_base + len(below) - 1
    else:
        at = push_property(rows, row, key, value)
    mode = rows.targets.get(row)
    if mode is None:
        rows.keys.append(row)
    else:
        rows.taken.append(row)
        rows.targets[at] = mode


def shorthand(rows: Rows, node: Node, row: int) -> None:
    """`{ name }`, in a literal or a pattern."""
    rows.name[row] = rows.name_of(node)
    rows.flags[row] = Flag.SHORTHAND
    first = rows.push(row, (node, node))
    rows.recoded[first] = AS_NONE
    rows.recoded[first + 1] = AS_IDENT
    mode = rows.targets.get(row)
    if mode is None:
        rows.keys.append(row)
    else:
        rows.taken.append(row)
        rows.targets[first + 1] = mode


def template(rows: Rows, node: Node, row: int) -> None:
    """TEMPLATE: the text between substitutions becomes STRING rows."""
    substitution = rows.grammar.template_substitution
    operands: list[Node] = []
    chunks: list[tuple[int, int, int]] = []
    at = node.start_byte + 1
    for kid in node.children:
        if kid.kind_id == substitution:
            if kid.start_byte > at:
                chunks.append((len(operands), at, kid.start_byte))
                operands.append(kid)
            operands += rows.operands(kid)[:1]
            at = kid.end_byte
    if node.end_byte - 1 > at:
        chunks.append((len(operands), at, node.end_byte - 1))
        operands.append(node)
    first = rows.push(row, operands)
    for offset, start, end in chunks:
        rows.recoded[first + offset] = AS_CHUNK
        rows.spans[first + offset] = (start, end)


def chunk(rows: Rows, node: Node, row: int) -> None:
    """A STRING of a TEMPLATE; line ends count as one (ECMAScript, 12.9.6)."""
    del node
    start, end = rows.spans[row]
    raw = rows.data[start:end].replace(b"\r\n", b"\n")
    rows.name[row] = rows.cooked(raw)


def jsx(rows: Rows, node: Node, row: int) -> None:
    """JSX elements: the expressions among attributes and children, in order."""
    grammar = rows.grammar
    container = grammar.jsx_expression
    opening = node
    kids = rows.operands(node)
    if kids and kids[0].kind_id == grammar.jsx_opening_element:
        opening = kids[0]
    name = opening.child_by_field_name("name")
    if name is not None:
        rows.name[row] = rows.intern(rows.data[name.start_byte : name.end_byte])
    inside = rows.operands(opening) + (kids[1:] if opening is not node else [])
    operands: list[Node] = []
    for kid in inside:
        if name is not None and kid.start_byte == name.start_byte and kid.end_byte == name.end_byte:
            continue
        if kid.kind_id == grammar.jsx_attribute:
            parts = rows.parts(kid)
            value = parts[-1] if len(parts) == 3 else None
            if value is None or value.kind_id == grammar.string:
                continue
            operands += rows.operands(value) if value.kind_id == container else [value]
        elif kid.kind_id == container:
            operands += rows.operands(kid)
        else:
            operands.append(kid)
    rows.push(row, operands)


def spread_unknown(rows: Rows, node: Node, row: int) -> None:
    """What could not be read in an object literal, as something spread into it."""
    rows.push(row, [node])
