"""Lowering of statements."""

from __future__ import annotations

from typing import Final

from tree_sitter import Node

from reviewer.source.annotations import annotate, annotation_in, assert_type, note_result
from reviewer.source.lower_modules import aside
from reviewer.source.module import BindingKind, Flag, Kind
from reviewer.source.rows import AS_NONE, AS_USING, BARE, BLOCK_SCOPE, WRITE, Rows

_DIRECTIVE: Final = (b"'use strict'", b'"use strict"')
_KEYWORDS: Final = {
    b"var": (b"var", BindingKind.VAR),
    b"let": (b"let", BindingKind.LET),
    b"con": (b"const", BindingKind.CONST),
    b"usi": (b"using", BindingKind.CONST),
    b"awa": (b"using", BindingKind.CONST),
}


def statements(rows: Rows, kids: list[Node], container: int) -> tuple[list[Node], bool]:
    """The statements among named nodes that leave rows, and whether they declare names of their block.

    Imports, types and what is only declared are recorded instead, in the scope that row `container` opens.
    """
    grammar = rows.grammar
    codes = [kid.kind_id for kid in kids]
    if grammar.special.isdisjoint(codes):
        return kids, False
    asides, lexical, named, empty = grammar.asides, grammar.lexical, grammar.named, grammar.empty
    found: list[Node] = []
    declares = False
    for kid, kind in zip(kids, codes, strict=True):
        if kind in lexical:
            declares = True
        if kind in asides:
            kept = aside(rows, kid, container)
            if kept is None:
                continue
            declares = True
        if kind in named and kind not in empty:
            found.append(kid)
        elif kind in grammar.noise:
            rows.flag(container, Flag.EXPLAINED)
    return found, declares


def program(rows: Rows, node: Node, row: int) -> None:
    """PROGRAM, also where the whole file is one error."""
    rows.kind[row] = Kind.PROGRAM
    found, _ = statements(rows, node.named_children, row)
    if rows.may_be_strict and is_strict(rows, found):
        rows.flags[row] = Flag.USE_STRICT
    rows.push(row, found)


def block(rows: Rows, node: Node, row: int) -> None:
    """BLOCK, which is a scope where it declares names."""
    found, declares = statements(rows, node.named_children, row)
    if declares:
        rows.scopes.setdefault(row, BLOCK_SCOPE)
    rows.count[row] = len(found)
    rows.below += found


def body(rows: Rows, node: Node, row: int) -> None:
    """The BLOCK of a function, program, namespace or static block, whose scope its owner has opened."""
    found, _ = statements(rows, node.named_children, row)
    rows.count[row] = len(found)
    rows.below += found


def is_strict(rows: Rows, found: list[Node]) -> bool:
    """Whether the directive prologue of a statement list says "use strict"."""
    for statement in found:
        text = rows.data[statement.start_byte : statement.start_byte + 12]
        if text in _DIRECTIVE:
            return True
        if text[:1] not in {b"'", b'"'}:
            return False
    return False


def expression(rows: Rows, node: Node, row: int) -> None:
    """EXPRESSION; TypeScript has namespaces and `using` here as well."""
    kids = node.children
    if len(kids) > 2:
        kids = [kid for kid in kids if kid.kind_id not in rows.grammar.noise] or kids
    inner = kids[0]
    if rows.grammar.typed:
        if inner.kind_id == rows.grammar.internal_module:
            rows.replace(inner, row)
            return
        if rows.has_using and _using(rows, inner) is not None:
            rows.kind[row] = Kind.VAR
            rows.name[row] = rows.intern(b"using")
            first = rows.push(row, (inner,))
            rows.recoded[first] = AS_USING
            return
    rows.count[row] = 1
    rows.below.append(inner)


def _using(rows: Rows, node: Node) -> Node | None:
    """The assignment as which TypeScript's grammar reads `using x = …` and `await using x = …`."""
    grammar = rows.grammar
    if node.kind_id == grammar.await_expression:
        node = node.children[-1]
    if node.kind_id != grammar.assignment_expression:
        return None
    return node if node.children[0].kind_id == grammar.token.get("using") else None


def using(rows: Rows, node: Node, row: int) -> None:
    """The DECLARATOR of a `using` that reads as an assignment."""
    assignment = _using(rows, node) or node
    kids = rows.parts(assignment)[-3:]
    first = rows.push(row, (kids[0], kids[-1]))
    rows.targets[first] = BindingKind.CONST


def variables(rows: Rows, node: Node, row: int) -> None:
    """VAR."""
    start = node.start_byte
    keyword, mode = _KEYWORDS.get(rows.data[start : start + 3], _KEYWORDS[b"var"])
    rows.name[row] = rows.names.get(keyword) or rows.intern(keyword)
    below = rows.below
    first = rows.below_base + len(below)
    declarator = rows.grammar.variable_declarator
    kids = node.named_children
    if len(kids) != 1:
        kids = [kid for kid in kids if kid.kind_id == declarator]
    below += kids
    rows.count[row] = len(kids)
    rows.targets[first] = mode
    if len(kids) > 1:
        rows.targets.update(dict.fromkeys(range(first + 1, first + len(kids)), mode))


