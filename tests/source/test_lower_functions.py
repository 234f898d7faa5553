"""Functions, parameters, classes, enums, namespaces, decorators; what TypeScript adds and what vanishes."""

from __future__ import annotations

import textwrap

from dump import dump, label, opened

from reviewer.source.module import Kind


def tree(text: str) -> str:
    return textwrap.dedent(text).strip("\n").rstrip()


FUNCTIONS = "f = function g(a, {b} = {}, [c], ...d) {}; h = async x => x; i = (j) => ({}); async function* k() {}"
EXPECTED_FUNCTIONS = """
    EXPRESSION
      ASSIGN '='
        IDENT 'f'
        FUNCTION 'g' #g
          BLOCK
          PARAM
            IDENT 'a' #a
          PARAM
            DEFAULT
              OBJECT_PATTERN
                PROPERTY 'b' SHORTHAND
                  NONE
                  IDENT 'b' #b
              OBJECT
          PARAM
            ARRAY_PATTERN
              IDENT 'c' #c
          PARAM
            REST
              IDENT 'd' #d
    EXPRESSION
      ASSIGN '='
        IDENT 'h'
        FUNCTION ASYNC ARROW EXPRESSION_BODY
          IDENT 'x' #x
          PARAM
            IDENT 'x' #x
    EXPRESSION
      ASSIGN '='
        IDENT 'i'
        FUNCTION ARROW EXPRESSION_BODY
          OBJECT
          PARAM
            IDENT 'j' #j
    FUNCTION 'k' ASYNC GENERATOR DECLARATION #k
      BLOCK
"""


def test_functions() -> None:
    assert dump(FUNCTIONS, "a.js") == tree(EXPECTED_FUNCTIONS)


def test_functions_are_the_same_in_typescript() -> None:
    assert dump(FUNCTIONS, "a.ts") == tree(EXPECTED_FUNCTIONS)


CLASS = """
class A extends B.C {
  static x = 1; #p = 2; y; 'lit' = 3; [k] = 4
  static { z() }
  get a() {} static set a(v) {}
  constructor() { super(); super.m(); this.#p }
  static async *#m() {}
}
"""


def test_class() -> None:
    expected = tree("""
        CLASS 'A' DECLARATION #A
          MEMBER 'C'
            IDENT 'B'
          PROPERTY 'x' STATIC
            NONE
            NUMBER '1'
          PROPERTY '#p' PRIVATE
            NONE
            NUMBER '2'
          PROPERTY 'y'
            NONE
            NONE
          PROPERTY 'lit'
            NONE
            NUMBER '3'
          PROPERTY COMPUTED
            IDENT 'k'
            NUMBER '4'
          PROPERTY 'a' GETTER
            NONE
            FUNCTION 'a' METHOD GETTER
              BLOCK
          PROPERTY 'a' SETTER STATIC
            NONE
            FUNCTION 'a' METHOD SETTER
              BLOCK
              PARAM
                IDENT 'v' #v
          PROPERTY 'constructor' METHOD
            NONE
            FUNCTION 'constructor' METHOD
              BLOCK
                EXPRESSION
                  CALL
                    SUPER
                EXPRESSION
                  CALL 'm'
                    MEMBER 'm'
                      SUPER
                EXPRESSION
                  MEMBER '#p' PRIVATE
                    THIS
          PROPERTY '#m' METHOD STATIC PRIVATE
            NONE
            FUNCTION '#m' ASYNC GENERATOR METHOD
              BLOCK
          BLOCK
            EXPRESSION
              CALL 'z'
                IDENT 'z'
    """)
    assert dump(CLASS, "a.js") == expected
    assert dump(CLASS, "a.ts") == expected


def test_class_expression() -> None:
    assert dump("a = class B { }; c = class extends D { }") == tree("""
        EXPRESSION
          ASSIGN '='
            IDENT 'a'
            CLASS 'B' #B
              NONE
        EXPRESSION
          ASSIGN '='
            IDENT 'c'
            CLASS
              IDENT 'D'
    """)


