"""The surface: imports, exports, the indexes by name, types; each against values written by hand."""

from __future__ import annotations

import pytest
from dump import opened, source_of, surface

from reviewer.source import lower_modules
from reviewer.source.module import Export, Import, Module, TypeDeclaration


def imports(source: str, name: str = "a.js") -> list[tuple[str, str, int]]:
    return [(record.kind, record.source, record.line) for record in surface(source, name).imports]


def exported(source: str, name: str = "a.js") -> dict[str, str]:
    """name → what it is: the text of a row, `#binding`, or `imported of source`; CommonJS in brackets."""
    module = opened(source, name)
    return {export.name: _told(module, source, export) for export in module.surface.exports}


def _told(module: Module, source: str, export: Export) -> str:
    if export.source:
        told = f"{export.imported} of {export.source}"
    elif export.binding >= 0:
        told = f"#{module.binding_text(export.binding)}"
    else:
        told = source_of(module, source, export.row)
    return f"[{told}]" if export.commonjs else told


# imports


@pytest.mark.parametrize(
    "clause",
    [
        "a from", "a, {b} from", "a, * as b from", "* as a from", "{} from", "{a,} from", "{a, b as c} from",
        "{default as a} from", "{type a, b} from", "{type a} from", "{type a, type b as c} from", "{type as} from",
        "{type as as} from", "{type as a} from", "{type type} from", "{type type as a} from", "{as as b} from",
        "{as} from", "{type} from", "type a from", "type {a} from", "type {a, b as c} from", "type * as a from",
        "type from", "type, {a} from", "typeof a from", "from from", "a, {from} from", "$, {_ as $1} from", "",
        "{\n  a,\n  b as c,\n} from", "{a}from", "a\nfrom", "{ a, // x\n b } from", "{ 'a' as b } from", "\u00e9 from",
    ],
)  # fmt: skip
@pytest.mark.parametrize("rest", ["'./x';", '"x"', "'x' with {type: 'json'}", r"'\x41'"])
def test_imports_from_their_text_are_those_from_their_nodes(
    clause: str, rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"import {clause} {rest}\na; b; c"
    fast = [surface(source, name) for name in ("a.mjs", "a.ts")]
    with monkeypatch.context() as patched:
        patched.setattr(lower_modules, "plain_import", lambda *_: False)
        assert fast == [surface(source, name) for name in ("a.mjs", "a.ts")]


def test_import_declarations() -> None:
    module = opened("import a, { b, c as d, 'e f' as g } from './x'\nimport * as h from 'y'\nimport 'z'")
    assert module.surface.imports == [
        Import("./x", "import", -1, 1, [("default", 0), ("b", 1), ("c", 2), ("e f", 3)]),
        Import("y", "import", -1, 2, [("*", 4)]),
        Import("z", "import", -1, 3, []),
    ]
    assert [module.binding_text(binding) for binding in range(5)] == ["a", "b", "d", "g", "h"]
    assert not module.surface.commonjs


def test_type_imports() -> None:
    source = (
        "import type { A } from 'a'; import { type B } from 'b'; import { type C, d } from 'c'; import type E from 'e'"
    )
    assert [(record.source, record.type_only) for record in surface(source, "a.ts").imports] == [
        ("a", True),
        ("b", True),
        ("c", False),
        ("e", True),
    ]


def test_import_require() -> None:
    found = surface("import a = require('./x'); import type b = require('y')", "a.ts").imports
    assert found == [
        Import("./x", "require", -1, 1, [("*", 0)]),
        Import("y", "require", -1, 1, [("*", 1)], type_only=True),
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("require('a')", [("require", "a", 1)]),
        ("\nfunction f() { return require(`./b`).c(require('d')) }", [("require", "./b", 2), ("require", "d", 2)]),
        ("require('./' + 'a')", [("require", "./a", 1)]),
        ("module.require('a')", [("require", "a", 1)]),
        ("import('a').then(b)", [("dynamic", "a", 1)]),
        ("await import(`./a/${b}.js`)", [("folder", "./a/", 1)]),
        ("require('./routes/' + file)", [("folder", "./routes/", 1)]),
        ("require('./routes/user-' + file + '.js')", [("folder", "./routes/", 1)]),
        ("require(path.join(__dirname, 'routes', file))", [("folder", "./routes/", 1)]),
        ("require(path.resolve(__dirname, '../routes', `${file}.js`))", [("folder", "../routes/", 1)]),
        ("require(join(__dirname, file))", [("folder", "./", 1)]),
        ("require(`${__dirname}/routes/${file}`)", [("folder", "./routes/", 1)]),
        ("require(__dirname + '/routes/' + file)", [("folder", "./routes/", 1)]),
        ("require(path.join(__dirname, '..', 'config'))", [("require", "../config", 1)]),
        ("require(path.join(__dirname, 'config'))", [("require", "./config", 1)]),
        ("require(__dirname + '/config')", [("require", "./config", 1)]),
        ("import(path.join(import.meta.dirname, 'plugins', name))", [("folder", "./plugins/", 1)]),
        ("const dir = path.join(__dirname, 'routes'); require(path.join(dir, file))", [("folder", "./routes/", 1)]),
        ("const dir = `${__dirname}/routes`; require(dir + '/' + file)", [("folder", "./routes/", 1)]),
        ("const a = './', b = a + 'x'; require(b)", [("require", "./x", 1)]),
        ("let dir = './a/'; dir = './b/'; require(dir + file)", []),
        ("const a = b, b = a; require(a)", []),
        ("const { dir } = a; require(dir + 'b')", []),
        ("require(name)", []),
        ("require(prefix + '/a')", []),
        ("require('a' + name)", []),
        ("require(path.join(root, 'a'))", []),
        ("require()", []),
        ("import(a)", []),
        ("function f(require) { require('a') }", []),
        ("a.require('b')", []),
        ("const require = createRequire(import.meta.url); require('a')", [("require", "a", 1)]),
        ("const require = m.createRequire(b); require('a')", [("require", "a", 1)]),
        ("const require = other(); require('a')", []),
        ("require.resolve('a')", []),
    ],
)
def test_imports_by_calls(source: str, found: list[tuple[str, str, int]]) -> None:
    assert imports(source) == found


