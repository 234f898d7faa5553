"""Lowering of statements."""

from __future__ import annotations

from typing import Final

from tree_sitter import Node

from reviewer.source.annotations import annotate, annotation_in
from reviewer.source.lower_modules import aside
from reviewer.source.module import BindingKind, Flag, Kind
from reviewer.source.rows import AS_NONE, AS_USING, BARE, BLOCK_SCOPE, WRITE, Rows

_DIRECTIVE: Final = (b"'use strict'", b'"use strict"')
_MODES: Final = {
    "var": BindingKind.VAR,
    "let": BindingKind.LET,
    "const": BindingKind.CONST,
    "using": BindingKind.CONST,
    "await": BindingKind.CONST,
}


def statements(rows: Rows, kids: list[Node], container: int) -> tuple[list[Node], bool]:
    """The statements among `kids` that leave rows, and whether they declare names of their block.

    Imports, types and what is only declared are recorded instead, in the scope that row `container` opens.
    """
    grammar = rows.grammar
    named, asides, lexical, empty = grammar.named, grammar.asides, grammar.lexical, grammar.empty
    found: list[Node] = []
    declares = False
    for kid in kids:
        kind = kid.kind_id
        if kind not in named or kind in empty:
            continue
        if kind in lexical:
            declares = True
        if kind in asides:
            kept = aside(rows, kid, container)
            if kept is None:
                continue
            declares = True
        found.append(kid)
    return found, declares


def program(rows: Rows, node: Node, row: int) -> None:
    rows.kind[row] = Kind.PROGRAM
    found, _ = statements(rows, node.children, row)
    if rows.may_be_strict and is_strict(rows, found):
        rows.flags[row] = Flag.USE_STRICT
    rows.push(row, found)


def block(rows: Rows, node: Node, row: int) -> None:
    found, declares = statements(rows, node.children, row)
    if declares:
        rows.scopes.setdefault(row, BLOCK_SCOPE)
    rows.count[row] = len(found)
    rows.below.extend(found)


def body(rows: Rows, node: Node, row: int) -> None:
    """The BLOCK of a function, program, namespace or static block, whose scope its owner has opened."""
    found, _ = statements(rows, node.children, row)
    rows.count[row] = len(found)
    rows.below.extend(found)


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
    kids = rows.parts(node) if node.child_count > 2 else node.children
    inner = kids[0]
    grammar = rows.grammar
    if inner.kind_id == grammar.node("internal_module"):
        rows.replace(inner, row)
    elif rows.has_using and _using(rows, inner) is not None:
        rows.kind[row] = Kind.VAR
        rows.name[row] = rows.intern(b"using")
        first = rows.push(row, [inner])
        rows.recoded[first] = AS_USING
    elif inner.kind_id in grammar.named:
        rows.count[row] = 1
        rows.below.append(inner)
    else:
        rows.push(row, rows.operands(node))


def _using(rows: Rows, node: Node) -> Node | None:
    """The assignment as which TypeScript's grammar reads `using x = …` and `await using x = …`."""
    grammar = rows.grammar
    if node.kind_id == grammar.node("await_expression"):
        node = node.children[-1]
    if node.kind_id != grammar.node("assignment_expression"):
        return None
    return node if node.children[0].kind_id == grammar.token.get("using") else None


def using(rows: Rows, node: Node, row: int) -> None:
    assignment = _using(rows, node) or node
    kids = rows.parts(assignment)[-3:]
    first = rows.push(row, (kids[0], kids[-1]))
    rows.targets[first] = BindingKind.CONST


def variables(rows: Rows, node: Node, row: int) -> None:
    kids = node.children
    declarator = rows.grammar.node("variable_declarator")
    keyword = rows.data[kids[0].start_byte : kids[0].end_byte].decode("utf-8", "replace")
    mode = _MODES.get(keyword, BindingKind.VAR)
    rows.name[row] = rows.intern(b"using" if keyword == "await" else keyword.encode())
    operands = [kid for kid in kids if kid.kind_id == declarator]
    first = rows.push(row, operands)
    targets = rows.targets
    for offset in range(len(operands)):
        targets[first + offset] = mode


