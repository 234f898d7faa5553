"""Functions that fail only where a check of their own throws."""

from __future__ import annotations

import pytest

from reviewer.model import Model
from reviewer.model.checks import is_checked_state, only_checks
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
const held = {}
function settings() { if (!held.name) throw new Error('not started'); return held }
async function stated(id) { return settings().name + id }
async function given(id) { settings(); check(id) }
function check(id) { if (!id) throw new Error('no id') }
"""


def function_of(name: str) -> tuple[Model, Closure]:
    files = {"a.js": CODE.encode(), "package.json": b'{ "dependencies": { "pg": "8.13.0" } }'}
    model = program_of(files, load_rulebook([rules_folder()])).model
    module = model.link.body(model.link.index_of["a.js"])
    functions = {module.text(row): row for row in range(len(module.kind)) if module.kind[row] == Kind.FUNCTION}
    return model, Closure(module.index, functions[name])


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
    model, function = function_of(name)
    assert only_checks(model, function) is wanted


@pytest.mark.parametrize(("name", "wanted"), [("stated", True), ("given", False), ("checked", False), ("calm", False)])
def test_what_fails_by_what_the_program_holds(name: str, *, wanted: bool) -> None:
    model, function = function_of(name)
    assert is_checked_state(model, function) is wanted