def test_imports_that_cannot_be_told() -> None:
    source = "require(a)\nimport(a + '/b')\nrequire(['b'], c)\nrequire()\nrequire('./x/' + a)\nrequire(path.resolve(a))"
    assert surface(source).computed == [1, 2, 6]


def test_the_row_of_an_import_is_its_call() -> None:
    source = "const a = require('b'), c = import('d')"
    module = opened(source)
    assert [source_of(module, source, record.row) for record in module.surface.imports] == [
        "require('b')",
        "import('d')",
    ]
    assert all(record.names == [] for record in module.surface.imports)


# exports


def test_export_declarations() -> None:
    source = """
    export const a = 1, { b, c: [d = 2, ...e], ...f } = g
    export function h() {}
    export async function* i() {}
    export class J {}
    const k = 3
    export { k, k as l, k as 'm n', k as default }
    """
    assert exported(source) == {
        "a": "#a",
        "b": "#b",
        "d": "#d",
        "e": "#e",
        "f": "#f",
        "h": "#h",
        "i": "#i",
        "J": "#J",
        "k": "#k",
        "l": "#k",
        "m n": "#k",
        "default": "#k",
    }


@pytest.mark.parametrize("value", ["a", "function () {}", "function f() {}", "class {}", "async () => {}", "{ a: 1 }"])
def test_export_default(value: str) -> None:
    assert exported(f"export default {value}") == {"default": value}


def test_reexports() -> None:
    source = (
        "export * from './a'\nexport * as b from './b'\nexport { c, d as e, default as f, g as default } from './c'"
    )
    assert exported(source) == {
        "*": "* of ./a",
        "b": "* of ./b",
        "c": "c of ./c",
        "e": "d of ./c",
        "f": "default of ./c",
        "default": "g of ./c",
    }
    assert surface(source).imports == [
        Import("./a", "reexport", -1, 1, [("*", -1)]),
        Import("./b", "reexport", -1, 2, [("*", -1)]),
        Import("./c", "reexport", -1, 3, [("c", -1), ("d", -1), ("default", -1), ("g", -1)]),
    ]


