"""Expressions: each kind once, its operands in order, against trees written by hand."""

from __future__ import annotations

import textwrap

import pytest
from dump import dump, opened, source_of

EXPRESSIONS = {
    "a.b.c": """
        MEMBER 'c'
          MEMBER 'b'
            IDENT 'a'
    """,
    "a /* x */ . // y\n b": """
        MEMBER 'b'
          IDENT 'a'
    """,
    "a\n  .b": """
        MEMBER 'b'
          IDENT 'a'
    """,
    "a['b c'][d]": """
        INDEX
          MEMBER 'b c' BRACKET
            IDENT 'a'
          IDENT 'd'
    """,
    "a?.b?.[c]?.(d)": """
        CALL OPTIONAL
          INDEX OPTIONAL
            MEMBER 'b' OPTIONAL
              IDENT 'a'
            IDENT 'c'
          IDENT 'd'
    """,
    "a.#b": """
        MEMBER '#b' PRIVATE
          IDENT 'a'
    """,
    "a?.#b": """
        MEMBER '#b' OPTIONAL PRIVATE
          IDENT 'a'
    """,
    "f(a, /* c */ ...b,)": """
        CALL 'f'
          IDENT 'f'
          IDENT 'a'
          SPREAD
            IDENT 'b'
    """,
    "f(/* nothing */)": """
        CALL 'f'
          IDENT 'f'
    """,
    "a.b()(c)": """
        CALL
          CALL 'b'
            MEMBER 'b'
              IDENT 'a'
          IDENT 'c'
    """,
    "new Foo": """
        NEW 'Foo'
          IDENT 'Foo'
    """,
    "new a.B(1)": """
        NEW 'B'
          MEMBER 'B'
            IDENT 'a'
          NUMBER '1'
    """,
    "new.target": "META 'new.target'",
    "import.meta": "META 'import.meta'",
    "import('x')": """
        CALL
          IMPORT
          STRING 'x'
    """,
    "this": "THIS",
    "undefined": "UNDEFINED",
    "null": "NULL",
    "true": "TRUE",
    "false": "FALSE",
    "0x1F": "NUMBER '0x1F'",
    "1_000.5e3": "NUMBER '1_000.5e3'",
    "10n": "BIGINT '10n'",
    r"/a[/\]]b/gi": r"REGEX '/a[/\\]]b/gi'",
    "-a": """
        UNARY '-'
          IDENT 'a'
    """,
    "typeof a": """
        UNARY 'typeof'
          IDENT 'a'
    """,
    "void 0": """
        UNARY 'void'
          NUMBER '0'
    """,
    "delete a.b": """
        UNARY 'delete'
          MEMBER 'b'
            IDENT 'a'
    """,
    "a++": """
        UPDATE '++'
          IDENT 'a'
    """,
    "--a": """
        UPDATE '--' PREFIX
          IDENT 'a'
    """,
    "a instanceof B": """
        BINARY 'instanceof'
          IDENT 'a'
          IDENT 'B'
    """,
    "a /* x */ + /* y */ b": """
        BINARY '+'
          IDENT 'a'
          IDENT 'b'
    """,
    "#a in b": """
        BINARY 'in'
          STRING '#a'
          IDENT 'b'
    """,
    "a && b || c": """
        LOGICAL '||'
          LOGICAL '&&'
            IDENT 'a'
            IDENT 'b'
          IDENT 'c'
    """,
    "a ?? b": """
        LOGICAL '??'
          IDENT 'a'
          IDENT 'b'
    """,
    "a = b = c": """
        ASSIGN '='
          IDENT 'a'
          ASSIGN '='
            IDENT 'b'
            IDENT 'c'
    """,
    "a.b ||= c": """
        ASSIGN '||='
          MEMBER 'b'
            IDENT 'a'
          IDENT 'c'
    """,
    "a >>>= 1": """
        ASSIGN '>>>='
          IDENT 'a'
          NUMBER '1'
    """,
    "a ? b : c": """
        CONDITIONAL
          IDENT 'a'
          IDENT 'b'
          IDENT 'c'
    """,
    "((a, b), (((c))))": """
        SEQUENCE
          SEQUENCE
            IDENT 'a'
            IDENT 'b'
          IDENT 'c'
    """,
    "[1,,...a,,]": """
        ARRAY
          NUMBER '1'
          NONE
          SPREAD
            IDENT 'a'
          NONE
    """,
    "[]": "ARRAY",
    "``": "TEMPLATE",
    "`a\\n${b}${c} d`": """
        TEMPLATE
          STRING 'a\\n'
          IDENT 'b'
          IDENT 'c'
          STRING ' d'
    """,
    "a.b`x${1}`": """
        TAGGED
          MEMBER 'b'
            IDENT 'a'
          TEMPLATE
            STRING 'x'
            NUMBER '1'
    """,
    "({a, b: 1, 'c d': 2, 0x10: 3, ['e']: 4, [f]: 5, ...g})": """
        OBJECT
          PROPERTY 'a' SHORTHAND
            NONE
            IDENT 'a'
          PROPERTY 'b'
            NONE
            NUMBER '1'
          PROPERTY 'c d'
            NONE
            NUMBER '2'
          PROPERTY '16'
            NONE
            NUMBER '3'
          PROPERTY 'e'
            NONE
            NUMBER '4'
          PROPERTY COMPUTED
            IDENT 'f'
            NUMBER '5'
          SPREAD
            IDENT 'g'
    """,
    "({get a() {}, set a(v) {}, async *b() {}, [c]() {}, async: 1, get: 2})": """
        OBJECT
          PROPERTY 'a' GETTER
            NONE
            FUNCTION 'a' METHOD GETTER
              BLOCK
          PROPERTY 'a' SETTER
            NONE
            FUNCTION 'a' METHOD SETTER
              BLOCK
              PARAM
                IDENT 'v' #v
          PROPERTY 'b' METHOD
            NONE
            FUNCTION 'b' ASYNC GENERATOR METHOD
              BLOCK
          PROPERTY METHOD COMPUTED
            IDENT 'c'
            FUNCTION METHOD
              BLOCK
          PROPERTY 'async'
            NONE
            NUMBER '1'
          PROPERTY 'get'
            NONE
            NUMBER '2'
    """,
    "<a.B c='x' d={e} {...f} g>text {h} <i/> {/* none */}</a.B>": """
        JSX 'a.B'
          IDENT 'e'
          SPREAD
            IDENT 'f'
          IDENT 'h'
          JSX 'i'
    """,
}


