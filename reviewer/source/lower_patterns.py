"""Lowering of patterns: destructuring, defaults, rests. What a pattern does to its names goes down with its mode."""

from __future__ import annotations

from tree_sitter import Node

from reviewer.source import lower_expressions as expressions
from reviewer.source import lower_literals as literals
from reviewer.source.module import Flag, Kind
from reviewer.source.rows import AS_IDENT, AS_NONE, AS_SHORTHAND_DEFAULT, WRITE, Rows


def object_pattern(rows: Rows, node: Node, row: int) -> None:
    """OBJECT_PATTERN."""
    rows.targets.setdefault(row, WRITE)
    literals.object_(rows, node, row)


def array_pattern(rows: Rows, node: Node, row: int) -> None:
    """ARRAY_PATTERN."""
    rows.targets.setdefault(row, WRITE)
    literals.array(rows, node, row)


def pair_pattern(rows: Rows, node: Node, row: int) -> None:
    """The PROPERTY of `key: target`."""
    rows.targets.setdefault(row, WRITE)
    literals.pair(rows, node, row)


def shorthand_pattern(rows: Rows, node: Node, row: int) -> None:
    """The PROPERTY of `{ name }` in a pattern."""
    rows.targets.setdefault(row, WRITE)
    literals.shorthand(rows, node, row)


def default(rows: Rows, node: Node, row: int) -> None:
    """`target = value` in a pattern or parameter list."""
    left, _, right = expressions.sides(rows, node)
    push_default(rows, row, left, right)


def push_default(rows: Rows, row: int, target: Node, value: Node) -> int:
    """Queue the operands of a DEFAULT; returns the row of the target."""
    first = rows.push(row, (target, value))
    rows.targets[first] = rows.targets.get(row, WRITE)
    rows.regions.append(first + 1)
    return first


def shorthand_assignment(rows: Rows, node: Node, row: int) -> None:
    """The PROPERTY of `{ name = value }`."""
    name = rows.parts(node)[0]
    rows.flags[row] = Flag.SHORTHAND
    rows.taken.append(row)
    if name.kind_id == rows.grammar.shorthand_property_identifier_pattern:
        rows.name[row] = rows.name_of(name)
    first = rows.push(row, (name, node))
    rows.recoded[first] = AS_NONE
    rows.recoded[first + 1] = AS_SHORTHAND_DEFAULT
    rows.targets[first + 1] = rows.targets.get(row, WRITE)


def shorthand_default(rows: Rows, node: Node, row: int) -> None:
    """The DEFAULT of `{ name = value }`."""
    kids = rows.parts(node)
    target = push_default(rows, row, kids[0], kids[-1])
    if kids[0].kind_id == rows.grammar.shorthand_property_identifier_pattern:
        rows.recoded[target] = AS_IDENT


def rest(rows: Rows, node: Node, row: int) -> None:
    """REST."""
    first = rows.push(row, rows.parts(node)[1:2])
    rows.targets[first] = rows.targets.get(row, WRITE)


def spread(rows: Rows, node: Node, row: int) -> None:
    """SPREAD, or REST where a literal turns out to be a target."""
    if row in rows.targets:
        rows.kind[row] = Kind.REST
        rest(rows, node, row)
    else:
        expressions.operand(rows, node, row)


def assignment(rows: Rows, node: Node, row: int) -> None:
    """ASSIGN, or DEFAULT where a literal turns out to be a target."""
    if row in rows.targets:
        rows.kind[row] = Kind.DEFAULT
        default(rows, node, row)
    else:
        expressions.assignment(rows, node, row)
