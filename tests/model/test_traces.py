"""The evidence of a finding: the way of a value, step by step, from where it is read to where it does harm."""

from __future__ import annotations

from reviewer.model.folding import is_fold
from reviewer.model.sources import Source
from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.source.module import Kind

PACKAGE = b'{"dependencies": {"express": "^4.18.0", "pg": "^8.0.0"}}'
ROUTES = """
const express = require('express')
const { %s } = require('./db')
const app = express()
app.get('/', (req, res) => {
  res.json(%s)
})
"""


def steps(routes: tuple[str, str], db: str) -> list[tuple[str, int, str]]:
    """(path, line, what happens) on the way of the only request data to the text that `pool.query` runs."""
    files = {"package.json": PACKAGE, "routes.js": (ROUTES % routes).encode(), "db.js": db.encode()}
    program = program_of(files, load_rulebook([rules_folder()]))
    model = program.model
    m = model.link.index_of["db.js"]
    module = model.link.body(m)
    for row in range(len(module)):
        if module.kind[row] == Kind.CALL and model.source_text(module, module.first[row]) == "pool.query":
            key = model.origins.closed(m, module.args(row)[0], ())
            sources = [item for item in model.ask(key).items if isinstance(item, Source)]
            (source,) = [item for item in sources if item.kind == "request.data"]
            hops = model.traces.hops(key, source)
            return [(model.link.paths[hop.module], model.link.body(hop.module).line(hop.row), hop.note) for hop in hops]
    return []


def test_the_way_begins_where_the_source_is_read_though_it_is_put_into_an_object_there() -> None:
    found = steps(
        ("find", "find({ name: req.query.name })"),
        """
const { Pool } = require('pg')
const pool = new Pool()
exports.find = (filter) => {
  return pool.query(`SELECT * FROM users WHERE name = '${filter.name}'`)
}
""",
    )
    assert found == [("routes.js", 6, "req.query.name is read and is passed to `find` as `filter`")]


def test_the_way_is_found_where_many_members_of_a_source_are_read() -> None:
    read = " || ".join(f"req.body.n{index}" for index in range(9))
    found = steps(
        ("buy", f"buy({read})"),
        """
const { Pool } = require('pg')
const pool = new Pool()
exports.buy = (cart) => {
  return pool.query(cart)
}
""",
    )
    assert found[0] == ("routes.js", 6, "req.body is read and is passed to `buy` as `cart`")


def test_an_element_is_told_by_the_list_that_it_is_of() -> None:
    found = steps(
        ("insert", "insert(req.body.rows)"),
        """
const { Pool } = require('pg')
const pool = new Pool()
exports.insert = (rows) => rows.forEach(row => {
  pool.query(`INSERT INTO t VALUES ('${row}')`)
})
""",
    )
    assert found[0][:2] == ("routes.js", 6)
    assert "req.body.rows" in found[0][2]


def test_a_fold_stands_for_the_names_below_it_only() -> None:
    item = Source("request.data", "body", 0, 7, "req.body.name")
    assert is_fold(item, item)
    assert is_fold(Source("request.data", "body", 0, 7, "req.body…"), item)
    assert is_fold(Source("request.data", "body", 0, 7, "req…"), item)
    assert not is_fold(Source("request.data", "body", 0, 8, "req.body…"), item)
    assert not is_fold(Source("request.data", "body", 0, 7, "req.query…"), item)
