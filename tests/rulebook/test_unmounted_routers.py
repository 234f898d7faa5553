"""How grave a flow is that begins in a route of a router: a note where the router is loaded and mounted nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import reviewer

ROUTER = """const express = require('express')
const { Pool } = require('pg')
const pool = new Pool()
const router = express.Router()
router.get('/:name', async (req, res) => {
  res.json(await pool.query(`SELECT id FROM rooms WHERE name = '${req.params.name}'`))
})
module.exports = router
"""
SERVER = """const express = require('express')
const app = express()
%s
app.listen(3000)
"""


@pytest.mark.parametrize(
    ("statement", "severity"),
    [
        ("app.use('/rooms', require('./rooms'))", "error"),
        ("const rooms = require('./rooms')\napp.use('/rooms', rooms)", "error"),
        ("const rooms = require('./rooms')\nmount(app, { rooms })", "error"),
        ("exports.rooms = require('./rooms')", "error"),
        ("const name = 'rooms'\napp.use(require(`./${name}`))", "error"),
        ("const rooms = require('./rooms')\n// app.use('/rooms', rooms)", "note"),
        ("require('./rooms')", "note"),
        ("", "error"),
    ],
)
def test_a_route_of_a_router_that_is_mounted_nowhere_is_a_note(tmp_path: Path, statement: str, severity: str) -> None:
    (tmp_path / "package.json").write_text('{ "dependencies": { "express": "4.21.2", "pg": "8.13.0" } }')
    (tmp_path / "rooms.js").write_text(ROUTER)
    (tmp_path / "server.js").write_text(SERVER % statement)
    found = [each for each in reviewer.review(tmp_path).findings if each.rule == "sql-injection"]
    assert [(each.place.path, each.place.line, each.severity.value) for each in found] == [("rooms.js", 6, severity)]
