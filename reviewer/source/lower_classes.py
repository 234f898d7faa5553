"""Lowering of classes and enums: members, decorators, what TypeScript only declares."""

from __future__ import annotations

from tree_sitter import Node

from reviewer.source.annotations import annotate, annotation_in, declare_method, implement
from reviewer.source.lower_literals import push_property
from reviewer.source.lower_statements import statements
from reviewer.source.module import BindingKind, Flag
from reviewer.source.parse import ERROR
from reviewer.source.rows import AS_MEMBER, AS_METHOD, AS_STATIC_BLOCK, BLOCK_SCOPE, VARIABLE_SCOPE, Rows


def class_(rows: Rows, node: Node, row: int) -> None:
    """CLASS: heritage, decorators, members, static blocks."""
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
            heritage = _heritage(rows, kid, row)
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


def _heritage(rows: Rows, node: Node, row: int) -> Node | None:
    """The expression after `extends`; what stands after `implements` is recorded."""
    heritage: Node | None = None
    for kid in rows.parts(node):
        if kid.kind_id == rows.grammar.extends_clause:
            heritage = kid.child_by_field_name("value")
        elif kid.kind_id == rows.grammar.implements_clause:
            implement(rows, row, kid)
        elif kid.kind_id in rows.grammar.named:
            heritage = kid
    return heritage


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
    name, decorators, flags = _head(rows, node.children, row)
    if name is None:
        rows.push_fixed(row, node, None, None)
        return
    if not flags & (Flag.GETTER | Flag.SETTER):
        flags |= Flag.METHOD
    flags = rows.flags[row] = rows.flags.get(row, 0) | flags
    if flags & Flag.ABSTRACT:
        push_property(rows, row, name, None, decorators)
        declare_method(rows, row, node)
    else:
        value = push_property(rows, row, name, node, decorators)
        rows.recoded[value] = AS_METHOD
    rows.keys.append(row)


def field(rows: Rows, node: Node, row: int) -> None:
    """The PROPERTY of a class field."""
    kids = node.children
    name, decorators, flags = _head(rows, kids, row)
    if name is None:
        rows.push_fixed(row, node, None, None)
        return
    rows.flags[row] = flags
    value = node.child_by_field_name("value") if kids[-1].kind_id in rows.grammar.named else None
    value_row = push_property(rows, row, name, value, decorators)
    rows.regions.append(value_row)
    annotation = annotation_in(rows, kids)
    if annotation is not None:
        annotate(rows, row, annotation)
    rows.keys.append(row)


def _head(rows: Rows, kids: list[Node], row: int) -> tuple[Node | None, list[Node], int]:
    """The name of a member, and the decorators and flags that stand before it."""
    grammar = rows.grammar
    decorators = rows.decorators.pop(row, [])
    flags = 0
    for kid in kids:
        kind = kid.kind_id
        if kind in grammar.property_names:
            return kid, decorators, flags
        if kind == grammar.decorator:
            decorators.append(kid)
        else:
            flags |= grammar.member_flags.get(kind, 0)
    return None, decorators, flags


def enum(rows: Rows, node: Node, row: int) -> None:
    """ENUM."""
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
    """The PROPERTY of an ENUM."""
    if node.kind_id == rows.grammar.enum_assignment:
        kids = rows.parts(node)
        push_property(rows, row, kids[0], kids[-1])
    else:
        push_property(rows, row, node, None)
