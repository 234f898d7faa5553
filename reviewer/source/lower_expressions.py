"""Lowering of expressions: operators, members, calls, and what only wraps an operand."""

from __future__ import annotations

from typing import Final

from tree_sitter import Node

from reviewer.source.module import Flag, Kind
from reviewer.source.parse import ERROR
from reviewer.source.rows import READ_WRITE, WRITE, Rows

_NOTHING: Final = 2  # children of `()`


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
    """INDEX, or MEMBER where the index is a constant string."""
    kids = node.named_children
    if len(kids) != 2:
        kids = [kid for kid in kids if kid.kind_id not in rows.grammar.noise]
        if len(kids) > 2:
            rows.flags[row] = Flag.OPTIONAL
    object_node, index = kids[0], kids[-1]
    if index.kind_id == rows.grammar.string:
        rows.kind[row] = Kind.MEMBER
        rows.name[row] = rows.value_of(index)
        rows.members.append(row)
        rows.flag(row, Flag.BRACKET)
        rows.push(row, (object_node,))
    else:
        rows.push(row, (object_node, index))


def call(rows: Rows, node: Node, row: int) -> None:
    """CALL, or TAGGED where a template stands for the arguments."""
    kids = node.children
    if len(kids) != 2:
        kids = rows.parts(node)
        text = rows.data
        if any(
            kid.end_byte - kid.start_byte == 2 and text[kid.start_byte : kid.end_byte] == b"?." for kid in kids[1:-1]
        ):
            rows.flags[row] = Flag.OPTIONAL
    callee, arguments = kids[0], kids[-1]
    if arguments.kind_id == rows.grammar.template_string:
        rows.kind[row] = Kind.TAGGED
        rows.tagged.append(row)
        rows.push(row, (callee, arguments))
        return
    rows.calls.append(row)
    below = rows.below
    below.append(callee)
    size = arguments.child_count
    if size == _NOTHING:
        rows.count[row] = 1
        return
    named = rows.grammar.named
    inside = arguments.children
    operands = inside[1::2]  # between parentheses and commas; a comment among them puts punctuation here
    if size % 2 == 0 or not named.issuperset([kid.kind_id for kid in operands]):
        operands = [kid for kid in inside if kid.kind_id in named]
    below += operands
    rows.count[row] = len(operands) + 1


def new(rows: Rows, node: Node, row: int) -> None:
    """NEW."""
    kids = rows.operands(node)
    rows.calls.append(row)
    operands = [kid for kid in kids if kid.kind_id != ERROR][:1]
    if kids and kids[-1].kind_id == rows.grammar.arguments:
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
    """YIELD."""
    kids = rows.parts(node)
    if any(kid.kind_id == rows.grammar.token["*"] for kid in kids):
        rows.flags[row] = Flag.DELEGATE
    last = kids[-1]
    rows.push_fixed(row, node, last if len(kids) > 1 and last.kind_id in rows.grammar.named else None)


def unary(rows: Rows, node: Node, row: int) -> None:
    """UNARY."""
    kids = node.children
    rows.name[row] = rows.token(kids[0].kind_id)
    rows.count[row] = 1
    rows.below.append(kids[-1])


def update(rows: Rows, node: Node, row: int) -> None:
    """UPDATE, whose operand is read and written."""
    kids = rows.parts(node)
    prefix = kids[0].kind_id not in rows.grammar.named
    if prefix:
        rows.flags[row] = Flag.PREFIX
    rows.name[row] = rows.token((kids[0] if prefix else kids[-1]).kind_id)
    first = rows.push(row, kids[-1:] if prefix else kids[:1])
    rows.targets[first] = READ_WRITE


def sides(rows: Rows, node: Node) -> list[Node]:
    """The left, the sign between and the right of a binary expression, assignment or pair."""
    kids = node.children
    return kids if len(kids) == 3 else rows.parts(node)[-3:]


def binary(rows: Rows, node: Node, row: int) -> None:
    """BINARY and LOGICAL."""
    left, sign, right = sides(rows, node)
    operator = sign.kind_id
    rows.name[row] = rows.tokens.get(operator) or rows.token(operator)
    rows.count[row] = 2
    below = rows.below
    below.append(left)
    below.append(right)
    if operator in rows.grammar.logical:
        rows.kind[row] = Kind.LOGICAL
        rows.regions.append(rows.below_base + len(below) - 1)


def assignment(rows: Rows, node: Node, row: int) -> None:
    """ASSIGN with `=`."""
    left, _, right = sides(rows, node)
    rows.name[row] = rows.equals
    first = rows.push(row, (left, right))
    rows.targets[first] = WRITE


def augmented_assignment(rows: Rows, node: Node, row: int) -> None:
    """ASSIGN with an operator."""
    left, sign, right = sides(rows, node)
    rows.name[row] = rows.token(sign.kind_id)
    first = rows.push(row, (left, right))
    rows.targets[first] = READ_WRITE
    if sign.kind_id in rows.grammar.logical:
        rows.regions.append(first + 1)


def conditional(rows: Rows, node: Node, row: int) -> None:
    """CONDITIONAL."""
    kids = rows.parts(node)
    first = rows.push(row, (kids[0], kids[2], kids[-1]))
    rows.regions += (first + 1, first + 2)


def unwrap(rows: Rows, node: Node, row: int) -> None:
    """Parentheses, type operators, `else` and `finally`: the row is that of what they hold."""
    grammar = rows.grammar
    while node.kind_id in grammar.wrappers:
        kids = node.named_children
        if len(kids) != 1:
            kids = [kid for kid in kids if kid.kind_id in grammar.named and kid.kind_id != ERROR]
        if not kids:
            unknown(rows, node, row)
            return
        node = kids[0]
    rows.replace(node, row)


def list_(rows: Rows, node: Node, row: int) -> None:
    """Kinds whose operands are all that is named below: SEQUENCE and the like."""
    rows.push(row, rows.operands(node))


def unknown(rows: Rows, node: Node, row: int) -> None:
    """What could not be read: whatever stands below."""
    rows.kind[row] = Kind.UNKNOWN
    rows.push(row, rows.operands(node))
