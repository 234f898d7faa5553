"""The commands on a small application, with the engine that they are for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.commands.table import table
from reviewer.finding import BROWSER_CODE

Run = Callable[..., Any]

APP = """const express = require('express')
const { Pool } = require('pg')
const app = express()
const db = new Pool()
app.get('/users/:name', async (req, res) => {
  const { rows } = await db.query(`SELECT * FROM users WHERE name = '${req.params.name}'`)
  res.json(rows)
})
app.listen(3000)
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "src" / "app.js").write_text(APP)
    (tmp_path / "lib" / "clean.js").write_text("exports.one = 1\n")
    manifest = {"main": "src/app.js", "dependencies": {"express": "^4.18.0", "pg": "^8.0.0"}}
    (tmp_path / "package.json").write_text(json.dumps(manifest))
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("app")
def test_an_application_is_reviewed(run: Run) -> None:
    ended = run("-f", "json", "--jobs", "1")
    found = [(one["rule"], one["place"]["path"], one["place"]["line"]) for one in json.loads(ended.out)["findings"]]
    assert found == [
        ("missing-helmet", "src/app.js", 3),
        ("unhandled-async-handler", "src/app.js", 5),
        ("sql-injection", "src/app.js", 6),
    ]
    assert (ended.status, ended.err) == (1, "")
    assert run("-q", "src", "--root", ".").out.splitlines()[1].startswith("src/app.js:6:")
    assert run("-q", "lib", "--root", ".") == (0, "", "")
    assert run("-q", "--ignore", "sql-injection", "--rule", "sql-injection") == (0, "", "")


@pytest.mark.usefixtures("app")
def test_what_is_known_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch, app: Path) -> None:
    (endpoint,) = json.loads(run("show", "endpoints", "-f", "json").out)
    shown = {name: endpoint[name] for name in ("method", "path", "file", "line", "measures")}
    assert shown == {"method": "GET", "path": "/users/:name", "file": "src/app.js", "line": 5, "measures": []}
    reasons = run("why", "sql-injection", "src/app.js:6").out.splitlines()
    assert reasons[0] == "src/app.js:6: The rule reports this line."
    monkeypatch.chdir(app / "src")
    assert run("why", "sql-injection", "app.js:6", "--root", "..").out.splitlines() == reasons
    assert run("show", "calls", "app.js:9", "--root", "..").out.splitlines()[1].startswith("src/app.js  9")


def test_a_line_of_the_evidence_is_told_of_its_finding(run: Run, app: Path) -> None:
    (app / "src" / "app.js").write_text("const { Pool } = require('pg')\nnew Pool()\n  .query('SELECT 1')\n")
    why = run("why", "floating-promise", "src/app.js:3").out.splitlines()
    assert why[0].endswith(":3: The rule reports another line, and this one is part of the evidence.")
    assert why[1].startswith("  finding on line 2: nobody waits for `Pool().query(…)`")


def test_what_is_told_in_another_file_than_its_subject_is_found_from_both(run: Run, app: Path) -> None:
    (app / "src" / "app.js").write_text(
        "const express = require('express')\nconst { list } = require('./list')\nexpress().get('/users', list)\n"
    )
    (app / "src" / "list.js").write_text(
        "const { Pool } = require('pg')\nconst db = new Pool()\n"
        "exports.list = async (req, res) => {\n  res.json((await db.query('SELECT 1')).rows)\n}\n"
    )
    written = run("why", "unhandled-async-handler", "src/list.js:3").out.splitlines()
    assert written[0] == "src/list.js:3: The rule reports this line."
    registered = run("why", "unhandled-async-handler", "src/app.js:3").out.splitlines()
    assert registered[0] == "src/app.js:3: The rule reports another line, and this one is part of the evidence."
    assert registered[1].startswith("  finding on line 3 of src/list.js: `list` can reject")


