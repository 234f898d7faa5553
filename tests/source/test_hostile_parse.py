"""Input that nobody writes by hand: it ends in a gap or in rows, never in a crash, and in bounded time."""

from __future__ import annotations

import random
import time

import pytest
from dump import dump, label, opened

from reviewer.source.lower import MAX_DEPTH, MAX_SIZE, lower
from reviewer.source.module import Import, Kind, Lowered, Module, open_module

NAMES = ["a.js", "a.jsx", "a.ts", "a.tsx"]


def open_lowered(lowered: Lowered) -> Module:
    return open_module(0, "a", lowered.surface, lowered.body)


def gaps(data: bytes, name: str = "a.js") -> list[tuple[int, str]]:
    return [(gap.line, gap.kind) for gap in lower(data, name).gaps]


DEEP = {
    "parentheses": b"(" * 50_000 + b"1" + b")" * 50_000,
    "brackets": b"[" * 50_000 + b"]" * 50_000,
    "functions": b"function f(){" * 50_000 + b"}" * 50_000,
    "concatenation": b"a" + b"+a" * 50_000,
    "members": b"a" + b".b" * 50_000,
    "calls": b"a" + b"()" * 50_000,
    "else": b"if(a){}else " * 20_000 + b"x",
    "conditionals": b"a?b:" * 50_000 + b"c",
    "negations": b"!" * 50_000 + b"a",
    "blocks": b"{" * 50_000 + b"}" * 50_000,
    "patterns": b"var " + b"[" * 20_000 + b"a" + b"]" * 20_000 + b"=b",
    "arrows": b"a=>" * 50_000 + b"b",
    "templates": b"`${" * 20_000 + b"a" + b"}`" * 20_000,
}


@pytest.mark.parametrize("shape", DEEP)
@pytest.mark.parametrize("name", ["a.js", "a.ts"])
def test_deep_nesting(shape: str, name: str) -> None:
    lowered = lower(DEEP[shape], name)
    module = open_lowered(lowered)
    assert [(gap.line, gap.kind) for gap in lowered.gaps] == ([] if shape == "parentheses" else [(1, "too-deep")])
    assert max(depth_of(module)) <= MAX_DEPTH


def depth_of(module: Module) -> list[int]:
    depth = [0] * len(module)
    for row in range(1, len(module)):
        depth[row] = depth[module.parent[row]] + 1
    return depth


@pytest.mark.parametrize(
    "shape", ["(", "[", "{", "`${", "a(", "function f(){", "()=>{", "<a>", "a<", "if(", "class A{"]
)
@pytest.mark.parametrize("name", NAMES)
def test_unclosed(shape: str, name: str) -> None:
    data = shape.encode() * (50_000 if shape in "([{" else 5_000)
    open_lowered(lower(data, name))
    assert gaps(data, name)[0] == (1, "syntax")


def test_what_stands_around_a_deep_place_is_kept() -> None:
    deep = "x = " + "!" * (MAX_DEPTH + 10) + "y"
    module = opened(f"const a = require('./a')\n{deep}\nexports.b = a")
    assert [record.source for record in module.surface.imports] == ["./a"]
    assert [export.name for export in module.surface.exports] == ["b"]
    assert [label(module, row) for row in module.ops(0)] == ["VAR 'const'", "EXPRESSION", "EXPRESSION"]


