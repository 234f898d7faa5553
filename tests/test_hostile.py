"""Hostile repositories, reviewed whole: each ends in findings, gaps or silence; never in a crash, a hang or an executed byte."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

from reviewer.finding import ExitCode, Gap, GapKind, Review
from reviewer.reviewing import review
from reviewer.settings import Options
from reviewer.source.lower import lower

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 30

HEAD: Final = (
    "const express = require('express'), { Pool } = require('pg')\n"
    "const db = new Pool(), app = express(), next = console.error\n"
)
# What follows the hostile part of a file, and is to be found whatever stands before it.
TAIL: Final = (
    "\napp.get('/', (req, res) => db.query('select ' + req.query.x).then(rows => res.json(rows)).catch(next))\n"
)
MANIFEST: Final = '{"dependencies": {"express": "^4.18.0", "pg": "^8.0.0"}}'
HOSTILE: Final = "a\x1b[31m\x9b\u202e\u2066\n::error::x\r##[group]\x07"
COMMANDS: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]|##\\[|^\\s*::", re.MULTILINE
)

Run = Callable[..., Any]


class HangError(BaseException):
    """No rule's containment holds it."""


@pytest.fixture(autouse=True)
def _ends_in_time() -> Iterator[None]:
    def hang(_signal: int, _frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, hang)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def write(root: Path, files: dict[str, str | bytes]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content if isinstance(content, bytes) else content.encode())


def reviewed(root: Path, files: dict[str, str | bytes], *, jobs: int = 1, timeout: float | None = None) -> Review:
    """The review of these files by all rules; a fault fails the test that asked."""
    write(root, {"package.json": MANIFEST, "package-lock.json": "{}"} | files)
    found = review(Options(paths=(root,), root=root, profile="strict", jobs=jobs, timeout=timeout))
    assert faults(found) == []
    return found


def faults(found: Review) -> list[Gap]:
    return [gap for gap in found.gaps if gap.kind is GapKind.FAULT]


def gaps(found: Review, *kinds: GapKind) -> list[tuple[str, int, str]]:
    """Path, line and kind of the gaps; of those named, else of all but what rules could not resolve."""
    wanted = kinds or tuple(kind for kind in GapKind if kind is not GapKind.UNRESOLVED)
    return [(gap.path, gap.line, str(gap.kind)) for gap in found.gaps if gap.kind in wanted]


def lines(found: Review) -> dict[str, list[int]]:
    """The lines of the injections in each file."""
    places: dict[str, list[int]] = {}
    for finding in found.findings:
        if finding.rule == "sql-injection":
            places.setdefault(finding.place.path, []).append(finding.place.line)
    return places


def last_line(text: str | bytes) -> int:
    return text.count("\n") if isinstance(text, str) else text.count(b"\n")


def nested(before: str, middle: str, after: str, depth: int) -> str:
    return f"{before}\n" * depth + middle + f"{after}\n" * depth


def handler(body: str) -> str:
    return f"{HEAD}app.post('/', (req, res) => {{\n{body}\n}})\n{TAIL}"


def query(expression: str, before: str = "") -> str:
    return handler(f"const x = req.query.x, xs = [x]\n{before}\ndb.query({expression}).catch(next)")


# nesting


