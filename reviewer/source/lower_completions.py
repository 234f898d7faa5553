"""Lowering of what leaves statements early: `try` with its handlers, `break` and `continue`."""

from __future__ import annotations

from tree_sitter import Node

from reviewer.source.module import BindingKind
from reviewer.source.rows import BLOCK_SCOPE, Rows


def try_(rows: Rows, node: Node, row: int) -> None:
    """TRY."""
    first = rows.push_fixed(
        row,
        node,
        node.child_by_field_name("body"),
        node.child_by_field_name("handler"),
        node.child_by_field_name("finalizer"),
    )
    rows.regions += (first, first + 1, first + 2)


def catch(rows: Rows, node: Node, row: int) -> None:
    """CATCH."""
    first = rows.push_fixed(row, node, node.child_by_field_name("parameter"), node.child_by_field_name("body"))
    rows.targets[first] = BindingKind.CATCH
    rows.scopes[row] = BLOCK_SCOPE


def jump(rows: Rows, node: Node, row: int) -> None:
    """BREAK and CONTINUE."""
    label = node.child_by_field_name("label")
    if label is not None:
        rows.name[row] = rows.name_of(label)
