"""Functions that fail only where a check of their own throws."""

from __future__ import annotations

import pytest

from reviewer.model.checks import only_checks
from reviewer.model.domain import Closure
from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.source.module import Kind

CODE = """
const { Pool } = require('pg')
const db = new Pool()
async function checked(id) { if (!id) throw new Error('no id') }
async function above(id) { await checked(id) }
async function twice(id) { return above(id) }
async function asking(id) { await checked(id); await db.query('SELECT 1') }
async function unknown(id) { await checked(id); await id.load() }
async function caught(id) { try { await db.query('SELECT 1') } catch { return } if (!id) throw new Error('no id') }
async function calm() { return 1 }
"""


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("checked", True),
        ("above", True),
        ("twice", True),
        ("asking", False),
        ("unknown", True),
        ("caught", True),
        ("calm", False),
    ],
)
def test_what_fails_by_its_own_checks_is_told_from_what_waits(name: str, *, wanted: bool) -> None:
    files = {"a.js": CODE.encode(), "package.json": b'{ "dependencies": { "pg": "8.13.0" } }'}
    model = program_of(files, load_rulebook([rules_folder()])).model
    module = model.link.body(model.link.index_of["a.js"])
    functions = {module.text(row): row for row in range(len(module.kind)) if module.kind[row] == Kind.FUNCTION}
    assert only_checks(model, Closure(module.index, functions[name])) is wanted