DEEP: Final = 50_000
NESTED: Final = {
    "parentheses": query(nested("(", "x", ")", DEEP)),
    "arrays": query(nested("[", "x", "]", DEEP)),
    "objects": query(nested("{ a:", "x", "}", DEEP)),
    "members": query("x" + ".a\n" * DEEP),
    "indexes": query("x" + "['a']\n" * DEEP),
    "computed": query(nested("x[", "x", "]", DEEP)),
    "calls": query("x" + "()\n" * DEEP),
    "optional-calls": query("x" + "?.()\n" * DEEP),
    "method-calls": query("x" + ".trim()\n" * DEEP),
    "arguments": query(nested("f(", "x", ")", DEEP), "const f = a => a"),
    "constructors": query(nested("new C(", "x", ")", DEEP), "class C {}"),
    "plus": query("'select '" + " +\n'a'" * 20_000),
    "plus-to-the-right": query(nested("'a' + (", "x", ")", DEEP)),
    "templates": query(nested("`a ${", "x", "} b`", DEEP)),
    "tags": query("f" + "`a`\n" * DEEP, "const f = () => f"),
    "conditionals": query("x ? 'a' :\n" * DEEP + "x"),
    "negations": query("!\n" * DEEP + "x"),
    "spreads": query(nested("[...", "xs", "]", DEEP)),
    "assignments": query("y =\n" * DEEP + "x", "let y"),
    "then": handler("db.query('select 1')" + ".then(a => a)\n" * 5_000 + ".catch(next)"),
    "then-in-then": handler(nested("db.query('a').then(() => {", "", "})", DEEP // 2)),
    "arrows": handler("const f = " + "a =>\n" * DEEP + "1"),
    "functions": handler(nested("function f() {", "", "}", DEEP)),
    "calls-at-once": handler(nested("(() => {", "", "})()", DEEP // 2)),
    "classes": handler("const c =" + nested("class { m() { return", "1", "} }", DEEP // 4)),
    "heritage": handler("const c =" + nested("class extends", " Object ", "{}", DEEP)),
    "else-if": handler("let a\nif (a) {}" + "\nelse if (a) a = 1" * DEEP),
    "if-in-if": handler(nested("if (req) {", "", "}", DEEP)),
    "loops": handler("for (const a of req)\n" * 5_000 + ";"),
    "try-in-try": handler(nested("try {", "", "} catch {}", DEEP)),
    "try-in-catch": handler(nested("try {} catch {", "", "}", DEEP)),
    "labels": handler("".join(f"l{n}:\n" for n in range(DEEP)) + ";"),
    "switches": handler(nested("switch (req) { case 1:", "", "}", DEEP // 4)),
    "blocks": handler(nested("{", "", "}", DEEP)),
    "object-patterns": handler("const " + nested("{ a:", "x", "}", DEEP) + " = req; db.query(x)"),
    "defaults": handler("const f = " + nested("(a =", "1", ") => a", DEEP // 4)),
}


@pytest.mark.parametrize("part", range(6))
def test_deep_nesting_is_a_gap_and_the_rest_is_reviewed(tmp_path: Path, part: int) -> None:
    names = sorted(NESTED)[part::6]
    found = reviewed(tmp_path, {f"{name}.js": NESTED[name] for name in names})
    # Parentheses leave no rows.
    deep = [f"{name}.js" for name in names if name != "parentheses"]
    assert [(path, kind) for path, _, kind in gaps(found)] == [(path, "too-deep") for path in deep]
    expected = {f"{name}.js": last_line(NESTED[name]) for name in names}
    assert {path: places[-1] for path, places in lines(found).items()} == expected


@pytest.mark.parametrize("text", ["{a:", "{get:", "a?(b):c=>", "<T>("])
def test_ambiguous_nesting_does_not_overflow_the_parser(text: str) -> None:
    found = lower((text * 100_000).encode(), "a.ts")
    assert [gap.kind for gap in found.gaps] == ["syntax"]


def test_what_is_ambiguous_over_and_over_takes_no_memory() -> None:
    # 64 kB took 5 GB.
    assert [gap.message for gap in lower(b"a<b," * 16_000, "a.ts").gaps] == [
        "the parser gave up; only imports and exports were read"
    ]


# broken and odd text


def test_syntax_errors(tmp_path: Path) -> None:
    open_ended = {"(": "a(\n", "{": "if (a) {\n", "`": "`${\n", "/*": "/*\n", "'": "'\n", "}": "}\n", "@": "@@#\\ =\n"}
    found = reviewed(tmp_path, {f"{number}.js": text + TAIL for number, text in enumerate(open_ended.values())})
    assert {path for path, _, kind in gaps(found) if kind == "syntax"} == {f"{n}.js" for n in (0, 1, 2, 4, 5, 6)} | {
        "3.js"
    }


def test_text_that_never_ends(tmp_path: Path) -> None:
    texts = {
        "(": "f(\n",
        "{": "{\n",
        "[": "[\n",
        "`${": "`${\n",
        "}": "}\n",
        "/*": "/*\n",
        "import": "import {\n",
        "<": "<a\n",
    }
    found = reviewed(tmp_path, {f"{number}.js": text * 10_000 for number, text in enumerate(texts.values())})
    assert {path for path, _, _ in gaps(found)} == {f"{number}.js" for number in range(len(texts))}


def test_encodings(tmp_path: Path) -> None:
    text = (HEAD + TAIL).encode()
    files: dict[str, str | bytes] = {
        "bom.js": b"\xef\xbb\xbf" + text,
        "crlf.js": text.replace(b"\n", b"\r\n"),
        "hashbang.js": b"#!/usr/bin/env node\n" + text,
        "bom-hashbang.js": b"\xef\xbb\xbf#!/usr/bin/env node\n" + text,
        "invalid.js": b"const a = '\xff\xc3\x28\xed\xa0\x80' // \xf8\n" + text,
        "separators.js": "const a = '\u2028\u2029' // \u2028 b\n".encode() + text,
        "utf-16.js": text.decode().encode("utf-16"),
        "nul.js": b"const a = '\0'\n" + text,
        "nul-late.js": b"//" + b" a" * 4000 + b"\nconst a = '\0'\n" + text,
        "noise.js": bytes(range(1, 256)) * 200,
        "empty.js": b"",
        "blank.js": b"\n\n \t\n",
        "bom-only.js": b"\xef\xbb\xbf",
        "hashbang-only.js": b"#!/usr/bin/env node",
        "comment-only.js": b"// nothing",
    }
    found = reviewed(tmp_path, files)
    assert gaps(found, GapKind.UNREADABLE) == [
        ("noise.js", 0, "unreadable"),
        ("nul.js", 0, "unreadable"),
        ("utf-16.js", 0, "unreadable"),
    ]
    assert lines(found) == {
        "bom.js": [4],
        "bom-hashbang.js": [5],
        "crlf.js": [4],
        "hashbang.js": [5],
        "invalid.js": [5],
        "nul-late.js": [6],
        "separators.js": [5],
    }


def test_large_files(tmp_path: Path) -> None:
    bundle = "var a=function(e){return e.b(1)};" * 320_000
    found = reviewed(
        tmp_path,
        {
            "bundle.js": bundle,
            "spaced.js": HEAD + "const a = 'a b c d e f' + b ; " * 350_000 + TAIL,
            "lines.js": HEAD + "const a = 'a b c'\n" * 70_000 + TAIL,
            "huge.js": "a()\n" * (5 << 20),
            "after.js": HEAD + TAIL,
        },
    )
    assert len(bundle) > 10_000_000
    assert found.left_out == {"minified": 1, "too large": 1}
    assert gaps(found) == [("huge.js", 0, "too-large"), ("lines.js", 0, "too-large"), ("spaced.js", 0, "too-large")]
    assert lines(found) == {"after.js": [4]}


# names


PROTOTYPE: Final = ("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "isPrototypeOf")


def test_names_of_the_prototype(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"{name}.js": HEAD
        + f"const other = require('./{PROTOTYPE[number - 1]}'), outside = require('{name}')\n"
        + f"exports.{name} = (req, res) => db.query('select ' + req.query.{name}).catch(next)\n"
        + f"const kept = {{ {name}: 'a', ['{name}']: 'b', '{name}': 'c' }}\n"
        + f"app.get('/{name}', exports.{name}, other.{PROTOTYPE[number - 1]}, other['{name}'], kept.{name}.{name}, outside)\n"
        + f"function {name}() {{ return {name}.{name}({name}) }}\n"
        + f"class A {{ {name}() {{ return super.{name}(this.{name}) }} static {name} = {name}() }}\n"
        for number, name in enumerate(PROTOTYPE)
    }
    manifest = {
        "name": "__proto__",
        "dependencies": dict.fromkeys(PROTOTYPE, "1") | {"express": "^4", "pg": "^8"},
        "scripts": dict.fromkeys(PROTOTYPE, "node ."),
        "constructor": {"__proto__": 1},
        "workspaces": ["__proto__"],
    }
    found = reviewed(tmp_path, files | {"package.json": json.dumps(manifest)})
    assert gaps(found) == []
    assert lines(found) == {f"{name}.js": [4] for name in PROTOTYPE}


def test_nothing_that_is_printed_commands_a_terminal(tmp_path: Path, run: Run) -> None:
    name = HOSTILE.replace("/", "") + ".js"
    write(
        tmp_path,
        {
            "package.json": MANIFEST,
            name: HEAD
            + f"const name = {json.dumps(HOSTILE)}, t = {{}} /* \x1b]0;title\x07 \u202e */\n"
            + f"app.get({json.dumps(HOSTILE)}, async (req, res) => {{ await db.query('\x1b[2J\u202e' + req.query[{json.dumps(HOSTILE)}]) }})\n"
            + "app.get('/\u202e\x9b', async (req, res) => { await db.query(`\u2066 ##[error]x ${req.query['\x1b[31m']}`) })\n",
            HOSTILE.replace("/", "") + "/broken.ts": "const = \x1b[31m(",
            HOSTILE.replace("/", "") + "/package.json": "{",
        },
    )
    for words in (["-v"], ["-q"], ["-f", "json"], ["-f", "sarif"]):
        ended = run("--root", str(tmp_path), "--profile", "strict", *words, str(tmp_path))
        assert ended.status == ExitCode.FINDINGS, words
        assert COMMANDS.search(ended.out + ended.err) is None, words
    document = json.loads(run("-f", "json", "--root", str(tmp_path), str(tmp_path)).out)
    assert {finding["place"]["path"] for finding in document["findings"]} == {name}


# graphs


def ring(count: int, text: Callable[[int, int], str]) -> str:
    return "".join(text(n, (n + 1) % count) + "\n" for n in range(count))


def test_import_cycles(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "self.js": HEAD + "module.exports = require('./self')\nmodule.exports.h = module.exports.h\n" + TAIL,
        "self.mjs": "import * as self from './self.mjs'\nexport * from './self.mjs'\nexport { a as b, b as a } from './self.mjs'\n",
        "use.mjs": "import express from 'express'\nimport { a, b } from './self.mjs'\nimport * as s from './star0.mjs'\n"
        "import pg from 'pg'\nconst db = new pg.Pool(), app = express()\napp.get('/', a, b, s.lost, s.x3, s[a])\n"
        + TAIL,
        "computed.js": HEAD + "const all = name => require('./' + name)\napp.get('/', all(next).x)\n" + TAIL,
    }
    for n in range(40):
        files[f"require{n}.js"] = (
            HEAD + f"const o = require('./require{(n + 1) % 40}')\nmodule.exports = {{ ...o, x: o.x }}\n"
        )
        files[f"same{n}.js"] = (
            HEAD + f"module.exports = require('./same{(n + 1) % 40}')\napp.get('/', module.exports.h)\n"
        )
        files[f"star{n}.mjs"] = (
            f"export * from './star{(n + 1) % 40}.mjs'\nexport * from './star{n * 7 % 40}.mjs'\nexport const x{n} = 1\n"
        )
    found = reviewed(tmp_path, files)
    assert gaps(found) == []
    assert lines(found) == {"computed.js": [6], "self.js": [6], "use.mjs": [8]}


def test_cycles_of_functions_and_classes(tmp_path: Path) -> None:
    classes = ring(
        60, lambda n, m: f"class C{n} extends C{m} {{ get g() {{ return super.g }} q(x) {{ return super.q(x) }} }}"
    )
    objects = ring(60, lambda n, m: f"var o{n} = {{ a: o{m}, b: o{n * 7 % 60} }}")
    recursion = (
        "const f = (x, n) => n ? f(x + f(x, n - 1), n - 1) : x, g = () => g, self = x => x(x)\n"
        "const y = f => (x => x(x))(x => f(y => x(x)(y)))\n"
        "class A extends A {}\nconst B = class extends B {}\nclass D extends E {}\nclass E extends D {}\n"
        "self(self)\napp.get('/', y(g), g()()(), new A().m, B.m, new D().m, C0.prototype.q)\n"
        "db.query(f(process.argv[2], 5)).catch(next)\ndb.query(new C0().q(process.argv[2])).catch(next)\n"
        f"db.query(o0{'.a' * 50}).catch(next)\n"
    )
    found = reviewed(tmp_path, {"app.js": HEAD + classes + objects + recursion + TAIL})
    assert gaps(found) == []
    assert lines(found) == {"app.js": [last_line(HEAD + classes + objects + recursion + TAIL)]}


def test_large_graphs(tmp_path: Path) -> None:
    calls = "".join(f"async function f{n}(x) {{ return f{n + 1}(x) }}\n" for n in range(5_000))
    keys = ",\n".join(f"k{n}: 'v{n}'" for n in range(50_000))
    texts = {
        "calls": f"{HEAD}{calls}async function f5000(x) {{}}\napp.get('/', (req, res) => f0(req.query.x))\n{TAIL}",
        "writes": f"{HEAD}let s\n" + "s = 'a'\n" * 5_000 + f"db.query(s).catch(next)\n{TAIL}",
        "keys": f"{HEAD}const t = {{\n{keys}\n}}\nconst q = k => db.query(t[k])\n{TAIL}",
        "values": f"{HEAD}const a0 = 'a'\n"
        + "".join(f"const a{n + 1} = a{n} + a{n}\n" for n in range(5_000))
        + f"db.query(a5000).catch(next)\n{TAIL}",
    }
    found = reviewed(tmp_path, {f"{name}.js": text for name, text in texts.items()})
    assert gaps(found) == []
    assert lines(found) == {f"{name}.js": [last_line(text)] for name, text in sorted(texts.items())}


def test_routers_that_are_mounted_on_each_other(tmp_path: Path) -> None:
    # each pair in both orders: more ways lead through them than anybody could go
    made = "".join(f"const r{n} = express.Router()\nr{n}.get('/{n}', (req, res) => res.json(1))\n" for n in range(40))
    mounts = "".join(f"r{n}.use('/p{m}', r{m})\n" for n in range(40) for m in range(40) if n != m)
    text = f"{HEAD}{made}{mounts}app.use(r0)\n{TAIL}"
    found = reviewed(tmp_path, {"app.js": text})
    assert gaps(found) == []
    assert lines(found) == {"app.js": [last_line(text)]}