def tree(text: str) -> str:
    return textwrap.dedent(text).strip("\n").rstrip()


@pytest.mark.parametrize("source", EXPRESSIONS)
@pytest.mark.parametrize("name", ["a.jsx", "a.tsx"])
def test_expression(source: str, name: str) -> None:
    expected = "EXPRESSION\n" + textwrap.indent(tree(EXPRESSIONS[source]), "  ")
    assert dump(source, name) == expected


def test_retyping_leaves_the_operand() -> None:
    source = "f(a as B, c!, d satisfies E, <F>g, h<string>, (i as any as J)!, k as const); new L<M>(); n<O>(p)"
    assert dump(source, "a.ts") == tree("""
        EXPRESSION
          CALL 'f'
            IDENT 'f'
            IDENT 'a'
            IDENT 'c'
            IDENT 'd'
            IDENT 'g'
            IDENT 'h'
            IDENT 'i'
            IDENT 'k'
        EXPRESSION
          NEW 'L'
            IDENT 'L'
        EXPRESSION
          CALL 'n'
            IDENT 'n'
            IDENT 'p'
    """)


def test_targets_in_parentheses_and_casts() -> None:
    assert dump("(a) = 1; b! += 2; (c as any).d = 3; [(e as any)] = f", "a.ts") == tree("""
        EXPRESSION
          ASSIGN '='
            IDENT 'a'
            NUMBER '1'
        EXPRESSION
          ASSIGN '+='
            IDENT 'b'
            NUMBER '2'
        EXPRESSION
          ASSIGN '='
            MEMBER 'd'
              IDENT 'c'
            NUMBER '3'
        EXPRESSION
          ASSIGN '='
            ARRAY_PATTERN
              IDENT 'e'
            IDENT 'f'
    """)


def test_assignment_to_patterns() -> None:
    assert dump("({a, b: c.d, e = 1, [f]: g, ...h} = [i[0], , j = 2, ...k] = l)") == tree("""
        EXPRESSION
          ASSIGN '='
            OBJECT_PATTERN
              PROPERTY 'a' SHORTHAND
                NONE
                IDENT 'a'
              PROPERTY 'b'
                NONE
                MEMBER 'd'
                  IDENT 'c'
              PROPERTY 'e' SHORTHAND
                NONE
                DEFAULT
                  IDENT 'e'
                  NUMBER '1'
              PROPERTY COMPUTED
                IDENT 'f'
                IDENT 'g'
              REST
                IDENT 'h'
            ASSIGN '='
              ARRAY_PATTERN
                INDEX
                  IDENT 'i'
                  NUMBER '0'
                NONE
                DEFAULT
                  IDENT 'j'
                  NUMBER '2'
                REST
                  IDENT 'k'
              IDENT 'l'
    """)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (r"'a\tb\n'", "a\tb\n"),
        (r"'\x41\u0042\u{43}\u{1F600}'", "ABC\N{GRINNING FACE}"),
        (r"'\ud83d\ude00'", "\N{GRINNING FACE}"),
        (r"'\ud83d x \u{110000}'", "\ufffd x \ufffd"),
        (r"'\0\101\8\q\é'", "\0A8q\u00e9"),
        ("'a\\\nb\\\r\nc'", "abc"),
        ("'\u00e9\u4e2d'", "\u00e9\u4e2d"),
        ("'\\''", "'"),
        ('""', ""),
    ],
)
def test_strings_are_cooked(written: str, value: str) -> None:
    module = opened(f"f({written})")
    assert module.text(module.op(2, 1)) == value


def test_a_string_is_not_what_another_is_written_like() -> None:
    module = opened(r"f('\\t', '\t')")
    assert [module.text(row) for row in module.args(2)] == [r"\t", "\t"]


def test_identifiers_with_escapes() -> None:
    assert dump(r"var \u0061b; ab; c.\u{64}") == tree("""
        VAR 'var'
          DECLARATOR
            IDENT 'ab' #ab
            NONE
        EXPRESSION
          IDENT 'ab' #ab
        EXPRESSION
          MEMBER 'd'
            IDENT 'c'
    """)


def test_spans_are_bytes_of_the_operand_without_wrappers() -> None:
    source = "é(  (  a.b as C ) , `x${ 'y' }z`)"
    module = opened(source, "a.ts")
    call = module.first[1]
    template = module.op(call, 2)
    assert [source_of(module, source, row) for row in module.ops(call)] == ["é", "a.b", "`x${ 'y' }z`"]
    assert [source_of(module, source, row) for row in module.ops(template)] == ["x", "'y'", "z"]
