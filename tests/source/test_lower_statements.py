"""Statements: each kind once, its operands in order; regions and owners; what leaves no rows."""

from __future__ import annotations

import textwrap

import pytest
from dump import dump, label, opened

from reviewer.source.module import Flag, Kind

STATEMENTS = {
    "if (a) b(); else if (c) { } else ;": """
        IF
          IDENT 'a'
          EXPRESSION
            CALL 'b'
              IDENT 'b'
          IF
            IDENT 'c'
            BLOCK
            BLOCK
    """,
    "if (a) return": """
        IF
          IDENT 'a'
          RETURN
            NONE
          NONE
    """,
    "if (a) /* x */ b\n// y\nelse c": """
        IF
          IDENT 'a'
          EXPRESSION
            IDENT 'b'
          EXPRESSION
            IDENT 'c'
    """,
    "for (var i = 0, j; i < 2; i++) f()": """
        FOR
          VAR 'var'
            DECLARATOR
              IDENT 'i' #i
              NUMBER '0'
            DECLARATOR
              IDENT 'j' #j
              NONE
          BINARY '<'
            IDENT 'i' #i
            NUMBER '2'
          UPDATE '++'
            IDENT 'i' #i
          EXPRESSION
            CALL 'f'
              IDENT 'f'
    """,
    "for (;;) {}": """
        FOR
          NONE
          NONE
          NONE
          BLOCK
    """,
    "for (i = 0; ; i++) ;": """
        FOR
          ASSIGN '='
            IDENT 'i'
            NUMBER '0'
          NONE
          UPDATE '++'
            IDENT 'i'
          BLOCK
    """,
    "for (const [a, b] of c) d": """
        FOR_OF DECLARATION
          ARRAY_PATTERN
            IDENT 'a' #a
            IDENT 'b' #b
          IDENT 'c'
          EXPRESSION
            IDENT 'd'
    """,
    "for (a.b in c) {}": """
        FOR_IN
          MEMBER 'b'
            IDENT 'a'
          IDENT 'c'
          BLOCK
    """,
    "async () => { for await (let a of b) ; }": """
        EXPRESSION
          FUNCTION ASYNC ARROW
            BLOCK
              FOR_OF AWAITED DECLARATION
                IDENT 'a' #a
                IDENT 'b'
                BLOCK
    """,
    "while (a) { break }": """
        WHILE
          IDENT 'a'
          BLOCK
            BREAK
    """,
    "do a(); while (b)": """
        DO
          EXPRESSION
            CALL 'a'
              IDENT 'a'
          IDENT 'b'
    """,
    "a: for (;;) continue a": """
        LABELED 'a'
          FOR
            NONE
            NONE
            NONE
            CONTINUE 'a'
    """,
    "switch (a) { case 1: /* x */ case b: c; { d } break; default: e }": """
        SWITCH
          IDENT 'a'
          CASE
            NUMBER '1'
          CASE
            IDENT 'b'
            EXPRESSION
              IDENT 'c'
            BLOCK
              EXPRESSION
                IDENT 'd'
            BREAK
          CASE
            NONE
            EXPRESSION
              IDENT 'e'
    """,
    "try { a } catch ({ b }) { c } finally { d }": """
        TRY
          BLOCK
            EXPRESSION
              IDENT 'a'
          CATCH
            OBJECT_PATTERN
              PROPERTY 'b' SHORTHAND
                NONE
                IDENT 'b' #b
            BLOCK
              EXPRESSION
                IDENT 'c'
          BLOCK
            EXPRESSION
              IDENT 'd'
    """,
    "try { } catch { }": """
        TRY
          BLOCK
          CATCH
            NONE
            BLOCK
          NONE
    """,
    "throw new E(a)": """
        THROW
          NEW 'E'
            IDENT 'E'
            IDENT 'a'
    """,
    "let a, { b, c: d = 1 } = e": """
        VAR 'let'
          DECLARATOR
            IDENT 'a' #a
            NONE
          DECLARATOR
            OBJECT_PATTERN
              PROPERTY 'b' SHORTHAND
                NONE
                IDENT 'b' #b
              PROPERTY 'c'
                NONE
                DEFAULT
                  IDENT 'd' #d
                  NUMBER '1'
            IDENT 'e'
    """,
    "using a = b(); await using c = d": """
        VAR 'using'
          DECLARATOR
            IDENT 'a' #a
            CALL 'b'
              IDENT 'b'
        VAR 'using'
          DECLARATOR
            IDENT 'c' #c
            IDENT 'd'
    """,
    "debugger; ; { ; }": "BLOCK",
    "function* a() { const b = yield; yield* b; yield 1 }": """
        FUNCTION 'a' GENERATOR DECLARATION #a
          BLOCK
            VAR 'const'
              DECLARATOR
                IDENT 'b' #b
                YIELD
                  NONE
            EXPRESSION
              YIELD DELEGATE
                IDENT 'b' #b
            EXPRESSION
              YIELD
                NUMBER '1'
    """,
}


