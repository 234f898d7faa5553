"""Lowering of functions, classes, enums and namespaces."""

from __future__ import annotations

from typing import Final

from tree_sitter import Node

from reviewer.source.annotations import annotate, annotation_in
from reviewer.source.lower_expressions import push_property
from reviewer.source.lower_patterns import push_default
from reviewer.source.lower_statements import is_strict, statements
from reviewer.source.module import BindingKind, Flag
from reviewer.source.parse import ERROR
from reviewer.source.rows import (
    ARROW_SCOPE,
    AS_BODY,
    AS_MEMBER,
    AS_METHOD,
    AS_PARAM,
    AS_PARAM_DEFAULT,
    AS_STATIC_BLOCK,
    BLOCK_SCOPE,
    BODY_SCOPE,
    FUNCTION_SCOPE,
    VARIABLE_SCOPE,
    Rows,
)

_ACCESS: Final = frozenset({"accessibility_modifier", "readonly", "override_modifier"})
_METHOD_FLAGS: Final = {
    "static": Flag.STATIC,
    "get": Flag.GETTER,
    "set": Flag.SETTER,
    "static get": Flag.STATIC | Flag.GETTER,
}


def function(rows: Rows, node: Node, row: int) -> None:
    """Function expressions."""
    name = node.child_by_field_name("name")
    if name is not None:
        rows.name[row] = rows.name_of(name)
        rows.selves.append(row)
    _function(rows, node, row, 0)


def function_declaration(rows: Rows, node: Node, row: int) -> None:
    name = node.child_by_field_name("name")
    if name is not None and name.end_byte > name.start_byte:
        rows.name[row] = rows.name_of(name)
        rows.declared.append((row, BindingKind.FUNCTION))
    _function(rows, node, row, Flag.DECLARATION)


def arrow(rows: Rows, node: Node, row: int) -> None:
    _function(rows, node, row, Flag.ARROW)


def method_function(rows: Rows, node: Node, row: int) -> None:
    """The FUNCTION of a method; the PROPERTY is `method`."""
    name = node.child_by_field_name("name")
    flags = Flag.METHOD
    if name is not None:
        for kid in node.children:
            if kid.start_byte >= name.start_byte:
                break
            flags |= _METHOD_FLAGS.get(kid.type, 0) & (Flag.GETTER | Flag.SETTER)
        if name.kind_id != rows.grammar.computed_property_name:
            is_string = name.kind_id == rows.grammar.string
            rows.name[row] = rows.value_of(name) if is_string else rows.name_of(name)
    _function(rows, node, row, flags)


def _function(rows: Rows, node: Node, row: int, flags: int) -> None:
    grammar = rows.grammar
    rows.functions.append(row)
    body: Node | None = None
    parameters: list[Node] = []
    single = -1
    has_parameters = has_defaults = False
    block = grammar.statement_block
    formal, async_, star, arrow_ = (
        grammar.formal_parameters,
        grammar.token["async"],
        grammar.token["*"],
        grammar.token["=>"],
    )
    for kid in node.children:
        kind = kid.kind_id
        if kind == block:
            body = kid
        elif kind == formal:
            has_parameters = True
            parameters = [each for each in kid.children if each.kind_id in grammar.named and each.kind_id != ERROR]
            has_defaults = b"=" in rows.data[kid.start_byte : kid.end_byte]
        elif kind == async_:
            flags |= Flag.ASYNC
        elif kind == star:
            flags |= Flag.GENERATOR
        elif kind == arrow_:
            has_parameters = True
        elif kind in grammar.annotations:
            annotate(rows, row, kid)
        elif flags & Flag.ARROW and kind in grammar.named and kind != ERROR:
            if has_parameters:
                body = kid
                flags |= Flag.EXPRESSION_BODY
            else:
                parameters = [kid]
                single = 0
    if parameters and single < 0 and grammar.typed:
        parameters = [each for each in parameters if not _is_this(rows, each)]
    if body is not None and not flags & Flag.EXPRESSION_BODY and rows.may_be_strict:
        if is_strict(rows, [kid for kid in body.children if kid.kind_id in grammar.named]):
            flags |= Flag.USE_STRICT
    first = rows.push_fixed(row, node, body, *parameters)
    if body is not None and not flags & Flag.EXPRESSION_BODY:
        rows.recoded[first] = AS_BODY
        if has_defaults:
            rows.scopes[first] = BODY_SCOPE
    for offset in range(1, len(parameters) + 1):
        rows.recoded[first + offset] = AS_PARAM
    rows.scopes[row] = ARROW_SCOPE if flags & Flag.ARROW else FUNCTION_SCOPE
    rows.flags[row] = flags


