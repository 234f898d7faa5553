"""Bindings: what a name means, who writes it, who reads it, on the cases that are easy to get wrong."""

from __future__ import annotations

import pytest
from dump import bindings, opened, place

from reviewer.source.module import Kind

# source → each binding as `name KIND FLAG… = writes < reads`
CASES = {
    # declarations and hoisting
    "f(); function f() {}": ["f FUNCTION ONCE TOP_LEVEL = 1:6 < 1:1"],
    "a; { var a = 1 } a": ["a VAR ONCE AFTER_USE TOP_LEVEL = 1:10 < 1:1 1:18"],
    "function f() { if (x) { var a = 1 } return a }": [
        "f FUNCTION ONCE TOP_LEVEL = 1:1 < -",
        "a VAR ONCE = 1:29 < 1:44",
    ],
    "{ let a = 1; a } a": ["a LET ONCE = 1:7 < 1:14"],
    "{ function f() {} f() } f()": ["f FUNCTION ONCE = 1:3 < 1:19"],
    "{ class A {} A } A": ["A CLASS ONCE = 1:3 < 1:14"],
    "let a; a = 1; a": ["a LET ONCE TOP_LEVEL = 1:8 < 1:15"],
    "let a = 1; a = 2; a += 3; a++": ["a LET TOP_LEVEL = 1:5 1:12 1:19 1:27 < 1:19 1:27"],
    "var a = 1; var a = 2": ["a VAR TOP_LEVEL = 1:5 1:16 < -"],
    "var f = 1; function f() {}": ["f FUNCTION TOP_LEVEL = 1:5 1:12 < -"],
    # shadowing
    "const a = 1; { const a = 2; a } a": [
        "a CONST ONCE TOP_LEVEL = 1:7 < 1:33",
        "a CONST ONCE = 1:22 < 1:29",
    ],
    "let a; (a) => a": ["a LET TOP_LEVEL = - < -", "a PARAM ONCE = 1:9 < 1:15"],
    "switch (1) { case 1: let a = 1; case 2: a } a": ["a LET ONCE = 1:26 < 1:41"],
    # loops
    "for (const a of a0) a; a": ["a CONST ONCE = 1:12 < 1:21"],
    "for (var a in b) a; a": ["a VAR ONCE TOP_LEVEL = 1:10 < 1:18 1:21"],
    "for (let i = 0; i < 1; i++) i; i": ["i LET = 1:10 1:24 < 1:17 1:24 1:29"],
    "let a; for (a of b) ;": ["a LET ONCE TOP_LEVEL = 1:13 < -"],
    # functions
    "(function f() { f() }); f": ["f SELF ONCE = 1:2 < 1:17"],
    "(function f() { var f = 1; f })": ["f VAR ONCE = 1:21 < 1:28", "f SELF ONCE = 1:2 < -"],
    "(function f(f) { f })": ["f PARAM ONCE = 1:13 < 1:18", "f SELF ONCE = 1:2 < -"],
    "function f(a, b = a, {c, d: [e]} = {}, ...g) { var a = 1; a }": [
        "f FUNCTION ONCE TOP_LEVEL = 1:1 < -",
        "g PARAM ONCE = 1:43 < -",
        "a PARAM = 1:12 1:52 < 1:19 1:59",
        "b PARAM ONCE = 1:15 < -",
        "c PARAM ONCE = 1:23 < -",
        "e PARAM ONCE = 1:30 < -",
    ],
    "var x = 1; function f(a = x) { var x = 2; x }": [
        "f FUNCTION ONCE TOP_LEVEL = 1:12 < -",
        "x VAR ONCE TOP_LEVEL = 1:5 < 1:27",
        "x VAR ONCE = 1:36 < 1:43",
        "a PARAM ONCE = 1:23 < -",
    ],
    "function f({ a: { b: { c } } } = {}) { var c; c }": [
        "f FUNCTION ONCE TOP_LEVEL = 1:1 < -",
        "c PARAM ONCE = 1:24 < 1:47",
    ],
    "let v; function f() { if (v) { let v = 1; return () => { var v = 2; return v } } return v }": [
        "f FUNCTION ONCE TOP_LEVEL = 1:8 < -",
        "v LET TOP_LEVEL = - < 1:27 1:89",
        "v LET ONCE = 1:36 < -",
        "v VAR ONCE = 1:62 < 1:76",
    ],
    "function f() { return arguments[0] }": ["f FUNCTION ONCE TOP_LEVEL = 1:1 < -", "arguments ARGUMENTS = - < 1:23"],
    "function f() { return () => arguments }": [
        "f FUNCTION ONCE TOP_LEVEL = 1:1 < -",
        "arguments ARGUMENTS = - < 1:29",
    ],
    "arguments": [],
    "function f(arguments) { arguments }": [
        "f FUNCTION ONCE TOP_LEVEL = 1:1 < -",
        "arguments PARAM ONCE = 1:12 < 1:25",
    ],
    # closures
    "let a = 0; function f() { a = 1 }": [
        "f FUNCTION ONCE TOP_LEVEL = 1:12 < -",
        "a LET FROM_CLOSURE TOP_LEVEL = 1:5 1:27 < -",
    ],
    "let a; const f = () => a; a = 1": [
        "a LET ONCE TOP_LEVEL = 1:27 < 1:24",
        "f CONST ONCE TOP_LEVEL = 1:14 < -",
    ],
    "let a; f(a); a = 1": ["a LET ONCE AFTER_USE TOP_LEVEL = 1:14 < 1:10"],
    # catch and classes
    "try {} catch (e) { e } e": ["e CATCH ONCE = 1:15 < 1:20"],
    "try {} catch ({ message: m }) { m }": ["m CATCH ONCE = 1:26 < 1:33"],
    "x = class A { m() { A } }; A": ["A SELF ONCE = 1:5 < 1:21"],
    "class A extends A0 { static b = A }": ["A CLASS ONCE TOP_LEVEL = 1:1 < 1:33"],
    "class A { static { var b = 1; b } } b": ["A CLASS ONCE TOP_LEVEL = 1:1 < -", "b VAR ONCE = 1:24 < 1:31"],
    # properties are no names
    "let a = 1; b.a; ({ a: 2 }); ({ a }); x: a": ["a LET ONCE TOP_LEVEL = 1:5 < 1:32 1:41"],
    "let a, b; ({ a, b: [b] } = c)": ["a LET ONCE TOP_LEVEL = 1:14 < -", "b LET ONCE TOP_LEVEL = 1:21 < -"],
    "let k; ({ [k]: x } = y); ({ [k]: 1 })": ["k LET TOP_LEVEL = - < 1:12 1:30"],
}