def test_exports_of_typescript() -> None:
    source = "export enum A {} export namespace B {} export import C = d.e; export abstract class F {}"
    assert exported(source, "a.ts") == {"A": "#A", "B": "#B", "C": "#C", "F": "#F"}
    assert exported("export = a", "a.ts") == {"=": "a"}
    types = "export interface A {} export type B = A; export type { C } from 'c'; export type * from 'd'; "
    types += "interface E {} export { type E }"
    assert {export.name: export.type_only for export in surface(types, "a.ts").exports} == {
        "A": True,
        "B": True,
        "C": True,
        "*": True,
        "E": True,
    }


def test_what_a_namespace_exports_is_no_export_of_the_module() -> None:
    assert exported("namespace A { export const b = 1 }", "a.ts") == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("exports.a = b", {"a": "[b]"}),
        ("module.exports.a = () => 1", {"a": "[() => 1]"}),
        ("exports['a-b'] = c", {"a-b": "[c]"}),
        ("module.exports = { a, b: c }", {"=": "[{ a, b: c }]"}),
        ("module['exports'] = a", {"=": "[a]"}),
        ("exports = module.exports = a", {"=": "[a]"}),
        ("const a = module.exports = b()", {"=": "[b()]"}),
        ("exports.a = exports.b = c", {"a": "[c]", "b": "[c]"}),
        ("exports.a = exports.b = void 0; exports.a = c", {"a": "[c]"}),
        ("function f() { exports.a = 1 }", {"a": "[1]"}),
        ("this.a = b", {"a": "[b]"}),
        ("(() => { this.a = b })()", {"a": "[b]"}),
        ("function f() { this.a = b }", {}),
        ("class A { b = (this.c = 1) }", {}),
        ("import 'x'; this.a = b", {}),
        ("exports.a += 1", {}),
        ("function f(exports, module) { exports.a = 1; module.exports = 2 }", {}),
        ("module.exports.a.b = 1", {}),
        ("Object.defineProperty(exports, 'a', { enumerable: true, get: function () { return b.c } })", {"a": "[b.c]"}),
        ("Object.defineProperty(module.exports, 'a', { get: () => b })", {"a": "[b]"}),
        ("Object.defineProperty(exports, 'a', { get() { return b } })", {"a": "[b]"}),
        ("Object.defineProperty(exports, 'a', { value: b })", {"a": "[b]"}),
        ("Object.defineProperty(exports, '__esModule', { value: true })", {}),
        ("Object.defineProperty(a, 'b', { value: c })", {}),
        ("__exportStar(require('./a'), exports)", {"*": "[* of ./a]"}),
        ("tslib_1.__exportStar(require('./a'), exports)", {"*": "[* of ./a]"}),
    ],
)
def test_commonjs_exports(source: str, found: dict[str, str]) -> None:
    assert exported(source) == found


def test_a_default_that_babel_exports_anew_is_a_reexport() -> None:
    source = "export a from './a'\nexport b, { c as d } from './b'\nexport { a as e } from './a'"
    assert exported(source) == {
        "a": "default of ./a",
        "b": "default of ./b",
        "d": "c of ./b",
        "e": "a of ./a",
    }


def test_a_compiled_export_star_is_a_reexport() -> None:
    assert imports("__exportStar(require('./a'), exports)") == [("require", "./a", 1), ("reexport", "./a", 1)]


@pytest.mark.parametrize(
    ("source", "commonjs"),
    [
        ("const a = require('a')", True),
        ("exports.a = 1", True),
        ("module.exports = 1", True),
        ("a()", False),
        ("import 'a'; require('b')", False),
        ("exports.a = 1; export {}", False),
        ("require('a'); export const b = 1", False),
        ("export * from 'a'; require('b')", False),
        ("function f(require) { require('a') }", False),
    ],
)
def test_commonjs(*, source: str, commonjs: bool) -> None:
    assert surface(source).commonjs is commonjs


# indexes


def texts(module: Module, source: str, named: dict[str, list[int]]) -> dict[str, list[str]]:
    return {name: [source_of(module, source, row) for row in rows] for name, rows in named.items()}