def tree(text: str) -> str:
    return textwrap.dedent(text).strip("\n").rstrip()


@pytest.mark.parametrize("source", STATEMENTS)
@pytest.mark.parametrize("name", ["a.js", "a.ts"])
def test_statement(source: str, name: str) -> None:
    assert dump(source, name) == tree(STATEMENTS[source])


def test_with() -> None:
    assert dump("with (a) b") == tree("""
        WITH
          IDENT 'a'
          EXPRESSION
            IDENT 'b'
    """)


def test_hashbang_html_comments_and_directives() -> None:
    module = opened(
        "#!/usr/bin/env node\n'use strict'\n<!-- x\na\n--> y\nfunction f() { 'use client'; \"use strict\" }"
    )
    assert module.has(0, Flag.USE_STRICT)
    assert module.surface.has_shebang
    assert [label(module, row) for row in module.ops(0)] == [
        "EXPRESSION",
        "EXPRESSION",
        "FUNCTION 'f' DECLARATION USE_STRICT #f",
    ]


def test_a_string_after_a_statement_is_no_directive() -> None:
    assert not opened("f(); 'use strict'").has(0, Flag.USE_STRICT)


def regions(source: str) -> list[str]:
    """Each IDENT row: its name, the kind of its region, and the region's place among its parent's operands."""
    module = opened(source)
    kinds = {value: name for name, value in vars(Kind).items() if not name.startswith("_")}
    found = []
    for row in module.descend(0):
        if module.kind[row] == Kind.IDENT:
            region = module.region[row]
            where = f" {kinds[module.kind[module.parent[region]]]}.{module.position(region)}" if region else ""
            found.append((module.start[row], f"{module.text(row)}: {kinds[module.kind[region]]}{where}"))
    return [text for _, text in sorted(found)]


def test_regions_of_branches() -> None:
    assert regions("if (a) b; else { c }; d ? [e] : -f; g && -h; i ??= -j") == [
        "a: PROGRAM",
        "b: EXPRESSION IF.1",
        "c: BLOCK IF.2",
        "d: PROGRAM",
        "e: ARRAY CONDITIONAL.1",
        "f: UNARY CONDITIONAL.2",
        "g: PROGRAM",
        "h: UNARY LOGICAL.1",
        "i: PROGRAM",
        "j: UNARY ASSIGN.1",
    ]


def test_a_region_row_lies_in_the_region_around_it() -> None:
    assert regions("a && b; c ? d : e") == ["a: PROGRAM", "b: PROGRAM", "c: PROGRAM", "d: PROGRAM", "e: PROGRAM"]


def test_regions_of_loops() -> None:
    assert regions("for (a(); b(); c()) d; for (e of f) g; while (h()) i; do j; while (k())") == [
        "a: PROGRAM",
        "b: CALL FOR.1",
        "c: CALL FOR.2",
        "d: EXPRESSION FOR.3",
        "e: PROGRAM",
        "f: PROGRAM",
        "g: EXPRESSION FOR_OF.2",
        "h: CALL WHILE.0",
        "i: EXPRESSION WHILE.1",
        "j: EXPRESSION DO.0",
        "k: CALL DO.1",
    ]


def test_regions_of_try_switch_defaults_and_class_fields() -> None:
    assert regions(
        "try { a } catch (b) { c } finally { d } switch (e) { case f: g } [h = i()] = j; class K { l = m() }"
    ) == [
        "a: BLOCK TRY.0",
        "b: CATCH TRY.1",
        "c: CATCH TRY.1",
        "d: BLOCK TRY.2",
        "e: PROGRAM",
        "f: CASE SWITCH.1",
        "g: CASE SWITCH.1",
        "h: PROGRAM",
        "i: CALL DEFAULT.1",
        "j: PROGRAM",
        "m: CALL PROPERTY.1",
    ]


def test_owners_are_functions() -> None:
    module = opened("a; function f(b = c) { d; return () => e }")
    owners = {
        module.text(row): label(module, module.owner[row])
        for row in module.descend(0)
        if module.kind[row] == Kind.IDENT
    }
    outer = "FUNCTION 'f' DECLARATION #f"
    assert owners == {
        "a": "PROGRAM",
        "b": outer,
        "c": outer,
        "d": outer,
        "e": "FUNCTION ARROW EXPRESSION_BODY",
    }
    functions = module.surface.functions
    assert [label(module, module.owner[row]) for row in functions] == ["PROGRAM", outer]
    assert [label(module, module.region[row]) for row in functions] == ["PROGRAM", outer]
    assert (module.owner[0], module.region[0], module.parent[0]) == (0, 0, 0)
