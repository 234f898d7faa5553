"""Hostile repositories, reviewed whole: each ends in findings, gaps or silence; never in a crash, a hang or an executed byte."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

from reviewer.finding import Gap, GapKind, Review
from reviewer.review import find, read_file, review
from reviewer.settings import Options
from reviewer.source.found import Found
from reviewer.source.module import Lowered

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 30

HEAD: Final = (
    "const express = require('express'), { Pool } = require('pg')\n"
    "const db = new Pool(), app = express(), next = console.error\n"
)
# What follows the hostile part of a file, and is to be found whatever stands before it.
TAIL: Final = "\napp.get('/', (req, res) => db.query('select ' + req.query.x).then(rows => res.json(rows)).catch(next))\n"
MANIFEST: Final = '{"dependencies": {"express": "^4.18.0", "pg": "^8.0.0"}}'
HOSTILE_NAME: Final = "a\x1b[31m\x9b\u202e\u2066\n::error::x\r##[group]\x07.js"
COMMANDS: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]|##\\[|^\\s*::", re.MULTILINE)

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
    write(root, {"package.json": MANIFEST} | files)
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
    "plus": query("'select '" + " +\nx" * 20_000),
    "plus-to-the-right": query(nested("'a' + (", "x", ")", DEEP)),
    "templates": query(nested("`a ${", "x", "} b`", DEEP)),
    "tags": query("f" + "`a`\n" * DEEP, "const f = () => f"),
    "conditionals": query("x ? 'a' :\n" * DEEP + "x"),
    "negations": query("!\n" * DEEP + "x"),
    "awaits": handler("(async () => { const x = " + "await\n" * DEEP + "req.query.x; db.query(x) })()"),
    "spreads": query(nested("[...", "xs", "]", DEEP)),
    "assignments": query("y =\n" * DEEP + "x", "let y"),
    "then": handler("db.query('select 1')" + ".then(a => a)\n" * 5_000 + ".catch(next)"),
    "then-in-then": handler(nested("db.query('select 1').then(() => {", "", "})", DEEP)),
    "arrows": handler("const f = " + "a =>\n" * DEEP + "1"),
    "functions": handler(nested("function f() {", "", "}", DEEP)),
    "calls-at-once": handler(nested("(() => {", "", "})()", DEEP // 2)),
    "classes": handler("const c =" + nested("class { m() { return", "1", "} }", DEEP // 4)),
    "heritage": handler("const c =" + nested("class extends", " Object ", "{}", DEEP)),
    "decorated": handler("const c = class {\n" + nested("static {", "", "}", DEEP) + "}"),
    "else-if": handler("let a\nif (a) {}" + "\nelse if (a) a = 1" * DEEP),
    "if-in-if": handler(nested("if (req) {", "", "}", DEEP)),
    "loops": handler("for (const a of req)\n" * 5_000 + ";"),
    "try-in-try": handler(nested("try {", "", "} catch {}", DEEP)),
    "try-in-catch": handler(nested("try {} catch {", "", "}", DEEP)),
    "labels": handler("".join(f"l{n}:\n" for n in range(DEEP)) + ";"),
    "switches": handler(nested("switch (req) { case 1:", "", "}", DEEP // 4)),
    "blocks": handler(nested("{", "", "}", DEEP)),
    "object-patterns": handler("const " + nested("{ a:", "x", "}", DEEP) + " = req; db.query(x)"),
    "array-patterns": handler("const " + nested("[", "x", "]", 3_000) + " = req; db.query(x)"),
    "defaults": handler("const f = " + nested("(a =", "1", ") => a", DEEP // 4)),
}
# Input that a parser reads as flat, or that is less than 5,000 rows deep.
SHALLOW: Final = {"parentheses", "array-patterns", "loops"}


@pytest.mark.parametrize("part", range(4))
def test_deep_nesting(tmp_path: Path, part: int) -> None:
    names = sorted(NESTED)[part::4]
    found = reviewed(tmp_path, {f"{name}.js": NESTED[name] for name in names})
    assert {path for path, _, _ in gaps(found)} == {f"{name}.js" for name in names if name not in SHALLOW}
    assert {kind for _, _, kind in gaps(found)} == {"too-deep"}
    expected = {f"{name}.js": last_line(NESTED[name]) for name in names}
    assert {path: places[-1] for path, places in lines(found).items()} == expected