def test_calls_reads_writes_keys_and_globals() -> None:
    source = "a.b(c).d(); new E.F; g(); (() => 1)(); import('h'); i.j = k.l; m.n += 1; o.p++; [q.r] = s; "
    source += "x = { t: 1, u() {}, v }"
    module = opened(source)
    found = module.surface
    assert texts(module, source, found.calls) == {"b": ["a.b(c)"], "d": ["a.b(c).d()"], "F": ["new E.F"], "g": ["g()"]}
    assert [source_of(module, source, row) for row in found.unnamed_calls] == ["(() => 1)()", "import('h')"]
    assert texts(module, source, found.reads) == {"b": ["a.b"], "d": ["a.b(c).d"], "F": ["E.F"], "l": ["k.l"]}
    assert texts(module, source, found.writes) == {"j": ["i.j"], "n": ["m.n"], "p": ["o.p"], "r": ["q.r"]}
    assert texts(module, source, found.keys) == {"t": ["t: 1"], "u": ["u() {}"], "v": ["v"]}
    assert sorted(found.globals) == sorted(["a", "c", "E", "g", "i", "k", "m", "o", "q", "s", "x", "v"])
    assert texts(module, source, found.global_writes) == {"x": ["x"]}
    assert len(found.functions) == 2


def test_keys_are_of_objects_and_classes_not_of_patterns() -> None:
    source = "class A { b() {} c = 1 } const { d, e: f, g = 1 } = h; ({ i } = j); enum K { L }"
    assert sorted(surface(source, "a.ts").keys) == ["b", "c"]


def test_loops_and_patterns_write_members() -> None:
    found = surface("for (a.b of c) ; for (d['e'] in f) ; ({ g: h.i, ...j.k } = l); [m.n = 1] = o")
    assert sorted(found.writes) == ["b", "e", "i", "k", "n"]
    assert found.reads == {}


def test_rows_are_ascending() -> None:
    found = surface("a.b(a.b(a.b())); function f() { a.b(() => a.b()) }; a = a")
    lists = [found.functions, *found.calls.values(), *found.reads.values(), *found.globals.values()]
    assert all(rows == sorted(rows) for rows in lists)
    assert [len(rows) for rows in found.calls.values()] == [5]


# types


def test_types() -> None:
    source = """
    export interface A<T> extends B, C<T> { a: string; 'b c'?: D[]; readonly e: E; f(x: G): H; [key: string]: any }
    type I = { j: J; k(): void }
    type L = M | { n: N }
    """
    found = surface(source, "a.ts")
    assert found.types == [
        TypeDeclaration("A", "interface", ["B", "C<T>"], {"a": "string", "b c": "D[]", "e": "E", "f": "(x: G): H"}),
        TypeDeclaration("I", "alias", [], {"j": "J", "k": "(): void"}, "{ j: J; k(): void }"),
        TypeDeclaration("L", "alias", [], {}, "M | { n: N }"),
    ]
    assert found.annotated == ["B", "C", "D", "E", "G", "H", "J", "M", "N", "T"]


def test_annotated_names() -> None:
    source = "function f(a: A.B, { c }: { c?: C, 'D e': 'F' }, ...g: Array<G>): h is H | undefined { let i: I[] }"
    assert surface(source, "a.ts").annotated == ["A.B", "Array", "C", "G", "H", "I", "h"]


def test_what_patterns_take_and_calls_of_parameters() -> None:
    source = "const { a, b: c, d = 1, [e]: f, ...g } = h; function i(j, { k }) { j(); k(); new j; i(); j.l() }"
    module = opened(source)
    found = module.surface
    assert texts(module, source, found.taken) == {"a": ["a"], "b": ["b: c"], "d": ["d = 1"], "k": ["k"]}
    assert [source_of(module, source, row) for row in found.parameter_calls] == ["j()", "k()", "new j"]


def test_calls_of_what_a_loop_is_at() -> None:
    source = "for (const a of b) { a(); b(); a.c() } let d; for (d of e) d(); for (const f in g) f()"
    module = opened(source)
    assert [source_of(module, source, row) for row in module.surface.parameter_calls] == ["d()", "a()"]


def test_types_that_values_are_asserted_to_be_of() -> None:
    source = """
        const a = b as C, { d } = e as { d: F }, g = h as const, i = j as any
        const k = l<M.N>(), o = p<Q, R>(), s = t<string>()
        const u: V = w as X
    """
    module = opened(source, "a.ts")
    assert sorted(module.annotations.values()) == ["C", "M.N", "V", "{ d: F }"]
    assert module.surface.annotated == ["C", "F", "M.N", "V"]