@pytest.mark.parametrize("source", CASES)
@pytest.mark.parametrize("name", ["a.js", "a.ts"])
def test_bindings(source: str, name: str) -> None:
    assert sorted(bindings(source, name)) == sorted(CASES[source])


def test_imports() -> None:
    source = "import a, * as b from 'x'; import { c as d } from 'x'; a; b.c; d; function f(d) { d }"
    assert bindings(source) == [
        "a IMPORT TOP_LEVEL = - < 1:56",
        "b IMPORT TOP_LEVEL = - < 1:59",
        "d IMPORT TOP_LEVEL = - < 1:64",
        "f FUNCTION ONCE TOP_LEVEL = 1:67 < -",
        "d PARAM ONCE = 1:78 < 1:83",
    ]


def test_typescript_names() -> None:
    source = "interface A {} type B = A; enum C {} namespace D { let e = 1; e } class A {} C.x; D.e; e; import F = D.e"
    assert sorted(bindings(source, "a.ts")) == [
        "A CLASS ONCE TOP_LEVEL = 1:67 < -",
        "B TYPE TOP_LEVEL = - < -",
        "C ENUM ONCE TOP_LEVEL = 1:28 < 1:78",
        "D NAMESPACE ONCE TOP_LEVEL = 1:38 < 1:83 1:102",
        "F CONST ONCE TOP_LEVEL = 1:98 < -",
        "e LET ONCE = 1:56 < 1:63",
    ]


def test_every_identifier_of_a_module_carries_its_binding() -> None:
    module = opened("const a = 1; { let b = a } function c(d) { return a + b + d + e }")
    bound = [
        (place(module, row), module.text(row), module.binding[row] >= 0)
        for row in module.descend(0)
        if module.kind[row] == Kind.IDENT
    ]
    assert sorted(bound) == [
        ("1:20", "b", True),
        ("1:24", "a", True),
        ("1:39", "d", True),
        ("1:51", "a", True),
        ("1:55", "b", False),
        ("1:59", "d", True),
        ("1:63", "e", False),
        ("1:7", "a", True),
    ]


def test_names_that_are_members_of_every_dict() -> None:
    assert bindings("let constructor = 1, __proto__ = 2, toString; constructor") == [
        "constructor LET ONCE TOP_LEVEL = 1:5 < 1:47",
        "__proto__ LET ONCE TOP_LEVEL = 1:22 < -",
        "toString LET TOP_LEVEL = - < -",
    ]
