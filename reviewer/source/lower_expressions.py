"""Lowering of expressions: literals, operators, members, calls, templates, object and array literals, JSX."""

from __future__ import annotations

from typing import Final

from tree_sitter import Node

from reviewer.source.literals import number_key
from reviewer.source.module import Flag, Kind
from reviewer.source.parse import ERROR
from reviewer.source.rows import AS_CHUNK, AS_IDENT, AS_NONE, AS_SPREAD, READ_WRITE, WRITE, Rows

_LOGICAL: Final = frozenset({"&&", "||", "??"})
_LOGICAL_ASSIGN: Final = frozenset({"&&=", "||=", "??="})


def identifier(rows: Rows, node: Node, row: int) -> None:
    raw = rows.data[node.start_byte : node.end_byte]
    if raw:
        rows.name[row] = rows.names.get(raw) or rows.identifier(raw)
        rows.idents.append(row)
    else:  # a missing token, made up by the parser
        rows.kind[row] = Kind.UNKNOWN


def string(rows: Rows, node: Node, row: int) -> None:
    rows.name[row] = rows.value_of(node)


def number(rows: Rows, node: Node, row: int) -> None:
    raw = rows.data[node.start_byte : node.end_byte]
    if raw.endswith(b"n"):
        rows.kind[row] = Kind.BIGINT
    rows.name[row] = rows.intern(raw)


def source_text(rows: Rows, node: Node, row: int) -> None:
    rows.name[row] = rows.intern(rows.data[node.start_byte : node.end_byte])


def meta_property(rows: Rows, node: Node, row: int) -> None:
    rows.name[row] = rows.intern(b"".join(rows.grammar.text.get(part.kind_id, b"") for part in rows.parts(node)))


def member(rows: Rows, node: Node, row: int) -> None:
    kids = node.children
    if len(kids) != 3:
        kids = rows.parts(node)
    link, property_ = kids[1], kids[-1]
    raw = rows.data[property_.start_byte : property_.end_byte]
    rows.name[row] = rows.names.get(raw) or rows.identifier(raw)
    rows.members.append(row)
    rows.count[row] = 1
    rows.below.append(kids[0])
    if link.end_byte - link.start_byte == 2:
        rows.flags[row] = Flag.OPTIONAL
    if raw[:1] == b"#":
        rows.flag(row, Flag.PRIVATE)


def subscript(rows: Rows, node: Node, row: int) -> None:
    kids = rows.parts(node)
    if kids[1].end_byte - kids[1].start_byte == 2:
        rows.flags[row] = Flag.OPTIONAL
    index = kids[-2]
    if index.kind_id == rows.grammar.node("string"):
        rows.kind[row] = Kind.MEMBER
        rows.name[row] = rows.value_of(index)
        rows.members.append(row)
        rows.flag(row, Flag.BRACKET)
        rows.push(row, kids[:1])
    else:
        rows.push(row, [kids[0], index])


def call(rows: Rows, node: Node, row: int) -> None:
    kids = node.children
    if len(kids) != 2:
        kids = rows.parts(node)
        if any(
            kid.end_byte - kid.start_byte == 2 and rows.data[kid.start_byte : kid.end_byte] == b"?."
            for kid in kids[1:-1]
        ):
            rows.flags[row] = Flag.OPTIONAL
    arguments = kids[-1]
    if arguments.kind_id == rows.grammar.node("template_string"):
        rows.kind[row] = Kind.TAGGED
        rows.push(row, [kids[0], arguments])
        return
    rows.calls.append(row)
    named = rows.grammar.named
    operands = [kid for kid in arguments.children if kid.kind_id in named]
    below = rows.below
    below.append(kids[0])
    below.extend(operands)
    rows.count[row] = len(operands) + 1


def new(rows: Rows, node: Node, row: int) -> None:
    kids = rows.operands(node)
    rows.calls.append(row)
    operands = [kid for kid in kids if kid.kind_id != ERROR][:1]
    if kids and kids[-1].kind_id == rows.grammar.node("arguments"):
        operands += rows.operands(kids[-1])
    rows.push(row, operands)


def operand(rows: Rows, node: Node, row: int) -> None:
    """Kinds with one operand and nothing else to say: AWAIT, SPREAD, DECORATOR."""
    kids = node.children
    if len(kids) == 2:
        rows.count[row] = 1
        rows.below.append(kids[1])
    else:
        rows.push(row, rows.parts(node)[1:2])


def yield_(rows: Rows, node: Node, row: int) -> None:
    kids = rows.parts(node)
    if any(kid.kind_id == rows.grammar.token["*"] for kid in kids):
        rows.flags[row] = Flag.DELEGATE
    last = kids[-1]
    rows.push_fixed(row, node, last if len(kids) > 1 and last.kind_id in rows.grammar.named else None)


def unary(rows: Rows, node: Node, row: int) -> None:
    kids = rows.parts(node)
    rows.name[row] = rows.token(kids[0])
    rows.push(row, kids[-1:])


def update(rows: Rows, node: Node, row: int) -> None:
    kids = rows.parts(node)
    prefix = kids[0].kind_id not in rows.grammar.named
    if prefix:
        rows.flags[row] = Flag.PREFIX
    rows.name[row] = rows.token(kids[0] if prefix else kids[-1])
    first = rows.push(row, kids[-1:] if prefix else kids[:1])
    rows.targets[first] = READ_WRITE


def binary(rows: Rows, node: Node, row: int) -> None:
    kids = node.children
    if len(kids) != 3:
        kids = rows.parts(node)
    name = rows.name[row] = rows.token(kids[1])
    first = rows.push(row, (kids[0], kids[-1]))
    if rows.strings[name] in _LOGICAL:
        rows.kind[row] = Kind.LOGICAL
        rows.regions.append(first + 1)