def _is_this(rows: Rows, parameter: Node) -> bool:
    pattern = parameter.child_by_field_name("pattern")
    return pattern is not None and pattern.kind_id == rows.grammar.this


def param(rows: Rows, node: Node, row: int) -> None:
    grammar = rows.grammar
    kind = node.kind_id
    if kind not in grammar.typed:
        first = rows.push(row, (node,))
        rows.targets[first] = BindingKind.PARAM
        return
    kids = rows.parts(node)
    pattern = node.child_by_field_name("pattern")
    value = node.child_by_field_name("value")
    decorators = [kid for kid in kids if kid.kind_id == grammar.decorator]
    if any(kid.type in _ACCESS for kid in kids):
        rows.flags[row] = Flag.ACCESS
    first = rows.push_fixed(row, node, node if value is not None else pattern, *decorators)
    if value is not None:
        rows.recoded[first] = AS_PARAM_DEFAULT
    rows.targets[first] = BindingKind.PARAM
    annotation = annotation_in(rows, kids)
    if annotation is not None:
        annotate(rows, row, annotation)


def param_default(rows: Rows, node: Node, row: int) -> None:
    """The DEFAULT of TypeScript's `(name: Type = value)`."""
    pattern = node.child_by_field_name("pattern")
    value = node.child_by_field_name("value")
    if pattern is not None and value is not None:
        push_default(rows, row, pattern, value)


# classes


def class_(rows: Rows, node: Node, row: int) -> None:
    grammar = rows.grammar
    rows.classes.append(row)
    name = node.child_by_field_name("name")
    if name is not None and name.end_byte > name.start_byte:
        rows.name[row] = rows.name_of(name)
        if node.kind_id == grammar.class_expression:
            rows.selves.append(row)
            rows.scopes[row] = BLOCK_SCOPE
        else:
            rows.declared.append((row, BindingKind.CLASS))
            rows.flag(row, Flag.DECLARATION)
    heritage: Node | None = None
    decorators = rows.decorators.pop(row, [])
    members: list[Node] = []
    member_decorators: list[list[Node]] = []
    blocks: list[Node] = []
    for kid in node.children:
        kind = kid.kind_id
        if kind == grammar.decorator:
            decorators.append(kid)
        elif kind == grammar.token.get("abstract"):
            rows.flag(row, Flag.ABSTRACT)
        elif kind == grammar.class_heritage:
            heritage = _heritage(rows, kid)
        elif kind == grammar.class_body:
            _members(rows, kid, members, member_decorators, blocks)
    first = rows.push_fixed(row, node, heritage, *decorators, *members, *blocks)
    at = first + 1 + len(decorators)
    for member, extra in zip(members, member_decorators, strict=True):
        if member.kind_id == grammar.abstract_method_signature:
            rows.flag(at, Flag.ABSTRACT)
        if extra:
            rows.decorators[at] = extra
        at += 1
    for offset in range(len(blocks)):
        rows.recoded[at + offset] = AS_STATIC_BLOCK


def _heritage(rows: Rows, node: Node) -> Node | None:
    """The expression after `extends`; `implements` vanishes."""
    for kid in rows.parts(node):
        if kid.kind_id == rows.grammar.extends_clause:
            return kid.child_by_field_name("value")
        if kid.kind_id in rows.grammar.named:
            return kid
    return None


