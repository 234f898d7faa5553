"""Lowering: the bytes of one file to its IR, level by level through the syntax tree, without recursion."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from functools import cache
from typing import Final

import msgspec
from tree_sitter import Node

from reviewer.source import lower_expressions as expressions
from reviewer.source import lower_functions as functions
from reviewer.source import lower_modules as modules
from reviewer.source import lower_patterns as patterns
from reviewer.source import lower_statements as statements
from reviewer.source import rows as code
from reviewer.source.grammar import Grammar
from reviewer.source.module import Body, Kind, Lowered, SyntaxGap
from reviewer.source.parse import ERROR, Parsed, parse
from reviewer.source.rows import Rows
from reviewer.source.scopes import Scopes, flattened, lines_of, packed
from reviewer.source.surface import surface_of
from reviewer.source.unparsed import scan

MAX_SIZE: Final = 1 << 20
MAX_DEPTH: Final = 5000
_HEAD: Final = 8000  # bytes in which a NUL tells a binary file, as for git
_DOT_NAME: Final = re.compile(rb"\s*\.\s*([A-Za-z_$][\w$]*)")

Handler = Callable[[Rows, Node, int], None]

_LOWERED: Final[dict[str, tuple[int, Handler | None]]] = {
    # expressions
    "property_identifier": (Kind.UNKNOWN, None),
    "identifier": (Kind.IDENT, expressions.identifier),
    "private_property_identifier": (Kind.STRING, expressions.source_text),
    "this": (Kind.THIS, None),
    "super": (Kind.SUPER, None),
    "string": (Kind.STRING, expressions.string),
    "number": (Kind.NUMBER, expressions.number),
    "regex": (Kind.REGEX, expressions.source_text),
    "true": (Kind.TRUE, None),
    "false": (Kind.FALSE, None),
    "null": (Kind.NULL, None),
    "undefined": (Kind.UNDEFINED, None),
    "import": (Kind.IMPORT, None),
    "meta_property": (Kind.META, expressions.meta_property),
    "template_string": (Kind.TEMPLATE, expressions.template),
    "array": (Kind.ARRAY, expressions.array),
    "object": (Kind.OBJECT, expressions.object_),
    "pair": (Kind.PROPERTY, expressions.pair),
    "shorthand_property_identifier": (Kind.PROPERTY, expressions.shorthand),
    "spread_element": (Kind.SPREAD, patterns.spread),
    "call_expression": (Kind.CALL, expressions.call),
    "new_expression": (Kind.NEW, expressions.new),
    "member_expression": (Kind.MEMBER, expressions.member),
    "nested_identifier": (Kind.MEMBER, expressions.member),
    "subscript_expression": (Kind.INDEX, expressions.subscript),
    "unary_expression": (Kind.UNARY, expressions.unary),
    "update_expression": (Kind.UPDATE, expressions.update),
    "binary_expression": (Kind.BINARY, expressions.binary),
    "assignment_expression": (Kind.ASSIGN, patterns.assignment),
    "augmented_assignment_expression": (Kind.ASSIGN, expressions.augmented_assignment),
    "ternary_expression": (Kind.CONDITIONAL, expressions.conditional),
    "await_expression": (Kind.AWAIT, expressions.operand),
    "yield_expression": (Kind.YIELD, expressions.yield_),
    "sequence_expression": (Kind.SEQUENCE, expressions.list_),
    "jsx_element": (Kind.JSX, expressions.jsx),
    "jsx_self_closing_element": (Kind.JSX, expressions.jsx),
    "parenthesized_expression": (Kind.UNKNOWN, expressions.unwrap),
    "as_expression": (Kind.UNKNOWN, expressions.unwrap),
    "satisfies_expression": (Kind.UNKNOWN, expressions.unwrap),
    "non_null_expression": (Kind.UNKNOWN, expressions.unwrap),
    "instantiation_expression": (Kind.UNKNOWN, expressions.unwrap),
    "type_assertion": (Kind.UNKNOWN, expressions.unwrap),
    # patterns
    "object_pattern": (Kind.OBJECT_PATTERN, patterns.object_pattern),
    "array_pattern": (Kind.ARRAY_PATTERN, patterns.array_pattern),
    "pair_pattern": (Kind.PROPERTY, patterns.pair_pattern),
    "shorthand_property_identifier_pattern": (Kind.PROPERTY, patterns.shorthand_pattern),
    "object_assignment_pattern": (Kind.PROPERTY, patterns.shorthand_assignment),
    "assignment_pattern": (Kind.DEFAULT, patterns.default),
    "rest_pattern": (Kind.REST, patterns.rest),
    # functions, classes, enums, namespaces
    "function_expression": (Kind.FUNCTION, functions.function),
    "generator_function": (Kind.FUNCTION, functions.function),
    "arrow_function": (Kind.FUNCTION, functions.arrow),
    "function_declaration": (Kind.FUNCTION, functions.function_declaration),
    "generator_function_declaration": (Kind.FUNCTION, functions.function_declaration),
    "required_parameter": (Kind.PARAM, functions.param),
    "optional_parameter": (Kind.PARAM, functions.param),
    "decorator": (Kind.DECORATOR, expressions.operand),
    "class": (Kind.CLASS, functions.class_),
    "class_declaration": (Kind.CLASS, functions.class_),
    "abstract_class_declaration": (Kind.CLASS, functions.class_),
    "method_definition": (Kind.PROPERTY, functions.method),
    "abstract_method_signature": (Kind.PROPERTY, functions.method),
    "field_definition": (Kind.PROPERTY, functions.field),
    "public_field_definition": (Kind.PROPERTY, functions.field),
    "enum_declaration": (Kind.ENUM, functions.enum),
    "internal_module": (Kind.NAMESPACE, functions.namespace),
    "module": (Kind.NAMESPACE, functions.namespace),
    # statements
    "program": (Kind.PROGRAM, statements.program),
    "expression_statement": (Kind.EXPRESSION, statements.expression),
    "variable_declaration": (Kind.VAR, statements.variables),
    "lexical_declaration": (Kind.VAR, statements.variables),
    "using_declaration": (Kind.VAR, statements.variables),
    "variable_declarator": (Kind.DECLARATOR, statements.declarator),
    "return_statement": (Kind.RETURN, statements.optional_operand),
    "throw_statement": (Kind.THROW, statements.optional_operand),
    "if_statement": (Kind.IF, statements.if_),
    "else_clause": (Kind.UNKNOWN, expressions.unwrap),
    "for_statement": (Kind.FOR, statements.for_),
    "for_in_statement": (Kind.FOR_IN, statements.for_in),
    "while_statement": (Kind.WHILE, statements.while_),
    "do_statement": (Kind.DO, statements.do),
    "switch_statement": (Kind.SWITCH, statements.switch),
    "switch_case": (Kind.CASE, statements.case),
    "switch_default": (Kind.CASE, statements.case),
    "try_statement": (Kind.TRY, statements.try_),
    "catch_clause": (Kind.CATCH, statements.catch),
    "finally_clause": (Kind.UNKNOWN, expressions.unwrap),
    "break_statement": (Kind.BREAK, statements.jump),
    "continue_statement": (Kind.CONTINUE, statements.jump),
    "labeled_statement": (Kind.LABELED, statements.labeled),
    "statement_block": (Kind.BLOCK, statements.block),
    "empty_statement": (Kind.BLOCK, None),
    "debugger_statement": (Kind.BLOCK, None),
    "with_statement": (Kind.WITH, statements.with_),
    "export_statement": (Kind.EXPORT, modules.export),
    "import_alias": (Kind.VAR, modules.import_alias),
}
_RECODED: Final[dict[int, tuple[int, Handler | None]]] = {
    code.AS_NONE: (Kind.NONE, None),
    code.AS_PARAM: (Kind.PARAM, functions.param),
    code.AS_METHOD: (Kind.FUNCTION, functions.method_function),
    code.AS_IDENT: (Kind.IDENT, expressions.identifier),
    code.AS_BODY: (Kind.BLOCK, statements.body),
    code.AS_SHORTHAND_DEFAULT: (Kind.DEFAULT, patterns.shorthand_default),
    code.AS_PARAM_DEFAULT: (Kind.DEFAULT, functions.param_default),
    code.AS_CHUNK: (Kind.STRING, expressions.chunk),
    code.AS_STATIC_BLOCK: (Kind.BLOCK, functions.static_block),
    code.AS_USING: (Kind.DECLARATOR, statements.using),
    code.AS_MEMBER: (Kind.PROPERTY, functions.enum_member),
    code.AS_SPREAD: (Kind.SPREAD, expressions.spread_unknown),
    code.AS_ALIAS: (Kind.DECLARATOR, modules.alias_declarator),
}


class _Tables:
    """Per grammar: kind id or code → kind of row, and → handler."""

    __slots__ = ("grammar", "handlers", "kinds")

    def __init__(self, name: str) -> None:
        self.grammar = Grammar(name)
        self.kinds: dict[int, int] = {ERROR: Kind.UNKNOWN}
        self.handlers: dict[int, Handler | None] = {ERROR: expressions.unknown}
        for kind_name, ids in self.grammar.kinds.items():
            kind, handler = _LOWERED.get(kind_name, (Kind.UNKNOWN, expressions.unknown))
            for kind_id in ids:
                self.kinds[kind_id], self.handlers[kind_id] = kind, handler
        for kind_id in self.grammar.text:  # punctuation, where an error put it
            self.kinds[kind_id], self.handlers[kind_id] = Kind.UNKNOWN, None
        for recoded, (kind, handler) in _RECODED.items():
            self.kinds[recoded], self.handlers[recoded] = kind, handler

    def redirect(self, rows: Rows, node: Node, row: int) -> None:
        """Lower `node` as `row`, whatever stood there."""
        kind_id = node.kind_id
        rows.kind[row] = self.kinds[kind_id]
        handler = self.handlers[kind_id]
        if handler is not None:
            handler(rows, node, row)


@cache
def _tables(language: str) -> _Tables:
    return _Tables(language)


def lower(data: bytes, name: str) -> Lowered:
    """The IR of one file from its bytes; `name` is its file name, for the language. Pure, and no input raises.

    What is deeper than 5,000 rows is UNKNOWN and a gap; what is larger than 1 MB, or sends the parser astray, is a gap
    with the imports and exports that a scan of its text finds. A caller that lowers many files keeps Python's cycle
    collector off or frozen meanwhile: it makes no cycles, and takes several times as long with it.
    """
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    if len(data) > MAX_SIZE:
        gap = SyntaxGap(0, "too-large", f"{len(data):,} bytes; only imports and exports were read")
        return _unparsed(data, lines, gap)
    if b"\0" in data[:_HEAD]:
        return _unparsed(b"", lines, SyntaxGap(0, "unreadable", "a binary file"))
    parsed = parse(data, name)
    if parsed is None:
        gap = SyntaxGap(0, "syntax", "the parser gave up; only imports and exports were read")
        return _unparsed(data, lines, gap)
    return _lowered(data, lines, parsed)


def _unparsed(data: bytes, lines: int, gap: SyntaxGap) -> Lowered:
    surface, body = scan(data)
    return Lowered(surface, msgspec.Raw(msgspec.msgpack.encode(body)), [gap], len(data), lines)


def _lowered(data: bytes, lines: int, parsed: Parsed) -> Lowered:
    gaps: list[SyntaxGap] = []
    faults = parsed.faults
    if faults.places:
        where = "1 place" if faults.places == 1 else f"{faults.places:,} places"
        gaps.append(SyntaxGap(faults.line, "syntax", f"{where} could not be parsed"))
    tables = _tables(parsed.language)
    rows = Rows(data, tables.grammar, tables.redirect)
    start, end, too_deep = _walk(rows, tables, parsed.tree.root_node)
    line_starts = lines_of(data)
    if too_deep is not None:
        message = f"nested deeper than {MAX_DEPTH:,} levels; what is below was not read"
        gaps.append(SyntaxGap(too_deep, "too-deep", message))
    scopes = Scopes(rows, start)
    surface = surface_of(rows, scopes, start, line_starts)
    body = _encode(rows, scopes, start, end, line_starts)
    return Lowered(surface, msgspec.Raw(msgspec.msgpack.encode(body)), gaps, len(data), lines)


def _walk(rows: Rows, tables: _Tables, root: Node) -> tuple[list[int], list[int], int | None]:
    """Fill the rows. Gives the columns of start and end offsets, and the first line that was too deep.

    The commonest kinds are dealt with in place: a call costs as much as what it would do.
    """
    kind_of, handler_of = tables.kinds.__getitem__, tables.handlers
    kind, count, name = rows.kind, rows.count, rows.name
    data, links = rows.data, rows.links
    identifier, string, member = tables.grammar.identifier, tables.grammar.string, tables.grammar.member_expression
    found_ident, found_string, found_member = rows.idents.append, rows.literals.append, rows.members.append
    start: list[int] = []
    end: list[int] = []
    level = [root]
    base = depth = 0
    too_deep: int | None = None
    while level:
        size = len(level)
        codes = [node.kind_id for node in level] if depth else [tables.grammar.program]
        if rows.recoded:
            for row, recoded in rows.recoded.items():
                codes[row - base] = recoded
            rows.recoded = {}
        rows.level, rows.level_base = level, base
        rows.below = below = []
        rows.below_base = base + size
        count += [0] * size
        name += [-1] * size
        if depth >= MAX_DEPTH:
            kind += [Kind.UNKNOWN] * size
            too_deep = min(node.start_point.row for node in level) + 1
            codes = []
        else:
            kind += map(kind_of, codes)
        row = base
        for kind_id, node in zip(codes, level, strict=False):
            if kind_id == identifier:
                found_ident(row)
            elif kind_id == member:
                holder = node.child(0)
                found = links.get(data[holder.end_byte : node.end_byte])
                if found is None:
                    found = _link(rows, links, data[holder.end_byte : node.end_byte])
                if found:
                    name[row] = found
                    found_member(row)
                    count[row] = 1
                    below.append(holder)
                else:
                    expressions.member(rows, node, row)
            elif kind_id == string:
                found_string(row)
            else:
                handler = handler_of[kind_id]
                if handler is not None:
                    handler(rows, node, row)
            row += 1
        start += [node.start_byte for node in level]
        end += [node.end_byte for node in level]
        base += size
        level = below
        depth += 1
    for row, span in rows.spans.items():
        start[row], end[row] = span
    expressions.name_leaves(rows, start, end)
    return start, end, too_deep


def _link(rows: Rows, links: dict[bytes, int], raw: bytes) -> int:
    """Remember the name in what follows a member's object: `.name`, white space before and after the dot; else 0."""
    match = _DOT_NAME.fullmatch(raw)
    found = links[raw] = rows.intern(match[1]) if match is not None else 0
    return found


def _encode(rows: Rows, scopes: Scopes, start: list[int], end: list[int], line_starts: list[int]) -> Body:
    flags = array("I", bytes(4 * len(rows.kind)))
    for row, bits in rows.flags.items():
        flags[row] = bits
    writes_at, writes = flattened(scopes.writes)
    refs_at, refs = flattened(scopes.refs)
    return Body(
        kind=bytes(rows.kind),
        flags=flags.tobytes(),
        parent=packed(scopes.parent),
        first=packed(scopes.first),
        count=packed(rows.count),
        start=packed(start),
        end=packed(end),
        name=packed(rows.name),
        binding=packed(scopes.binding),
        region=packed(scopes.region),
        owner=packed(scopes.owner),
        strings=rows.strings,
        binding_name=packed(scopes.binding_name),
        binding_kind=bytes(scopes.binding_kind),
        binding_flags=bytes(scopes.binding_flags),
        binding_owner=packed(scopes.binding_owner),
        writes_at=writes_at,
        writes=writes,
        refs_at=refs_at,
        refs=refs,
        line_starts=packed(line_starts),
        annotations=rows.annotations,
    )
