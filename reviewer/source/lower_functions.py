"""Lowering of functions and their parameters."""

from __future__ import annotations

from tree_sitter import Node

from reviewer.source.annotations import annotate, annotation_in, folded
from reviewer.source.lower_patterns import push_default
from reviewer.source.lower_statements import is_strict
from reviewer.source.module import BindingKind, Flag
from reviewer.source.parse import ERROR
from reviewer.source.rows import ARROW_SCOPE, AS_BODY, AS_PARAM, AS_PARAM_DEFAULT, BODY_SCOPE, FUNCTION_SCOPE, Rows


def function(rows: Rows, node: Node, row: int) -> None:
    """Function expressions."""
    name = node.child_by_field_name("name")
    if name is not None:
        rows.name[row] = rows.name_of(name)
        rows.selves.append(row)
    _function(rows, node, row, 0)


def function_declaration(rows: Rows, node: Node, row: int) -> None:
    """FUNCTION as a statement."""
    name = node.child_by_field_name("name")
    if name is not None and name.end_byte > name.start_byte:
        rows.name[row] = rows.name_of(name)
        rows.declared.append((row, BindingKind.FUNCTION))
    _function(rows, node, row, Flag.DECLARATION)


def arrow(rows: Rows, node: Node, row: int) -> None:
    """FUNCTION of an arrow."""
    _function(rows, node, row, Flag.ARROW)


def method_function(rows: Rows, node: Node, row: int) -> None:
    """The FUNCTION of a method; the PROPERTY is `method`."""
    _function(rows, node, row, Flag.METHOD)


def _function(rows: Rows, node: Node, row: int, flags: int) -> None:
    grammar = rows.grammar
    rows.functions.append(row)
    body: Node | None = None
    parameters: list[Node] = []
    is_single = has_parameters = has_defaults = is_named = False
    named = grammar.named
    for kid in node.children:
        kind = kid.kind_id
        if kind == grammar.statement_block:
            body = kid
        elif kind == grammar.formal_parameters:
            has_parameters = True
            parameters = [each for each in kid.children if each.kind_id in named and each.kind_id != ERROR]
            has_defaults = b"=" in rows.data[kid.start_byte : kid.end_byte]
        elif kind in grammar.function_flags:
            flags |= grammar.function_flags[kind]
        elif kind == grammar.arrow:
            has_parameters = True
        elif kind in grammar.annotations:
            annotate(rows, row, kid)
        elif kind == grammar.type_parameters:
            rows.generics[row] = folded(rows, kid.start_byte, kid.end_byte)
        elif flags & Flag.ARROW:
            if kind not in named or kind == ERROR:
                continue
            if has_parameters:
                body = kid
                flags |= Flag.EXPRESSION_BODY
            else:
                parameters = [kid]
                is_single = True
        elif flags & Flag.METHOD and not is_named and kind in grammar.property_names:
            is_named = True
            if kind != grammar.computed_property_name:
                rows.name[row] = rows.value_of(kid) if kind == grammar.string else rows.name_of(kid)
    if parameters and not is_single and grammar.typed:
        parameters = [each for each in parameters if not _is_this(rows, row, each)]
    is_block = body is not None and not flags & Flag.EXPRESSION_BODY
    if rows.may_be_strict and is_block and body is not None and is_strict(rows, rows.operands(body)):
        flags |= Flag.USE_STRICT
    first = rows.push_fixed(row, node, body, *parameters)
    if is_block:
        rows.recoded[first] = AS_BODY
        if has_defaults:
            rows.scopes[first] = BODY_SCOPE
    for offset in range(1, len(parameters) + 1):
        rows.recoded[first + offset] = AS_PARAM
    rows.scopes[row] = ARROW_SCOPE if flags & Flag.ARROW else FUNCTION_SCOPE
    rows.flags[row] = flags


def _is_this(rows: Rows, row: int, parameter: Node) -> bool:
    """Whether a parameter only says what `this` is, which is then recorded of the function."""
    if not rows.data.startswith(b"this", parameter.start_byte):
        return False
    pattern = parameter.child_by_field_name("pattern")
    is_this = pattern is not None and pattern.kind_id == rows.grammar.this
    annotation = annotation_in(rows, parameter.children) if is_this else None
    if annotation is not None:
        annotate(rows, -row, annotation)
    return is_this


def param(rows: Rows, node: Node, row: int) -> None:
    """PARAM: target, decorators."""
    grammar = rows.grammar
    if node.kind_id not in grammar.typed:
        first = rows.push(row, (node,))
        rows.targets[first] = BindingKind.PARAM
        return
    pattern: Node | None = None
    value: Node | None = None
    decorators: list[Node] = []
    if node.kind_id == grammar.optional_parameter:
        rows.flag(row, Flag.OPTIONAL)
    for kid in node.children:
        kind = kid.kind_id
        if kind == grammar.decorator:
            decorators.append(kid)
        elif kind in grammar.annotations:
            annotate(rows, row, kid)
        elif kind in grammar.access:
            rows.flag(row, Flag.ACCESS)
        elif kind in grammar.named and kind != ERROR:
            if pattern is None:
                pattern = kid
            else:
                value = kid
    first = rows.push_fixed(row, node, node if value is not None else pattern, *decorators)
    if value is not None:
        rows.recoded[first] = AS_PARAM_DEFAULT
    rows.targets[first] = BindingKind.PARAM


def param_default(rows: Rows, node: Node, row: int) -> None:
    """The DEFAULT of TypeScript's `(name: Type = value)`."""
    pattern = node.child_by_field_name("pattern")
    value = node.child_by_field_name("value")
    if pattern is not None and value is not None:
        push_default(rows, row, pattern, value)