def test_one_line_of_ten_megabytes() -> None:
    line = b"!function(e,t){var n=require('./x');e.exports=n(t)}(module,[1,2,3]);"
    data = b"import a from 'b';" + line * (10_000_000 // len(line)) + b"exports.c = 1"
    started = time.process_time()
    lowered = lower(data, "a.js")
    assert time.process_time() - started < 8
    assert [(gap.line, gap.kind) for gap in lowered.gaps] == [(0, "too-large")]
    assert lowered.surface.imports[:2] == [Import("b", "import", -1, 1), Import("./x", "require", -1, 1)]
    assert (lowered.size, lowered.lines) == (len(data), 1)
    module = open_lowered(lowered)
    assert [label(module, row) for row in module.descend(0)] == ["PROGRAM", "UNKNOWN"]


def test_a_large_file_keeps_its_imports_and_exports() -> None:
    source = """
    import a from "./a"
    import { b,
             c } from './b'
    import './c'
    export { d } from './d'
    const e = require( './e' ), f = import('./f')
    export const g = 1
    export default class {}
    exports.h = 1
    module.exports.i = 2
    if (exports.j == 1) {}
    """
    lowered = lower(source.encode() + b" " * MAX_SIZE, "a.js")
    assert [(record.kind, record.source, record.line) for record in lowered.surface.imports] == [
        ("import", "./a", 2),
        ("import", "./b", 4),
        ("import", "./c", 5),
        ("reexport", "./d", 6),
        ("require", "./e", 7),
        ("dynamic", "./f", 7),
    ]
    assert [(export.name, export.row, export.commonjs) for export in lowered.surface.exports] == [
        ("h", 1, True),
        ("i", 1, True),
        ("default", 1, False),
        ("g", 1, False),
    ]


@pytest.mark.parametrize("repeated", [b"import a ", b"from ", b"require(", b"export const ", b"import{", b"exports."])
def test_scanning_a_large_file_is_linear(repeated: bytes) -> None:
    started = time.process_time()
    lower(repeated * (5_000_000 // len(repeated)), "a.js")
    assert time.process_time() - started < 8


def test_random_bytes() -> None:
    chance = random.Random(1)
    for size in (1, 10, 1000, 20_000):
        for name in NAMES:
            open_lowered(lower(chance.randbytes(size), name))


def test_random_characters() -> None:
    chance = random.Random(2)
    for name in NAMES:
        data = bytes(chance.randrange(32, 127) for _ in range(20_000))
        open_lowered(lower(data, name))


def test_random_tokens() -> None:
    chance = random.Random(3)
    tokens = (
        "( ) { } [ ] => = ; , . ... ? : ` ${ a b 'c' 1 if else for of in function class async await new import export "
    )
    tokens += (
        "from default const let try catch finally switch case return yield get set static @ # ! < > / * as type enum"
    )
    words = tokens.split()
    for _ in range(150):
        source = " ".join(chance.choice(words) for _ in range(60))
        for name in NAMES:
            module = opened(source, name)
            assert all(module.parent[operand] == row for row in range(len(module)) for operand in module.ops(row))


def test_truncated_at_every_byte() -> None:
    source = (
        "@a export class B extends C { static async *d({ e, f: [g = `h${i}`] }, ...j) { for (const k of l) k?.m } }"
    )
    for end in range(len(source)):
        for name in ("a.js", "a.ts"):
            opened(source[:end], name)


def test_a_binary_file() -> None:
    assert gaps(b"\x7fELF\0\0\0") == [(0, "unreadable")]
    assert gaps(b"\0" * 100_000, "a.ts") == [(0, "unreadable")]


def test_empty_files() -> None:
    for data in (b"", b"\n", b"\xef\xbb\xbf", b"// a", b"#!/usr/bin/env node"):
        lowered = lower(data, "a.js")
        assert lowered.gaps == []
        assert len(open_lowered(lowered)) == 1


def test_byte_order_mark_and_line_ends() -> None:
    module = opened(b"\xef\xbb\xbfvar a\r\nvar b\r\n\r\nvar c")
    assert [module.line(row) for row in module.ops(0)] == [1, 2, 4]
    assert module.start[1] == 3
    lowered = lower(b"a\nb\n", "a.js")
    assert lowered.lines == 2
    assert lower(b"a\nb", "a.js").lines == 2


def test_invalid_utf8() -> None:
    module = opened(b"f('\xff\xfe', `\xc3`) // \xff")
    assert [module.text(row) for row in module.descend(2) if module.kind[row] == Kind.STRING] == [
        "\ufffd\ufffd",
        "\ufffd",
    ]


def test_lone_surrogates_can_be_encoded() -> None:
    module = opened(r"f('\ud800', '\udc00\ud800', `\ud83d${1}\ude00`)")
    values = [module.text(row) for row in module.descend(2) if module.kind[row] == Kind.STRING]
    assert values == ["\ufffd", "\ufffd\ufffd", "\ufffd", "\ufffd"]


# errors


def test_a_syntax_error_is_one_gap_and_the_rest_is_read() -> None:
    source = "a();\nlet = = 1;\nb();\n)\nc();"
    lowered = lower(source.encode(), "a.ts")
    (gap,) = lowered.gaps
    assert (gap.kind, gap.line) == ("syntax", 2)
    assert gap.message.endswith("could not be parsed")
    assert {"a", "b", "c"} <= set(lowered.surface.calls)


def test_what_an_error_holds_is_unknown() -> None:
    assert dump("f(a b)", "a.ts").split("\n") == [
        "EXPRESSION",
        "  CALL 'f'",
        "    IDENT 'f'",
        "    IDENT 'a'",
        "    UNKNOWN",
        "      IDENT 'b'",
    ]


def test_a_missing_token_is_counted() -> None:
    lowered = lower(b"if (a) {\nb()", "a.ts")
    assert [(gap.line, gap.kind, gap.message) for gap in lowered.gaps] == [(2, "syntax", "1 place could not be parsed")]
    assert lowered.surface.calls.keys() == {"b"}


def test_flow_is_read_as_tsx() -> None:
    source = (
        "// @flow\nimport type { A } from './a'\nexport default class B<T> { c: ?string; d(e: number): A { return e } }"
    )
    lowered = lower(b"function f(a: string, b?: number): Promise<void> { return g(a) }", "a.js")
    assert lowered.gaps == []
    assert open_lowered(lowered).annotations == {1: "Promise<void>", 3: "string", 4: "number"}
    assert lower(source.encode(), "a.js").surface.imports[0].type_only


def test_errors_in_literals_and_classes_keep_the_kinds_of_operands() -> None:
    for source in ("x = { a: 1, ??? b() {} }", "class A { b() {} ??? c() {} }", "x = { a b }", "class { ) d = 1 }"):
        for name in NAMES:
            module = opened(source, name)
            for row in range(len(module)):
                operands = [module.kind[operand] for operand in module.ops(row)]
                if module.kind[row] == Kind.OBJECT:
                    assert set(operands) <= {Kind.PROPERTY, Kind.SPREAD}
                if module.kind[row] == Kind.CLASS:
                    assert set(operands[1:]) <= {Kind.PROPERTY, Kind.DECORATOR, Kind.BLOCK}


@pytest.mark.parametrize("shift", range(24))
def test_what_a_parent_takes_for_granted_is_read_at_the_greatest_depth(shift: int) -> None:
    """Whatever level the reading ends on: a function has PARAM rows, an object PROPERTY rows."""
    inside = """
        ((a, {b: c = 1, [k]: d, ...e} = {}, [f, , ...g] = [], @x h?: T = 2, ...i) => {
          class C extends D { static { n } @y m({o} = p) { try { q } catch ({r = 1}) { s } } [t] = u; w }
          switch (v) { case 1: for (const {x} of y) z; default: let j = {k, l() {}, ...m}, n; ({a1, b1: c1} = d1) }
        })"""
    nested = MAX_DEPTH - 24 + shift
    module = opened("f(" + "[" * nested + inside + "]" * nested + ")", "a.ts")
    parts = {
        Kind.FUNCTION: {Kind.PARAM}, Kind.OBJECT: {Kind.PROPERTY, Kind.SPREAD}, Kind.SWITCH: {Kind.CASE},
        Kind.OBJECT_PATTERN: {Kind.PROPERTY, Kind.REST}, Kind.VAR: {Kind.DECLARATOR},
        Kind.CLASS: {Kind.DECORATOR, Kind.PROPERTY, Kind.BLOCK, Kind.UNKNOWN},
    }  # fmt: skip
    headed = {Kind.FUNCTION, Kind.SWITCH, Kind.CLASS}
    least = {Kind.PARAM: 1, Kind.PROPERTY: 2, Kind.DECORATOR: 1, Kind.REST: 1, Kind.SPREAD: 1, Kind.DECLARATOR: 2}
    for row, kind in enumerate(module.kind):
        below = [module.kind[operand] for operand in module.ops(row)]
        assert len(below) >= least.get(kind, 0)
        if kind in parts:
            assert {*below[kind in headed :]} <= parts[kind]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("class A { static f: (boolean, any[], string) => void; run(cb: (any) => number) { return b(cb) } }", "a.ts"),
        ("const a = (f: (string) => void, g: Array<(any, any) => string>) => f(g)", "a.tsx"),
        ("// @flow\nfunction f(a: ?() => void | Promise<void>, b: (string, ?number) => mixed) { return a }", "a.js"),
        ("type A = { before: ?() => void, after: ?(string) => void };\nexports.a = 1", "a.js"),
    ],
)
def test_types_without_names_are_read(source: str, name: str) -> None:
    assert lower(source.encode(), name).gaps == []


@pytest.mark.parametrize("source", ["const = (any, string) => any(string)", "f(?(1)); x = (any) => any", "((any,any,"])
def test_what_is_no_type_keeps_its_names(source: str) -> None:
    module = opened(source)
    names = {module.text(row) for row, kind in enumerate(module.kind) if kind == Kind.IDENT}
    assert names <= {"any", "string", "f", "x"}


@pytest.mark.parametrize(
    "shape", ["(any" + " " * 500_000, "(any," * 150_000, "(" + "any, " * 150_000, ":  ? " * 150_000]
)
def test_looking_for_types_without_names_takes_no_time(shape: str) -> None:
    started = time.process_time()
    assert lower(f"const = {shape}".encode(), "a.ts").gaps
    assert time.process_time() - started < 20
