"""Library rows for packages out of sight: what is proposed makes the rules see through them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.proposal.statements import is_statement

Run = Callable[..., Any]

MANIFEST = (
    '{ "name": "@acme/api", "scripts": { "start": "node src/index.js" }, "dependencies":'
    ' { "express": "^4.21.0", "@acme/db": "1", "pg": "8" } }'
)
HEAD = "const express = require('express')\nconst app = express()\napp.listen(3000)\n"


def repository(root: Path, files: dict[str, str]) -> None:
    for name, text in {"package.json": MANIFEST, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def suggested(root: Path, run: Run) -> str:
    ended = run("init", "--suggest", str(root), "--root", str(root))
    assert (ended.status, ended.err) == (0, "")
    text: str = ended.out
    return text


def found(root: Path, run: Run) -> list[str]:
    lines = run("-q", "--root", str(root), "--rule", "sql-injection", str(root)).out.splitlines()
    return [line.partition(": ")[0].rpartition(":")[0] for line in lines]


CLASS = {
    "src/index.js": HEAD
    + """const { Database } = require('@acme/db')
const { Users } = require('./users')
const users = new Users(new Database(process.env.URL))
app.get('/a', async (req, res) => res.json(await users.all(req.query.order)))
""",
    "src/users.js": """class Users {
  constructor(db) { this.db = db }
  async all(order) { return await this.db.fetch('SELECT id FROM users ORDER BY ' + order) }
  one(id) { const text = 'select 1'; return this.db.fetch(text, [id]) }
  add() { return this.db.fetch('INSERT INTO users VALUES (1)') }
}
module.exports = { Users }
""",
}
EXPORTED = {
    "src/index.js": HEAD
    + """const acme = require('@acme/db')
app.get('/a', (req, res) => { acme.exec('DELETE FROM a WHERE b = ' + req.query.b); acme.log('all deleted from a') })
app.get('/b', (req, res) => { acme.exec(`UPDATE a SET b = 1`) })
"""
}
FACTORY = {
    "src/index.ts": """import express from 'express'
import { connect } from '@acme/db'
const app = express()
const client = await connect({ max: 3 })
app.get('/a', (req, res) => { client.run({ quiet: true }, `SELECT * FROM a WHERE b = ${req.query.b}`) })
app.get('/b', (req, res) => { client.run({}, 'SELECT * FROM b') })
app.listen(3000)
"""
}
DEFAULT = {
    "src/index.js": """import express from 'express'
import sql from '@acme/db'
const app = express()
app.get('/a', (req, res) => { sql('SELECT * FROM a WHERE b = ' + req.query.b) })
app.get('/b', (req, res) => { sql('SELECT * FROM b') })
app.listen(3000)
"""
}


@pytest.mark.parametrize(
    ("files", "rows", "place"),
    [
        (
            CLASS,
            ['Database: [ "Member[Database].Instance" ]', '"Database.Member[fetch].Argument[0]"'],
            "src/users.js:3",
        ),
        (EXPORTED, ['"Member[exec].Argument[0]"'], "src/index.js:5"),
        (FACTORY, ['"Member[connect].ReturnValue', ".Member[run].Argument[1]"], "src/index.ts:5"),
    ],
)
def test_functions_called_with_sql(
    tmp_path: Path, run: Run, files: dict[str, str], rows: list[str], place: str
) -> None:
    repository(tmp_path, files)
    assert found(tmp_path, run) == []
    text = suggested(tmp_path, run)
    assert text.startswith("# .nodereview/libraries/acme-db.yml\n")
    for row in rows:
        assert row in text
    repository(tmp_path, {".nodereview/libraries/acme-db.yml": text})
    assert found(tmp_path, run) == [place]
    assert suggested(tmp_path, run).startswith("# No function of a package out of sight")


def test_a_package_that_is_the_function_itself(tmp_path: Path, run: Run) -> None:
    """Nothing yet: the model looks for arguments by the names of functions, and this one has none."""
    repository(tmp_path, DEFAULT)
    assert suggested(tmp_path, run).startswith("# No function of a package out of sight")


def test_wrappers_of_handlers(tmp_path: Path, run: Run) -> None:
    code = """const { wrap } = require('@acme/db')
const db = new (require('pg').Pool)()
app.get('/a', wrap(async (req, res) => { await db.query('SELECT ' + req.query.a) }))
app.get('/b', wrap(b))
async function b(req, res) { await db.query('SELECT ' + req.query.b) }
"""
    repository(tmp_path, {"src/index.js": HEAD + code})
    assert found(tmp_path, run) == []
    text = suggested(tmp_path, run)
    assert "# Member[wrap]: makes 2 handlers of routes from functions:\n#   src/index.js:6  wrap(…)\n" in text
    repository(tmp_path, {".nodereview/libraries/acme-db.yml": text})
    assert found(tmp_path, run) == ["src/index.js:6", "src/index.js:8"]


def test_silence(tmp_path: Path, run: Run) -> None:
    """What the model knows already, what is called once, and what is called with other text."""
    code = """const acme = require('@acme/db')
const db = new (require('pg').Pool)()
const run = (text) => db.query(text)
run('SELECT * FROM a'); run('SELECT * FROM b')
acme.once('SELECT * FROM a')
acme.log('select a file from the list'); acme.log('update the page'); acme.log('x'); acme.log('y'); acme.log('z')
app.use(acme.limit({ max: 3 }))
"""
    repository(tmp_path, {"src/index.js": HEAD + code})
    assert re.match("# No function of a package out of sight", suggested(tmp_path, run))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM a", True),
        ("\n  -- all of them\n  select a.b, c\n  from d", True),
        ("select 1", True),
        ("\n" + " " * 40 + "/* why */ select *", True),
        ("SELECT count(*)", True),
        ("INSERT INTO a (b) VALUES (?)", True),
        ("update `a` set b = 1", True),
        ("UPDATE :? AS a SET b = 1", False),
        ("UPDATE a x SET b = 1", True),
        ("delete from a", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("create unique index a on b (c)", True),
        ("Select a file", False),
        ("select", False),
        ("Update the settings of a page", False),
        ("delete the file", False),
        ("with a little help", False),
        ("create a table", False),
        ("", False),
    ],
)
def test_statements(text: str, *, expected: bool) -> None:
    assert is_statement(text) is expected