def _members(rows: Rows, body: Node, members: list[Node], decorators: list[list[Node]], blocks: list[Node]) -> None:
    """Sort the members of a class body; a decorator that stands beside its member (TypeScript) goes with it."""
    grammar = rows.grammar
    waiting: list[Node] = []
    for kid in body.children:
        kind = kid.kind_id
        if kind == grammar.decorator:
            waiting.append(kid)
        elif kind in grammar.member_kinds:
            members.append(kid)
            decorators.append(waiting)
            waiting = []
        elif kind in {grammar.class_static_block, ERROR}:
            blocks.append(kid)
            waiting = []


def static_block(rows: Rows, node: Node, row: int) -> None:
    """A static block, or what could not be read among a class's members, as a BLOCK."""
    rows.scopes[row] = VARIABLE_SCOPE
    if node.kind_id == ERROR:
        rows.push(row, [node])
        return
    body = node.child_by_field_name("body")
    found, _ = statements(rows, body.named_children, row) if body is not None else ([], False)
    rows.push(row, found)


def method(rows: Rows, node: Node, row: int) -> None:
    """The PROPERTY of a method or accessor, of a class or an object."""
    name = node.child_by_field_name("name")
    if name is None:
        rows.push_fixed(row, node, None, None)
        return
    decorators, flags = _modifiers(rows, node, name, row)
    rows.flags[row] = rows.flags.get(row, 0) | flags
    if not flags & (Flag.GETTER | Flag.SETTER):
        rows.flag(row, Flag.METHOD)
    if rows.flags[row] & Flag.ABSTRACT:
        push_property(rows, row, name, None, decorators)
    else:
        value = push_property(rows, row, name, node, decorators)
        rows.recoded[value] = AS_METHOD
    rows.keys.append(row)


def field(rows: Rows, node: Node, row: int) -> None:
    """The PROPERTY of a class field."""
    name = node.child_by_field_name("name") or node.child_by_field_name("property")
    if name is None:
        rows.push_fixed(row, node, None, None)
        return
    decorators, flags = _modifiers(rows, node, name, row)
    rows.flags[row] = flags
    value = node.child_by_field_name("value")
    value_row = push_property(rows, row, name, value, decorators)
    rows.regions.append(value_row)
    annotation = annotation_in(rows, node.children)
    if annotation is not None:
        annotate(rows, row, annotation)
    rows.keys.append(row)


def _modifiers(rows: Rows, node: Node, name: Node, row: int) -> tuple[list[Node], int]:
    """The decorators and flags that stand before a member's name."""
    decorators = rows.decorators.pop(row, [])
    flags = 0
    for kid in node.children:
        if kid.start_byte >= name.start_byte:
            break
        kind = kid.type
        if kind == "decorator":
            decorators.append(kid)
        elif kind in {"abstract", "declare"}:
            flags |= Flag.ABSTRACT
        else:
            flags |= _METHOD_FLAGS.get(kind, 0)
    return decorators, flags


# enums and namespaces


def enum(rows: Rows, node: Node, row: int) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        rows.name[row] = rows.name_of(name)
        rows.declared.append((row, BindingKind.ENUM))
    if node.children[0].kind_id == rows.grammar.token["const"]:
        rows.flags[row] = Flag.CONST_ENUM
    body = node.child_by_field_name("body")
    operands = [kid for kid in rows.parts(body) if kid.is_named] if body is not None else []
    first = rows.push(row, operands)
    for at in range(first, first + len(operands)):
        rows.recoded[at] = AS_MEMBER


def enum_member(rows: Rows, node: Node, row: int) -> None:
    if node.kind_id == rows.grammar.enum_assignment:
        kids = rows.parts(node)
        push_property(rows, row, kids[0], kids[-1])
    else:
        push_property(rows, row, node, None)


def namespace(rows: Rows, node: Node, row: int) -> None:
    """`namespace A.B {}` is one NAMESPACE named `A.B`, with the binding of `A`."""
    name = node.child_by_field_name("name")
    body = node.child_by_field_name("body")
    if name is not None:
        rows.name[row] = rows.intern(b"".join(rows.data[name.start_byte : name.end_byte].split()))
        rows.declared.append((row, BindingKind.NAMESPACE))
    first = rows.push_fixed(row, node, body)
    if body is not None:
        rows.recoded[first] = AS_BODY
        rows.scopes[first] = VARIABLE_SCOPE
