"""Grammars: what lowering knows of each tree-sitter language, by kind id, built once."""

from __future__ import annotations

from typing import Final

from reviewer.source.parse import ERROR, language

_TYPES: Final = frozenset({
    "accessibility_modifier", "adding_type_annotation", "array_type", "asserts", "asserts_annotation", "call_signature",
    "conditional_type", "constraint", "construct_signature", "constructor_type", "default_type", "existential_type",
    "extends_type_clause", "flow_maybe_type", "function_type", "generic_type", "implements_clause", "index_signature",
    "index_type_query", "infer_type", "interface_body", "intersection_type", "literal_type", "lookup_type",
    "mapped_type_clause", "nested_type_identifier", "object_type", "omitting_type_annotation", "opting_type_annotation",
    "optional_type", "override_modifier", "parenthesized_type", "predefined_type", "readonly_type", "rest_type",
    "template_literal_type", "template_type", "this_type", "tuple_type", "type_annotation", "type_arguments",
    "type_identifier", "type_parameter", "type_parameters", "type_predicate", "type_predicate_annotation", "type_query",
    "union_type",
})  # fmt: skip
_SILENT: Final = frozenset({
    "comment", "html_comment", "hash_bang_line", "html_character_reference", "jsx_text", "jsx_closing_element",
    "import_attribute", "method_signature", "property_signature", "statement_identifier", "regex_pattern", "regex_flags",
    "escape_sequence", "string_fragment", "enum_body", "optional_chain",
})  # fmt: skip
_COMMENTS: Final = frozenset({"comment", "html_comment", "hash_bang_line"})
_ANNOTATIONS: Final = frozenset({
    "type_annotation", "type_predicate_annotation", "asserts_annotation", "adding_type_annotation",
    "opting_type_annotation", "omitting_type_annotation",
})  # fmt: skip
_LEXICAL: Final = frozenset({
    "lexical_declaration", "using_declaration", "class_declaration", "abstract_class_declaration",
    "function_declaration", "generator_function_declaration", "enum_declaration", "internal_module", "module",
    "import_alias", "interface_declaration", "type_alias_declaration",
})  # fmt: skip
_WRAPPERS: Final = frozenset({
    "as_expression", "else_clause", "finally_clause", "instantiation_expression", "non_null_expression",
    "parenthesized_expression", "satisfies_expression", "type_assertion",
})  # fmt: skip
_ASIDE: Final = frozenset({
    "ambient_declaration", "export_statement", "function_signature", "import_statement", "interface_declaration",
    "type_alias_declaration",
})  # fmt: skip
_MEMBERS: Final = frozenset({
    "abstract_method_signature", "field_definition", "method_definition", "public_field_definition",
})  # fmt: skip
_EMPTY: Final = frozenset({"debugger_statement", "empty_statement"})
_TYPED_PARAMETERS: Final = frozenset({"required_parameter", "optional_parameter"})


class Grammar:
    """Kind ids of one language.

    `named`: nodes that leave rows of their own: neither punctuation, comments nor types. `noise`: what may stand between
    the parts of any node: comments and error nodes. `token`: anonymous tokens by text. `node`: named kinds by name, -1
    where this language has none. `asides`: statements that may leave no row. `lexical`: statements that declare a name of
    their block. `typed`: parameters with types, none in JavaScript. `text`: kind id → the token's bytes. `wrappers`: nodes whose row is that of their operand.
    """

    __slots__ = (
        "_named_ids",
        "annotations",
        "asides",
        "empty",
        "kinds",
        "lexical",
        "member_kinds",
        "name",
        "named",
        "noise",
        "text",
        "token",
        "typed",
        "wrappers",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        grammar = language(name)
        self.kinds: dict[str, list[int]] = {}
        self.token: dict[str, int] = {}
        self.text: dict[int, bytes] = {}
        self._named_ids: dict[str, int] = {}
        named = set()
        for kind in range(grammar.node_kind_count):
            text = grammar.node_kind_for_id(kind)
            if text is None or not grammar.node_kind_is_visible(kind):
                continue
            if not grammar.node_kind_is_named(kind):
                self.token[text] = grammar.id_for_node_kind(text, False) or kind  # noqa: FBT003
                self.text[kind] = text.encode()
                continue
            self.kinds.setdefault(text, []).append(kind)
            self._named_ids[text] = grammar.id_for_node_kind(text, True) or kind  # noqa: FBT003
            if text not in _TYPES and text not in _SILENT:
                named.add(kind)
        self.named: frozenset[int] = frozenset(named) | {ERROR}
        self.noise: frozenset[int] = self.ids(_COMMENTS) | {ERROR}
        self.annotations: frozenset[int] = self.ids(_ANNOTATIONS)
        self.wrappers: frozenset[int] = self.ids(_WRAPPERS)
        self.asides: frozenset[int] = self.ids(_ASIDE)
        self.empty: frozenset[int] = self.ids(_EMPTY)
        self.member_kinds: frozenset[int] = self.ids(_MEMBERS)
        self.typed: frozenset[int] = self.ids(_TYPED_PARAMETERS)
        self.lexical: frozenset[int] = self.ids(_LEXICAL)

    def ids(self, names: frozenset[str]) -> frozenset[int]:
        """All kind ids of these named kinds; some grammars give one name several."""
        return frozenset(kind for name in names for kind in self.kinds.get(name, ()))

    def node(self, name: str) -> int:
        """The kind id that nodes of this named kind carry, or -1."""
        return self._named_ids.get(name, -1)