def test_examples_of_anybodys_cards_are_run(run: Run, tmp_path: Path) -> None:
    card = tmp_path / "cards" / "database" / "query-in-a-handler.md"
    card.parent.mkdir(parents=True)
    (card.parent / "query-in-a-handler.py").write_text(
        '"""Finds queries."""\n\n\ndef find(subject, model, report):\n    report.at(report.subject)\n'
    )
    card.write_text(CARD)
    ended = run("test-rules", str(tmp_path / "cards"))
    assert ended.err == ""
    assert ended.out.splitlines() == ["2 examples: 2 validated"]
    assert ended.status == 0
    card.write_text(CARD.replace("  // bad", "").replace("new Pool()", "new Pool()  // bad"))
    ended = run("test-rules", str(tmp_path / "cards"))
    rule, example = "`query-in-a-handler`", "Bad example `a query`"
    assert ended.out.splitlines() == [
        f"{card}:16: missing: {example}, db.js:2: {rule} reports nothing here: the rule saw nothing to look at",
        f"{card}:13: noisy: {example}, db.js:3: {rule} reports: a query",
        "2 examples: 1 validated, 1 missing",
    ]
    assert ended.status == 1


CARD = """---
severity: note
precision: low
checklist: { none: an example }
message: a query
remedy: none
subjects: calls database.query
---
# A query
## Why
It shows how.
## Bad
### a query
```js db.js
const { Pool } = require('pg')
const db = new Pool()
db.query('SELECT 1')  // bad
```
## Good
### no query
```js db.js
const db = { query: (text) => text }
db.query('SELECT 1')  // other
```
## Fix
Leave it.
## Limits
None.
"""


def test_rules_and_explain(run: Run) -> None:
    listed = {record["rule"]: record for record in json.loads(run("rules", "-f", "json").out)}
    assert listed["sql-injection"]["category"] == "injection"
    assert run("rules").out.splitlines()[0].split() == ["rule", "category", "severity", "precision", "title"]
    explained = run("explain", "sql-injection", "--examples").out
    assert explained.startswith(f"# {listed['sql-injection']['title']}\n\n## Why\n")
    assert explained.endswith("rule sql-injection · severity error · precision high · CWE-89 · OWASP A03:2021\n")


def test_files_are_listed_below_the_path(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "node_modules").mkdir()
    for name in ("index.js", "src/app.ts", "src/readme.md", "node_modules/x.js"):
        (tmp_path / name).write_text("f()\n")
    monkeypatch.chdir(tmp_path)
    assert run("files") == (0, "index.js\nsrc/app.ts\n", "")
    assert run("files", ".", "--root", ".").out == "index.js\nsrc/app.ts\n"
    assert run("files", "src", "--root", ".").out == "src/app.ts\n"
    assert [record["path"] for record in json.loads(run("files", "-f", "json").out)] == ["index.js", "src/app.ts"]


def test_files_left_out_are_those_that_check_counts(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = {
        "dependencies": {"react-dom": "19.0.0", "express": "5.0.0"},
        "scripts": {"build": "node build.js", "start": "node app.js"},
    }
    files = {
        "package.json": json.dumps(manifest),
        "app.js": "require('express')().listen(1)",
        "app.test.js": "test('app', () => {})",
        "build.js": "f()",
        "types.d.ts": "declare function f(): void",
        "web.js": "import { createRoot } from 'react-dom/client'\ncreateRoot(document.body)",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    listed = [(record["path"], record["reason"]) for record in json.loads(run("files", "--left-out", "-f", "json").out)]
    assert listed == [
        ("app.test.js", "tests"),
        ("build.js", "tools"),
        ("types.d.ts", "declarations"),
        ("web.js", BROWSER_CODE),
    ]
    assert json.loads(run("check", "-f", "json").out)["summary"]["left_out"] == {reason: 1 for _, reason in listed}


def test_records_are_aligned_and_harmless() -> None:
    records = [
        {"path": "a.js", "line": 3, "roles": ["sql.text", "database.query"]},
        {"path": "日本.js", "line": 12, "async": True, "roles": []},
        {"path": "\x1b]0;x\x07", "line": None, "async": False, "roles": [{"a": "\n"}]},
    ]
    assert table(records) == [
        "path          line  roles                     async",
        "a.js          3     sql.text, database.query",
        "日本.js       12                              yes",
        '\\x1b]0;x\\x07        {"a":"\\n"}                no',
    ]
    assert table([]) == []
    wide = [{"a": "x" * 100, "b": "y"}, {"a": "z", "b": "y"}]
    assert table(wide) == [f"a{' ' * 57}b", f"{'x' * 100}  y", f"z{' ' * 57}y"]