def declarator(rows: Rows, node: Node, row: int) -> None:
    """DECLARATOR."""
    mode = rows.targets.get(row, BindingKind.VAR)
    kids = node.children
    if len(kids) == 3 and kids[2].kind_id in rows.grammar.named:
        below = rows.below
        rows.count[row] = 2
        rows.targets[rows.below_base + len(below)] = mode
        if kids[2].kind_id == rows.grammar.as_expression:
            assert_type(rows, rows.below_base + len(below), kids[2])
        elif kids[2].kind_id == rows.grammar.call_expression:
            note_result(rows, rows.below_base + len(below), kids[2])
        below.append(kids[0])
        below.append(kids[2])
        return
    kids = rows.parts(node)
    has_value = len(kids) > 2 and kids[-2].kind_id == rows.grammar.equals
    first = rows.push_fixed(row, node, kids[0], kids[-1] if has_value else None)
    rows.targets[first] = mode if has_value else mode + BARE
    annotation = annotation_in(rows, kids)
    if annotation is not None:
        annotate(rows, first, annotation)


def optional_operand(rows: Rows, node: Node, row: int) -> None:
    """RETURN and THROW."""
    kids = rows.operands(node)
    rows.push_fixed(row, node, kids[0] if kids else None)


def if_(rows: Rows, node: Node, row: int) -> None:
    """IF."""
    kids = node.children
    test: Node | None
    then: Node | None
    other: Node | None
    if len(kids) == 3:
        (_, test, then), other = kids, None
    elif len(kids) == 4 and kids[3].kind_id == rows.grammar.else_clause:
        _, test, then, other = kids
    else:
        test = node.child_by_field_name("condition")
        then = node.child_by_field_name("consequence")
        other = node.child_by_field_name("alternative")
    first = rows.push_fixed(row, node, test, then, other)
    rows.regions += (first + 1, first + 2)


def for_(rows: Rows, node: Node, row: int) -> None:
    """FOR."""
    operands: list[Node | None] = []
    for field in ("initializer", "condition", "increment", "body"):
        operand = node.child_by_field_name(field)
        header = field != "body"
        operands.append(None if operand is not None and header and operand.kind_id in _blank(rows) else operand)
    first = rows.push_fixed(row, node, *operands)
    rows.regions += (first + 1, first + 2, first + 3)
    initialiser = operands[0]
    if initialiser is not None and initialiser.kind_id in rows.grammar.lexical:
        rows.scopes[row] = BLOCK_SCOPE


def _blank(rows: Rows) -> frozenset[int]:
    return rows.grammar.empty | {rows.grammar.token[";"]}


def for_in(rows: Rows, node: Node, row: int) -> None:
    """FOR_IN and FOR_OF."""
    kids = rows.parts(node)
    if any(kid.kind_id == rows.grammar.token["of"] for kid in kids):
        rows.kind[row] = Kind.FOR_OF
        if kids[1].kind_id == rows.grammar.token["await"]:
            rows.flags[row] = Flag.AWAITED
    keyword = node.child_by_field_name("kind")
    first = rows.push_fixed(
        row,
        node,
        node.child_by_field_name("left"),
        node.child_by_field_name("right"),
        node.child_by_field_name("body"),
    )
    rows.regions.append(first + 2)
    if keyword is None:
        rows.targets[first] = WRITE
        return
    mode = rows.targets[first] = rows.grammar.modes.get(keyword.kind_id, BindingKind.VAR)
    rows.flag(row, Flag.DECLARATION)
    if mode != BindingKind.VAR:
        rows.scopes[row] = BLOCK_SCOPE


def while_(rows: Rows, node: Node, row: int) -> None:
    """WHILE."""
    first = rows.push_fixed(row, node, node.child_by_field_name("condition"), node.child_by_field_name("body"))
    rows.regions += (first, first + 1)


def do(rows: Rows, node: Node, row: int) -> None:
    """DO."""
    first = rows.push_fixed(row, node, node.child_by_field_name("body"), node.child_by_field_name("condition"))
    rows.regions += (first, first + 1)


def with_(rows: Rows, node: Node, row: int) -> None:
    """WITH."""
    rows.push_fixed(row, node, node.child_by_field_name("object"), node.child_by_field_name("body"))


def switch(rows: Rows, node: Node, row: int) -> None:
    """SWITCH, one scope for all its cases."""
    body_ = node.child_by_field_name("body")
    cases = rows.operands(body_) if body_ is not None else []
    first = rows.push_fixed(row, node, node.child_by_field_name("value"), *cases)
    rows.regions.extend(range(first + 1, first + 1 + len(cases)))
    rows.scopes[row] = BLOCK_SCOPE


def case(rows: Rows, node: Node, row: int) -> None:
    """CASE."""
    kids = rows.parts(node) if node.has_error else node.children
    value = node.child_by_field_name("value")
    colon = next((at for at, kid in enumerate(kids) if kid.kind_id == rows.grammar.token[":"]), 0)
    found, _ = statements(rows, [kid for kid in kids[colon + 1 :] if kid.is_named], row)
    first = rows.push(row, [node if value is None else value, *found])
    if value is None:
        rows.recoded[first] = AS_NONE


def labeled(rows: Rows, node: Node, row: int) -> None:
    """LABELED."""
    label = node.child_by_field_name("label")
    if label is not None:
        rows.name[row] = rows.name_of(label)
    rows.push_fixed(row, node, node.child_by_field_name("body"))