def declarator(rows: Rows, node: Node, row: int) -> None:
    kids = node.children
    mode = rows.targets.get(row, BindingKind.VAR)
    if len(kids) == 3 and kids[1].kind_id == rows.grammar.token["="]:
        first = rows.push(row, (kids[0], kids[2]))
        rows.targets[first] = mode
        return
    kids = rows.parts(node)
    equals = rows.grammar.token["="]
    has_value = len(kids) > 2 and kids[-2].kind_id == equals
    first = rows.push_fixed(row, node, kids[0], kids[-1] if has_value else None)
    rows.targets[first] = mode if has_value else mode + BARE
    annotation = annotation_in(rows, kids)
    if annotation is not None:
        annotate(rows, first, annotation)


def optional_operand(rows: Rows, node: Node, row: int) -> None:
    """RETURN and THROW."""
    kids = [kid for kid in rows.parts(node) if kid.kind_id in rows.grammar.named]
    rows.push_fixed(row, node, kids[0] if kids else None)


def if_(rows: Rows, node: Node, row: int) -> None:
    first = rows.push_fixed(
        row,
        node,
        node.child_by_field_name("condition"),
        node.child_by_field_name("consequence"),
        node.child_by_field_name("alternative"),
    )
    rows.regions += (first + 1, first + 2)


def for_(rows: Rows, node: Node, row: int) -> None:
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
    mode = rows.targets[first] = _MODES.get(rows.text(keyword), BindingKind.VAR)
    rows.flag(row, Flag.DECLARATION)
    if mode != BindingKind.VAR:
        rows.scopes[row] = BLOCK_SCOPE


def while_(rows: Rows, node: Node, row: int) -> None:
    first = rows.push_fixed(row, node, node.child_by_field_name("condition"), node.child_by_field_name("body"))
    rows.regions += (first, first + 1)


def do(rows: Rows, node: Node, row: int) -> None:
    first = rows.push_fixed(row, node, node.child_by_field_name("body"), node.child_by_field_name("condition"))
    rows.regions += (first, first + 1)


def with_(rows: Rows, node: Node, row: int) -> None:
    rows.push_fixed(row, node, node.child_by_field_name("object"), node.child_by_field_name("body"))


def switch(rows: Rows, node: Node, row: int) -> None:
    body_ = node.child_by_field_name("body")
    cases = rows.operands(body_) if body_ is not None else []
    first = rows.push_fixed(row, node, node.child_by_field_name("value"), *cases)
    rows.regions.extend(range(first + 1, first + 1 + len(cases)))
    rows.scopes[row] = BLOCK_SCOPE


def case(rows: Rows, node: Node, row: int) -> None:
    kids = rows.parts(node) if node.has_error else node.children
    value = node.child_by_field_name("value")
    colon = next((at for at, kid in enumerate(kids) if kid.kind_id == rows.grammar.token[":"]), 0)
    found, _ = statements(rows, kids[colon + 1 :], row)
    first = rows.push(row, [node if value is None else value, *found])
    if value is None:
        rows.recoded[first] = AS_NONE


def try_(rows: Rows, node: Node, row: int) -> None:
    first = rows.push_fixed(
        row,
        node,
        node.child_by_field_name("body"),
        node.child_by_field_name("handler"),
        node.child_by_field_name("finalizer"),
    )
    rows.regions += (first, first + 1, first + 2)


def catch(rows: Rows, node: Node, row: int) -> None:
    first = rows.push_fixed(row, node, node.child_by_field_name("parameter"), node.child_by_field_name("body"))
    rows.targets[first] = BindingKind.CATCH
    rows.scopes[row] = BLOCK_SCOPE


def jump(rows: Rows, node: Node, row: int) -> None:
    """BREAK and CONTINUE."""
    label = node.child_by_field_name("label")
    if label is not None:
        rows.name[row] = rows.name_of(label)


def labeled(rows: Rows, node: Node, row: int) -> None:
    label = node.child_by_field_name("label")
    if label is not None:
        rows.name[row] = rows.name_of(label)
    rows.push_fixed(row, node, node.child_by_field_name("body"))