def test_typescript_class() -> None:
    source = """
    @Injectable()
    export abstract class S<T> extends B<T> implements I {
      constructor(private readonly a: A<T>, @Inject(TOKEN) public b?: string, protected c = 1, d: D = {}) { super() }
      private static x: number = 1
      declare y: string
      abstract w(): void
      foo(a: string): void
      foo(a: any): void {}
      @Column() @Index() z: Z
      @Get('x') async m(@Body() this_: X): Promise<Y> {}
      [key: string]: any
    }
    """
    assert dump(source, "a.ts") == tree("""
        EXPORT
          CLASS 'S' DECLARATION ABSTRACT #S
            IDENT 'B'
            DECORATOR
              CALL 'Injectable'
                IDENT 'Injectable'
            PROPERTY 'constructor' METHOD
              NONE
              FUNCTION 'constructor' METHOD
                BLOCK
                  EXPRESSION
                    CALL
                      SUPER
                PARAM ACCESS
                  IDENT 'a' #a
                PARAM OPTIONAL ACCESS
                  IDENT 'b' #b
                  DECORATOR
                    CALL 'Inject'
                      IDENT 'Inject'
                      IDENT 'TOKEN'
                PARAM ACCESS
                  DEFAULT
                    IDENT 'c' #c
                    NUMBER '1'
                PARAM
                  DEFAULT
                    IDENT 'd' #d
                    OBJECT
            PROPERTY 'x' STATIC
              NONE
              NUMBER '1'
            PROPERTY 'y' ABSTRACT
              NONE
              NONE
            PROPERTY 'w' METHOD ABSTRACT
              NONE
              NONE
            PROPERTY 'foo' METHOD
              NONE
              FUNCTION 'foo' METHOD
                BLOCK
                PARAM
                  IDENT 'a' #a
            PROPERTY 'z'
              NONE
              NONE
              DECORATOR
                CALL 'Column'
                  IDENT 'Column'
              DECORATOR
                CALL 'Index'
                  IDENT 'Index'
            PROPERTY 'm' METHOD
              NONE
              FUNCTION 'm' ASYNC METHOD
                BLOCK
                PARAM
                  IDENT 'this_' #this_
                  DECORATOR
                    CALL 'Body'
                      IDENT 'Body'
              DECORATOR
                CALL 'Get'
                  IDENT 'Get'
                  STRING 'x'
    """)
    module = opened(source, "a.ts")
    named = {label(module, row): text for row, text in module.annotations.items()}
    assert named == {
        "PARAM ACCESS": "A<T>",
        "PARAM OPTIONAL ACCESS": "string",
        "PARAM": "X",
        "PROPERTY 'x' STATIC": "number",
        "PROPERTY 'y' ABSTRACT": "string",
        "PROPERTY 'z'": "Z",
        "FUNCTION 'foo' METHOD": "void",
        "FUNCTION 'm' ASYNC METHOD": "Promise<Y>",
        "PROPERTY 'w' METHOD ABSTRACT": "(): void",
    }
    assert [text for row, text in sorted(module.annotations.items()) if module.kind[row] == Kind.PARAM] == [
        "A<T>",
        "string",
        "D",
        "any",
        "X",
    ]


def test_decorators_of_javascript() -> None:
    assert dump("@a @b(1) class C { @d e; @f() g() {} }") == tree("""
        CLASS 'C' DECLARATION #C
          NONE
          DECORATOR
            IDENT 'a'
          DECORATOR
            CALL 'b'
              IDENT 'b'
              NUMBER '1'
          PROPERTY 'e'
            NONE
            NONE
            DECORATOR
              IDENT 'd'
          PROPERTY 'g' METHOD
            NONE
            FUNCTION 'g' METHOD
              BLOCK
            DECORATOR
              CALL 'f'
                IDENT 'f'
    """)


def test_annotations_are_folded_and_cut() -> None:
    long = "A" * 400
    module = opened(f"let a: {{\n  b:   C\n}}, d: {long}; function f(this: X, {{g}}: H): i is J {{}}", "a.ts")
    assert [text for row, text in module.annotations.items() if row < 0] == ["X"]  # of `this`
    assert {label(module, row): text for row, text in module.annotations.items() if row >= 0} == {
        "IDENT 'a' #a": "{ b: C }",
        "IDENT 'd' #d": "A" * 300,
        "FUNCTION 'f' DECLARATION #f": "i is J",
        "PARAM": "H",
    }


def test_enums_and_namespaces() -> None:
    assert dump(
        "enum A { B, C = 1, 'D e' = 'x' } const enum F {} namespace G.H { export const i = 1 } module J {}", "a.ts"
    ) == tree("""
        ENUM 'A' #A
          PROPERTY 'B'
            NONE
            NONE
          PROPERTY 'C'
            NONE
            NUMBER '1'
          PROPERTY 'D e'
            NONE
            STRING 'x'
        ENUM 'F' CONST_ENUM #F
        NAMESPACE 'G.H' #G
          BLOCK
            EXPORT
              VAR 'const'
                DECLARATOR
                  IDENT 'i' #i
                  NUMBER '1'
        NAMESPACE 'J' #J
          BLOCK
    """)


def test_what_is_only_declared_vanishes() -> None:
    source = """
    declare const a: A; declare function b(): void; declare class C {} declare module 'd' { const e: any }
    declare global { var f: any } interface G {} type H = G; function over(x: string): void; import type I from 'i'
    export declare enum J {} export as namespace K
    """
    assert dump(source, "a.ts") == ""


def test_exports_and_import_aliases() -> None:
    assert dump("import a = B.C.D; export import e = F.g; export default (h, i); export { a }", "a.ts") == tree("""
        VAR 'const'
          DECLARATOR
            IDENT 'a' #a
            MEMBER 'D'
              MEMBER 'C'
                IDENT 'B'
        EXPORT
          VAR 'const'
            DECLARATOR
              IDENT 'e' #e
              MEMBER 'g'
                IDENT 'F'
        EXPORT DEFAULT_EXPORT
          SEQUENCE
            IDENT 'h'
            IDENT 'i'
    """)
    assert dump("export = a", "a.ts") == "EXPORT EXPORT_ASSIGNMENT\n  IDENT 'a'"
