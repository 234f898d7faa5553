"""Grammars: what lowering knows of each tree-sitter language, by kind id, built once."""

from __future__ import annotations

from typing import Final

from reviewer.source.module import BindingKind, Flag
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
    "import_attribute", "method_signature", "property_signature", "statement_identifier", "regex_pattern",
    "regex_flags", "escape_sequence", "string_fragment", "enum_body", "optional_chain",
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
_MODES: Final = {
    "var": BindingKind.VAR,
    "let": BindingKind.LET,
    "const": BindingKind.CONST,
    "using": BindingKind.CONST,
    "await": BindingKind.CONST,
}
_PROPERTY_NAMES: Final = frozenset({
    "computed_property_name", "number", "private_property_identifier", "property_identifier", "string",
})  # fmt: skip
_SIGNATURES: Final = frozenset({"method_signature", "property_signature"})
_ACCESS: Final = frozenset({"accessibility_modifier", "override_modifier"})
_ACCESSORS: Final = {"get": Flag.GETTER, "set": Flag.SETTER, "static get": Flag.GETTER}
_FUNCTION_FLAGS: Final = {**_ACCESSORS, "async": Flag.ASYNC, "*": Flag.GENERATOR}
_MEMBER_FLAGS: Final = {
    **_ACCESSORS,
    "static": Flag.STATIC,
    "static get": Flag.STATIC | Flag.GETTER,
    "abstract": Flag.ABSTRACT,
    "declare": Flag.ABSTRACT,
}
_TYPED_PARAMETERS: Final = frozenset({"required_parameter", "optional_parameter"})


class Grammar:
    """Kind ids of one language.

    `named`: nodes that leave rows of their own: neither punctuation, comments nor types. `noise`: what may stand
    between the parts of any node: comments and error nodes. `special`: what a list of statements does not simply
    contain. `asides`: statements that may leave no row. `lexical`: statements that declare a name of their block;
    `lexical_rows`: those that leave rows. `wrappers`: nodes whose row is that of what they hold. `typed`: parameters
    with types, none in JavaScript. `property_names`: what names a member. `signatures`: members of an object type that
    have a name. `access`: what makes a parameter a field. `function_flags`, `member_flags`: tokens before a function's
    parameters or a member's name, to their flags. `logical`: operators whose right side may not run. `token`:
    anonymous tokens by text. `text`: the bytes of a token.
    The ids named like a node's kind are -1 where this language has none.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        grammar = language(name)
        self.kinds: dict[str, list[int]] = {}
        self.token: dict[str, int] = {}
        self.text: dict[int, bytes] = {}
        ids: dict[str, int] = {}
        named = set()
        for kind in range(grammar.node_kind_count):
            text = grammar.node_kind_for_id(kind)
            if text is None or not grammar.node_kind_is_visible(kind):
                continue
            if not grammar.node_kind_is_named(kind):
                self.token[text] = grammar.id_for_node_kind(text, False) or kind  # noqa: FBT003 - tree-sitter's signature
                self.text[kind] = text.encode()
                continue
            self.kinds.setdefault(text, []).append(kind)
            ids[text] = grammar.id_for_node_kind(text, True) or kind  # noqa: FBT003 - tree-sitter's signature
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
        self.lexical_rows: frozenset[int] = self.lexical - self.asides
        self.property_names: frozenset[int] = self.ids(_PROPERTY_NAMES)
        self.signatures: frozenset[int] = self.ids(_SIGNATURES)
        self.access: frozenset[int] = self.ids(_ACCESS) | {
            self.token[text] for text in ("readonly",) if text in self.token
        }

        self.abstract_method_signature = ids.get("abstract_method_signature", -1)
        self.arguments = ids.get("arguments", -1)
        self.assignment_expression = ids.get("assignment_expression", -1)
        self.await_expression = ids.get("await_expression", -1)
        self.call_expression = ids.get("call_expression", -1)
        self.class_expression = ids.get("class", -1)
        self.class_body = ids.get("class_body", -1)
        self.class_heritage = ids.get("class_heritage", -1)
        self.class_static_block = ids.get("class_static_block", -1)
        self.comment = ids.get("comment", -1)
        self.computed_property_name = ids.get("computed_property_name", -1)
        self.decorator = ids.get("decorator", -1)
        self.else_clause = ids.get("else_clause", -1)
        self.enum_assignment = ids.get("enum_assignment", -1)
        self.extends_clause = ids.get("extends_clause", -1)
        self.formal_parameters = ids.get("formal_parameters", -1)
        self.export_statement = ids.get("export_statement", -1)
        self.identifier = ids.get("identifier", -1)
        self.implements_clause = ids.get("implements_clause", -1)
        self.import_statement = ids.get("import_statement", -1)
        self.interface_declaration = ids.get("interface_declaration", -1)
        self.internal_module = ids.get("internal_module", -1)
        self.jsx_attribute = ids.get("jsx_attribute", -1)
        self.jsx_expression = ids.get("jsx_expression", -1)
        self.jsx_opening_element = ids.get("jsx_opening_element", -1)
        self.member_expression = ids.get("member_expression", -1)
        self.number = ids.get("number", -1)
        self.private_property_identifier = ids.get("private_property_identifier", -1)
        self.program = ids.get("program", -1)
        self.property_identifier = ids.get("property_identifier", -1)
        self.shorthand_property_identifier_pattern = ids.get("shorthand_property_identifier_pattern", -1)
        self.statement_block = ids.get("statement_block", -1)
        self.type_parameters = ids.get("type_parameters", -1)
        self.string = ids.get("string", -1)
        self.template_string = ids.get("template_string", -1)
        self.template_substitution = ids.get("template_substitution", -1)
        self.this = ids.get("this", -1)
        self.type_alias_declaration = ids.get("type_alias_declaration", -1)
        self.as_expression = ids.get("as_expression", -1)
        self.optional_parameter = ids.get("optional_parameter", -1)
        self.variable_declarator = ids.get("variable_declarator", -1)
        self.equals = self.token["="]
        self.arrow = self.token["=>"]
        self.function_flags = {self.token[text]: flag for text, flag in _FUNCTION_FLAGS.items() if text in self.token}
        self.member_flags = {self.token[text]: flag for text, flag in _MEMBER_FLAGS.items() if text in self.token}
        self.logical = frozenset(self.token[text] for text in ("&&", "||", "??", "&&=", "||=", "??="))
        self.modes = {self.token[text]: mode for text, mode in _MODES.items() if text in self.token}
        self.special = (self.noise - {ERROR}) | self.asides | self.empty | self.lexical

    def ids(self, names: frozenset[str]) -> frozenset[int]:
        """All kind ids of these named kinds; some grammars give one name several."""
        return frozenset(kind for name in names for kind in self.kinds.get(name, ()))
