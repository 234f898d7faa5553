"""Which rows of library files the examples of cards and libraries exercise, on libraries of a few rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.coverage import examples_coverage
from reviewer.model.libraries.coverage import Coverage
from reviewer.rulebook.load import load_rulebook

LIBRARY = """\
package: tiny
types:
  Store: [ "Member[open,connect].ReturnValue", "Member[Store].Instance" ]
  Session: [ "Store.Member[session].Argument[-1].Parameter[0]" ]
  Cursor: [ { at: "Store.Member[cursor].ReturnValue", for: ">=2" } ]
roles:
  database.query: [ "Store.Member[run,all,get]", "Store.Member[each]", "Session.Member[run]" ]
  blocking.call: [ "Store.Member[run]" ]
  http.router: [ Store ]
promise:
  - { at: "Store.Member[all]" }
routes:
  - { at: "Store.Member[serve]", method: GET, handlers: "Argument[2]", when: { arity: 3 } }
  - { at: "Store.Member[serve]", method: GET, handlers: "Argument[0]", when: { arity: 2 } }
  - { at: "Store.Member[serve]", method: GET, path: "Argument[0]", handlers: "Argument[1]" }
removed:
  - { at: "Store.Member[run]", for: ">=9", use: "all()" }
"""
ROLES = """\
database.query: { kind: call, says: a query }
blocking.call: { kind: call, says: a call that blocks }
http.router: { kind: value, says: a router }
"""
FINDER = '"""Finds queries."""\n\n\ndef find(subject, model, report):\n    report.at(report.subject)\n'
CARD = """\
---
severity: note
precision: low
checklist: { none: an example }
message: a query
remedy: none
subjects: [ routes, calls database.query ]
---
# A query
## Why
It shows how.
## Bad
### a query
```json package.json
{ "dependencies": { "tiny": "1.0.0" } }
```
```js db.js
const tiny = require('tiny')
const db = tiny.open()
db.run('a')  // bad
db.cursor().run('b')
db.serve(() => {}, {})  // bad
```
## Good
### no query
```js db.js
const db = { run: (text) => text }
db.run('a')  // other
```
## Fix
Leave it.
## Limits
None.
"""

TWO = """\
package: tiny
types:
  Store: [ "Member[open].ReturnValue" ]
  Shelf: [ "Member[shelf].ReturnValue" ]
roles:
  database.query: [ "{Store,Shelf}.Member[run]" ]
"""
EXAMPLE = """\
# tiny
### a query
```js db.js
const tiny = require('tiny')
const store = tiny.open() //= store: Store
const shelf = tiny.shelf() //= shelf: Shelf
store.run('a') //= database.query
```
"""


@pytest.fixture
def found(tmp_path: Path) -> Coverage:
    for name in ("libraries", "database"):
        (tmp_path / name).mkdir()
    (tmp_path / "roles.yml").write_text(ROLES)
    (tmp_path / "libraries" / "tiny.yml").write_text(LIBRARY)
    (tmp_path / "database" / "query.md").write_text(CARD)
    (tmp_path / "database" / "query.py").write_text(FINDER)
    return examples_coverage(load_rulebook([tmp_path]), [tmp_path])


def test_rows_that_no_question_came_to_are_told_with_the_reason(found: Coverage) -> None:
    told = {f"{row.line} {row.kind}.{row.name} {row.path}": why for row, why in found.unexercised}
    assert told == {
        "3 types.Store Member[Store].Instance": "no example goes on from tiny",
        "4 types.Session Store.Member[session].Argument[-1].Parameter[0]": "no example goes on from Store",
        "5 types.Cursor Store.Member[cursor].ReturnValue": "no example goes on from Store.Member[cursor]",
        "7 roles.database.query Store.Member[each]": "no example goes on from Store",
        "7 roles.database.query Session.Member[run]": "no example has Session",
        "8 roles.blocking.call Store.Member[run]": "nobody asks for the role",
        "9 roles.http.router Store": "reached, but not asked for roles",
        "11 promise. Store.Member[all]": "no example goes on from Store",
        "13 routes. Store.Member[serve]": "its conditions are never met",
        "15 routes. Store.Member[serve]": "another row answers first",
        "17 removed. Store.Member[run]": "nobody asks for removed",
    }
    assert {row.file for row, _ in found.unexercised} == {"libraries/tiny.yml"}


def test_the_others_are_counted_with_their_places(found: Coverage) -> None:
    # Member[open,connect] and Member[run,all,get] were asked about by one name each, the route by its only one
    assert (found.rows - len(found.unexercised), found.places, found.seen) == (3, 6, 3)


def test_an_example_of_a_library_exercises_what_it_speaks_of(tmp_path: Path) -> None:
    (tmp_path / "libraries" / "examples").mkdir(parents=True)
    (tmp_path / "roles.yml").write_text(ROLES)
    (tmp_path / "libraries" / "tiny.yml").write_text(TWO)
    (tmp_path / "libraries" / "examples" / "tiny.md").write_text(EXAMPLE)
    found = examples_coverage(load_rulebook([tmp_path]), [tmp_path])
    assert {(row.path, row.base, why) for row, why in found.unexercised} == {
        ("{Store,Shelf}.Member[run]", "Shelf", "no example goes on from Shelf")
    }


def test_the_command_lists_and_counts(
    run: Callable[..., Any], found: Coverage, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what the shipped rows leave is asked in test_library_examples; here it is how it is told
    monkeypatch.setattr("reviewer.coverage.examples_coverage", lambda *_: found)
    records = json.loads(run("rules", "--coverage", "-f", "json").out)
    assert [(record["line"], record["path"], record["why"]) for record in records] == [
        (row.line, row.path, why) for row, why in found.unexercised
    ]
    ended = run("rules", "--coverage")
    *_, counted, others = ended.out.splitlines()
    assert (ended.status, ended.err) == (0, "")
    assert counted == f"{len(records)} of {found.rows} rows are exercised by no example"
    assert others == "the others stand for 6 places, of which the examples ask about 3"
