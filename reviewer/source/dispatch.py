"""Dispatch: which kind of row a node becomes, and which function lowers it; per grammar, by kind id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tree_sitter import Node

from reviewer.source import lower_classes as classes
from reviewer.source import lower_completions as completions
from reviewer.source import lower_expressions as expressions
from reviewer.source import lower_functions as functions
from reviewer.source import lower_literals as literals
from reviewer.source import lower_modules as modules
from reviewer.source import lower_patterns as patterns
from reviewer.source import lower_statements as statements
from reviewer.source import rows as code
from reviewer.source.grammar import Grammar
from reviewer.source.module import Kind
from reviewer.source.parse import ERROR
from reviewer.source.rows import Rows

Handler = Callable[[Rows, Node, int], None]

_LOWERED: Final[dict[str, tuple[int, Handler | None]]] = {
    # expressions
    "property_identifier": (Kind.NONE, None),  # the key of a PROPERTY that is not computed
    "identifier": (Kind.IDENT, None),
    "private_property_identifier": (Kind.STRING, literals.source_text),
    "this": (Kind.THIS, None),
    "super": (Kind.SUPER, None),
    "string": (Kind.STRING, None),
    "number": (Kind.NUMBER, literals.number),
    "regex": (Kind.REGEX, literals.source_text),
    "true": (Kind.TRUE, None),
    "false": (Kind.FALSE, None),
    "null": (Kind.NULL, None),
    "undefined": (Kind.UNDEFINED, None),
    "import": (Kind.IMPORT, None),
    "meta_property": (Kind.META, literals.meta_property),
    "template_string": (Kind.TEMPLATE, literals.template),
    "array": (Kind.ARRAY, literals.array),
    "object": (Kind.OBJECT, literals.object_),
    "pair": (Kind.PROPERTY, literals.pair),
    "shorthand_property_identifier": (Kind.PROPERTY, literals.shorthand),
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
    "jsx_element": (Kind.JSX, literals.jsx),
    "jsx_self_closing_element": (Kind.JSX, literals.jsx),
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
    "class": (Kind.CLASS, classes.class_),
    "class_declaration": (Kind.CLASS, classes.class_),
    "abstract_class_declaration": (Kind.CLASS, classes.class_),
    "method_definition": (Kind.PROPERTY, classes.method),
    "abstract_method_signature": (Kind.PROPERTY, classes.method),
    "field_definition": (Kind.PROPERTY, classes.field),
    "public_field_definition": (Kind.PROPERTY, classes.field),
    "enum_declaration": (Kind.ENUM, classes.enum),
    "internal_module": (Kind.NAMESPACE, modules.namespace),
    "module": (Kind.NAMESPACE, modules.namespace),
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
    "try_statement": (Kind.TRY, completions.try_),
    "catch_clause": (Kind.CATCH, completions.catch),
    "finally_clause": (Kind.UNKNOWN, expressions.unwrap),
    "break_statement": (Kind.BREAK, completions.jump),
    "continue_statement": (Kind.CONTINUE, completions.jump),
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
    code.AS_IDENT: (Kind.IDENT, None),
    code.AS_BODY: (Kind.BLOCK, statements.body),
    code.AS_SHORTHAND_DEFAULT: (Kind.DEFAULT, patterns.shorthand_default),
    code.AS_PARAM_DEFAULT: (Kind.DEFAULT, functions.param_default),
    code.AS_CHUNK: (Kind.STRING, literals.chunk),
    code.AS_STATIC_BLOCK: (Kind.BLOCK, classes.static_block),
    code.AS_USING: (Kind.DECLARATOR, statements.using),
    code.AS_MEMBER: (Kind.PROPERTY, classes.enum_member),
    code.AS_SPREAD: (Kind.SPREAD, literals.spread_unknown),
    code.AS_ALIAS: (Kind.DECLARATOR, modules.alias_declarator),
}


class Dispatch:
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