def assignment(rows: Rows, node: Node, row: int) -> None:
    kids = node.children
    if len(kids) != 3:
        kids = rows.parts(node)[-3:]
    name = rows.name[row] = rows.token(kids[1])
    first = rows.push(row, (kids[0], kids[2]))
    operator = rows.strings[name]
    rows.targets[first] = WRITE if operator == "=" else READ_WRITE
    if operator in _LOGICAL_ASSIGN:
        rows.regions.append(first + 1)


def conditional(rows: Rows, node: Node, row: int) -> None:
    kids = rows.parts(node)
    first = rows.push(row, (kids[0], kids[2], kids[-1]))
    rows.regions += (first + 1, first + 2)


def unwrap(rows: Rows, node: Node, row: int) -> None:
    """Parentheses, type operators, `else` and `finally`: the row is that of what they hold."""
    grammar = rows.grammar
    while node.kind_id in grammar.wrappers:
        inner = next((kid for kid in node.children if kid.kind_id in grammar.named and kid.kind_id != ERROR), None)
        if inner is None:
            unknown(rows, node, row)
            return
        node = inner
    rows.replace(node, row)


def list_(rows: Rows, node: Node, row: int) -> None:
    """Kinds whose operands are all that is named below: SEQUENCE and the like."""
    rows.push(row, rows.operands(node))


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
    mode = rows.targets.get(row)
    if mode is not None:
        rows.kind[row] = Kind.ARRAY_PATTERN
        for operand_row in range(first, first + len(operands)):
            rows.targets[operand_row] = mode


def object_(rows: Rows, node: Node, row: int) -> None:
    operands = rows.operands(node)
    first = rows.push(row, operands)
    for offset, kid in enumerate(operands):
        if kid.kind_id == ERROR:
            rows.recoded[first + offset] = AS_SPREAD
    mode = rows.targets.get(row)
    if mode is not None:
        rows.kind[row] = Kind.OBJECT_PATTERN
        for operand_row in range(first, first + len(operands)):
            rows.targets[operand_row] = mode


def key(rows: Rows, node: Node, row: int) -> tuple[Node, bool]:
    """Name the PROPERTY `row` by its key node. Gives the node of the key operand, and whether that is an expression."""
    grammar = rows.grammar
    kind = node.kind_id
    if kind == grammar.node("computed_property_name"):
        inner = rows.parts(node)[1]
        if inner.kind_id != grammar.node("string"):
            rows.flag(row, Flag.COMPUTED)
            return inner, True
        rows.name[row] = rows.value_of(inner)
    elif kind == grammar.node("string"):
        rows.name[row] = rows.value_of(node)
    elif kind == grammar.node("number"):
        rows.name[row] = rows.intern_text(number_key(rows.text(node)))
    else:
        rows.name[row] = rows.name_of(node)
        if kind == grammar.node("private_property_identifier"):
            rows.flag(row, Flag.PRIVATE)
    return node, False


def push_property(rows: Rows, row: int, key_node: Node, value: Node | None, decorators: list[Node]) -> int:
    """Queue the operands of a PROPERTY whose key is `key_node`; returns the row of the value."""
    place, computed = key(rows, key_node, row)
    first = rows.push(row, [place, place if value is None else value, *decorators])
    if not computed:
        rows.recoded[first] = AS_NONE
    if value is None:
        rows.recoded[first + 1] = AS_NONE
    return first + 1


def pair(rows: Rows, node: Node, row: int) -> None:
    kids = node.children
    if len(kids) != 3:
        kids = rows.parts(node)
    mode = rows.targets.get(row)
    value = push_property(rows, row, kids[0], kids[-1], [])
    if mode is None:
        rows.keys.append(row)
    else:
        rows.targets[value] = mode


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
        rows.targets[first + 1] = mode


def template(rows: Rows, node: Node, row: int) -> None:
    substitution = rows.grammar.node("template_substitution")
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
    del node
    start, end = rows.spans[row]
    raw = rows.data[start:end].replace(b"\r\n", b"\n")
    rows.name[row] = rows.cooked(raw)


def jsx(rows: Rows, node: Node, row: int) -> None:
    """JSX elements: the expressions among attributes and children, in order."""
    grammar = rows.grammar
    container = grammar.node("jsx_expression")
    opening = node
    kids = rows.operands(node)
    if kids and kids[0].kind_id == grammar.node("jsx_opening_element"):
        opening = kids[0]
    name = opening.child_by_field_name("name")
    if name is not None:
        rows.name[row] = rows.intern(rows.data[name.start_byte : name.end_byte])
    inside = rows.operands(opening) + (kids[1:] if opening is not node else [])
    operands: list[Node] = []
    for kid in inside:
        if name is not None and kid.start_byte == name.start_byte and kid.end_byte == name.end_byte:
            continue
        if kid.kind_id == grammar.node("jsx_attribute"):
            parts = rows.parts(kid)
            value = parts[-1] if len(parts) == 3 else None
            if value is None or value.kind_id == grammar.node("string"):
                continue
            operands += rows.operands(value) if value.kind_id == container else [value]
        elif kid.kind_id == container:
            operands += rows.operands(kid)
        else:
            operands.append(kid)
    rows.push(row, operands)


def unknown(rows: Rows, node: Node, row: int) -> None:
    rows.kind[row] = Kind.UNKNOWN
    rows.push(row, rows.operands(node))


def spread_unknown(rows: Rows, node: Node, row: int) -> None:
    """What could not be read in an object literal, as something spread into it."""
    rows.push(row, [node])
