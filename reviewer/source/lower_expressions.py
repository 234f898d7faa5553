"""Lowering of expressions: literals, operators, members, calls, templates, object and array literals, JSX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tree_sitter import Node

from reviewer.source.literals import number_key
from reviewer.source.module import Flag, Kind
from reviewer.source.parse import ERROR
from reviewer.source.rows import AS_CHUNK, AS_IDENT, AS_NONE, AS_SPREAD, READ_WRITE, WRITE, Rows

_LOGICAL: Final = frozenset({"&&", "||", "??"})
_LOGICAL_ASSIGN: Final = frozenset({"&&=", "||=", "??="})


def identifier(rows: Rows, node: Node, row: int) -> None:
    """A name; it is read by `name_leaves` once all rows have their offsets."""
    del node
    rows.idents.append(row)


def string(rows: Rows, node: Node, row: int) -> None:
    """A string; its value is read by `name_leaves` as well."""
    del node
    rows.literals.append(row)


def name_leaves(rows: Rows, start: list[int], end: list[int]) -> None:
    """Give IDENT and STRING rows their names."""
    data, name, names = rows.data, rows.name, rows.names
    get = names.get
    missing = False
    for row in rows.idents:
        raw = data[start[row] : end[row]]
        name[row] = get(raw) or rows.identifier(raw)
        if not raw:  # a token that the parser made up
            missing = True
            rows.kind[row] = Kind.UNKNOWN
            name[row] = -1
    if missing:
        rows.idents = [row for row in rows.idents if name[row] >= 0]
    for row in rows.literals:
        raw = data[start[row] + 1 : end[row] - 1]
        name[row] = rows.cooked(raw) if b"\\" in raw else get(raw) or rows.intern(raw)


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
    """A member whose link is not just `.name`: optional, private, spread over lines with comments between."""
    kids = [kid for kid in node.named_children if kid.kind_id not in rows.grammar.noise]
    if len(kids) > 2:
        rows.flags[row] = Flag.OPTIONAL
    property_ = kids[-1]
    raw = rows.data[property_.start_byte : property_.end_byte]
    rows.name[row] = rows.names.get(raw) or rows.identifier(raw)
    rows.members.append(row)
    rows.count[row] = 1
    rows.below.append(kids[0])
    if raw[:1] == b"#":
        rows.flag(row, Flag.PRIVATE)


def subscript(rows: Rows, node: Node, row: int) -> None:
    if node.child_count == 4:
        object_node, index = node.child(0), node.child(2)
    else:
        kids = [kid for kid in node.named_children if kid.kind_id not in rows.grammar.noise]
        if len(kids) > 2:
            rows.flags[row] = Flag.OPTIONAL
        object_node, index = kids[0], kids[-1]
    if object_node is None or index is None:
        return
    if index.kind_id == rows.grammar.string:
        rows.kind[row] = Kind.MEMBER
        rows.name[row] = rows.value_of(index)
        rows.members.append(row)
        rows.flag(row, Flag.BRACKET)
        rows.push(row, (object_node,))
    else:
        rows.push(row, (object_node, index))


def call(rows: Rows, node: Node, row: int) -> None:
    if node.child_count == 2:
        callee, arguments = node.child(0), node.child(1)
    else:
        kids = rows.parts(node)
        text = rows.data
        callee, arguments = kids[0], kids[-1]
        if any(
            kid.end_byte - kid.start_byte == 2 and text[kid.start_byte : kid.end_byte] == b"?." for kid in kids[1:-1]
        ):
            rows.flags[row] = Flag.OPTIONAL
    if callee is None or arguments is None:
        return
    if arguments.kind_id == rows.grammar.template_string:
        rows.kind[row] = Kind.TAGGED
        rows.push(row, (callee, arguments))
        return
    rows.calls.append(row)
    below = rows.below
    below.append(callee)
    size = arguments.named_child_count
    if size:
        named = rows.grammar.named
        if size == 1:
            only = arguments.named_child(0)
            kids = [only] if only is not None and only.kind_id in named else []
        else:
            kids = [kid for kid in rows.children_of(arguments) if kid.kind_id in named]
        below += kids
        size = len(kids)
    rows.count[row] = size + 1


def new(rows: Rows, node: Node, row: int) -> None:
    kids = rows.operands(node)
    rows.calls.append(row)
    operands = [kid for kid in kids if kid.kind_id != ERROR][:1]
    if kids and kids[-1].kind_id == rows.grammar.arguments:
        operands += rows.operands(kids[-1])
    rows.push(row, operands)


def operand(rows: Rows, node: Node, row: int) -> None:
    """Kinds with one operand and nothing else to say: AWAIT, SPREAD, DECORATOR."""
    if node.child_count == 2:
        only = node.child(1)
        if only is not None:
            rows.count[row] = 1
            rows.below.append(only)
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
    rows.name[row] = rows.token(kids[0].kind_id)
    rows.push(row, kids[-1:])


def update(rows: Rows, node: Node, row: int) -> None:
    kids = rows.parts(node)
    prefix = kids[0].kind_id not in rows.grammar.named
    if prefix:
        rows.flags[row] = Flag.PREFIX
    rows.name[row] = rows.token((kids[0] if prefix else kids[-1]).kind_id)
    first = rows.push(row, kids[-1:] if prefix else kids[:1])
    rows.targets[first] = READ_WRITE


def sides(rows: Rows, node: Node) -> tuple[Node, Node]:
    """The left and right of a binary expression or assignment."""
    if node.child_count == 3:
        left, right = node.child(0), node.child(2)
        if left is not None and right is not None:
            return left, right
    kids = rows.parts(node)
    return kids[-3], kids[-1]


def operator(rows: Rows, node: Node, left: Node, right: Node) -> int:
    """The string number of the operator between two operands of `node`."""
    if node.child_count == 3:
        return rows.operator(left, right)
    return rows.token(rows.parts(node)[-2].kind_id)


def binary(rows: Rows, node: Node, row: int) -> None:
    left, right = sides(rows, node)
    name = rows.name[row] = operator(rows, node, left, right)
    below = rows.below
    rows.count[row] = 2
    below += (left, right)
    if rows.strings[name] in _LOGICAL:
        rows.kind[row] = Kind.LOGICAL
        rows.regions.append(rows.below_base + len(below) - 1)


def assignment(rows: Rows, node: Node, row: int) -> None:
    left, right = sides(rows, node)
    rows.name[row] = rows.equals
    first = rows.push(row, (left, right))
    rows.targets[first] = WRITE


def augmented_assignment(rows: Rows, node: Node, row: int) -> None:
    left, right = sides(rows, node)
    name = rows.name[row] = operator(rows, node, left, right)
    first = rows.push(row, (left, right))
    rows.targets[first] = READ_WRITE
    if rows.strings[name] in _LOGICAL_ASSIGN:
        rows.regions.append(first + 1)


def conditional(rows: Rows, node: Node, row: int) -> None:
    kids = rows.parts(node)
    first = rows.push(row, (kids[0], kids[2], kids[-1]))
    rows.regions += (first + 1, first + 2)


def unwrap(rows: Rows, node: Node, row: int) -> None:
    """Parentheses, type operators, `else` and `finally`: the row is that of what they hold."""
    grammar = rows.grammar
    while node.kind_id in grammar.wrappers:
        inner = node.named_child(0) if node.named_child_count == 1 else None
        if inner is None:
            kids = node.named_children
            inner = next((kid for kid in kids if kid.kind_id in grammar.named and kid.kind_id != ERROR), None)
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
    if not computed:
        rows.recoded[first] = AS_NONE
    if value is None:
        rows.recoded[first + 1] = AS_NONE
    return first + 1


def pair(rows: Rows, node: Node, row: int) -> None:
    key, value = sides(rows, node)
    if key.kind_id == rows.grammar.property_identifier:
        rows.name[row] = rows.name_of(key)
        first = rows.push(row, (key, value))
        rows.recoded[first] = AS_NONE
        at = first + 1
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


def unknown(rows: Rows, node: Node, row: int) -> None:
    rows.kind[row] = Kind.UNKNOWN
    rows.push(row, rows.operands(node))


def spread_unknown(rows: Rows, node: Node, row: int) -> None:
    """What could not be read in an object literal, as something spread into it."""
    rows.push(row, [node])
