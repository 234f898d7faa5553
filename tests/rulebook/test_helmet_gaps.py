"""What `missing-helmet` says nothing of: an application that may have the headers, where nobody can tell."""

from __future__ import annotations

import pytest

from reviewer.judging import judge_all
from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook

_PACKAGE = '{ "dependencies": { "express": "^4.18.2", "require-all": "^3.0.0" } }'
_SECURITY = """
module.exports = (req, res, next) => {
  res.set({ 'X-Frame-Options': 'DENY', 'X-Content-Type-Options': 'nosniff' })
  next()
}
"""


@pytest.mark.parametrize(
    "middleware",
    [
        "require('require-all')(__dirname + '/middleware').security",
        "require('./kept').security",
        "(req, res, next) => { for (const name in kept) res.set(name, kept[name]); next() }",
    ],
)
def test_middleware_that_may_set_the_headers_is_a_gap(middleware: str) -> None:
    app = f"""const express = require('express')
const kept = JSON.parse(process.env.HEADERS)
const app = express()
app.use({middleware})
app.get('/', (req, res) => res.render('home'))
app.listen(3000)
"""
    kept = "exports.security = load(process.env.SECURITY)"
    files = {"package.json": _PACKAGE, "app.js": app, "kept.js": kept, "middleware/security.js": _SECURITY}
    program = program_of({path: text.encode() for path, text in files.items()}, load_rulebook([rules_folder()]))
    judged, _ = judge_all(program, [program.rulebook.card("missing-helmet")])
    assert [finding for one in judged for finding in one.findings] == []
    assert [each.line for one in judged for each in one.decisions if each.open] == [4]
