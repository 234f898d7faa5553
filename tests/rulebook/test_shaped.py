"""Rules that are data, of each shape that no shipped rule covers, as a team might write them, by their examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.rulebook.verdicts import judge_card
from reviewer.trial import trial

EXPRESS = '```json package.json\n{ "dependencies": { "express": "5.1.0", "helmet": "8.0.0" } }\n```\n'

HEADERS = """\
absent: { given: http.app, lacks: security.headers }
---
# An application without headers
## Why
It shows how.
## Bad
### nothing
{express}
```js app.js
const express = require('express')
const app = express() // bad: express()
app.get('/', (req, res) => res.send('a'))
app.listen(80)
```
### only below a path
{express}
```js app.js
const express = require('express')
const helmet = require('helmet')
const app = express() // bad
app.use('/admin', helmet())
app.get('/', (req, res) => res.send('a'))
app.listen(80)
```
## Good
### registered
{express}
```js app.js
const express = require('express')
const helmet = require('helmet')
const app = express() // good
app.use(helmet())
app.get('/', (req, res) => res.send('a'))
app.listen(80)
```
"""

PAGES = """\
absent: { given: http.listen, lacks: response.page, unless: response.headers }
---
# A server without pages
## Why
It shows how.
## Bad
### nothing
{express}
```js app.js
const express = require('express')
const app = express()
app.get('/', (req, res) => res.send('a'))
app.listen(80) // bad: app.listen
```
## Good
### a page in another file of the program
{express}
```js app.js
const express = require('express')
const app = express()
app.get('/', require('./page'))
app.listen(80) // good
```
```js page.js
const { Response } = require('express')
module.exports = (req, res) => res.render('index')
```
### what makes it needless
{express}
```js app.js
const express = require('express')
const app = express()
app.get('/', (req, res) => res.set('a', 'b').send('a'))
app.listen(80) // good
```
"""

LATE = """\
absent: { given: http.listen, lacks: response.page, before: http.listen }
---
# Files behind the start
## Why
It shows how.
## Bad
### after listen
{express}
```js app.js
const express = require('express')
const app = express()
app.listen(80) // bad
app.use(express.static('public'))
```
## Good
### before
{express}
```js app.js
const express = require('express')
const app = express()
app.use(express.static('public'))
app.listen(80) // good
```
"""

SENT = """\
match: { what: response.headers, where: { 0: [ x-a, x-b ], 1: dynamic, 2: missing }, inside: request }
---
# A header of a request
## Why
It shows how.
## Bad
### in a handler
{express}
```js app.js
const express = require('express')
const app = express()
app.get('/', (req, res) => {
  res.set('x-a', req.query.a) // bad: res.set
  res.set('x-c', req.query.a) // good
  res.set('x-b', 'constant') // good
  res.set('x-b') // good
  res.end()
})
app.listen(80)
```
## Good
### another object
{express}
```js app.js
const express = require('express')
const app = express()
const known = new Map()
known.set('x-a', process.env.A) // other
app.get('/', (req, res) => res.send('a'))
app.listen(80)
```
"""

NESTED = """\
match: { what: http.listen, where: { 0.port: [ 80, true ], 0.host: missing } }
---
# A port
## Why
It shows how.
## Bad
### in an object
```json package.json
{ "dependencies": { "fastify": "5.6.0" } }
```
```js app.js
const server = require('fastify')()
const port = 80
server.listen({ port }) // bad
```
## Good
### others
```json package.json
{ "dependencies": { "fastify": "5.6.0" } }
```
```js app.js
const server = require('fastify')()
server.listen({ port: 80, host: '::' }) // good
server.listen({ port: 8080 }) // good
server.listen() // good
```
"""

TICKING = """\
match: { what: database.query, inside: timer }
---
# A query of a timer
## Why
It shows how.
## Bad
### each second
```json package.json
{ "dependencies": { "pg": "8.13.0" } }
```
```js app.js
const { Pool } = require('pg')
const db = new Pool()
const load = () => db.query('SELECT 1').catch(() => {}) // bad
setInterval(load, 1000)
```
## Good
### once
```json package.json
{ "dependencies": { "pg": "8.13.0" } }
```
```js app.js
const { Pool } = require('pg')
const db = new Pool()
db.query('SELECT 1').catch(() => {}) // good
```
"""


NORMAL = """\
path: { after: connection.take, must: connection.release, on: normal, unless: http.app }
---
# A connection is kept
## Why
It shows how.
## Bad
### a return
```json package.json
{ "dependencies": { "pg": "8.16.0" } }
```
```js db.js
const { Pool } = require('pg')
const pool = new Pool()
exports.one = async (id) => {
  const client = await pool.connect() // bad: when the function ends // also: connection-leak
  await client.query('SELECT 1')
}
exports.two = async (id) => {
  const client = await pool.connect() // bad: in line 9 // also: connection-leak
  if (id) return 1
  client.release()
}
exports.three = async (id) => {
  let client = await pool.connect() // bad // also: connection-leak
  client = null
}
```
## Good
### a rejection, and what makes it needless
```json package.json
{ "dependencies": { "express": "5.1.0", "pg": "8.16.0" } }
```
```js db.js
const { Pool } = require('pg')
const express = require('express')
const pool = new Pool()
exports.one = async (id) => {
  const client = await pool.connect() // good // also: connection-leak
  await client.query('SELECT 1')
  client.release()
}
exports.two = async (id) => {
  const client = await pool.connect() // good // also: connection-leak
  return express()
}
```
### who keeps it
```json package.json
{ "dependencies": { "pg": "8.16.0" } }
```
```js db.js
const { Pool } = require('pg')
const pool = new Pool()
exports.one = async (held) => {
  const client = await pool.connect() // good
  held.add(client)
}
exports.two = async function () {
  const client = await pool.connect() // good
  this.client = client
}
exports.three = async (stream) => {
  const client = await pool.connect() // good
  stream.on('end', client.release)
}
exports.four = async () => {
  const client = await pool.connect() // good
  const stream = client.query(new Cursor('SELECT 1'))
  stream.on('end', () => client.release())
}
exports.five = async () => pool.connect() // good
exports.six = async () => {
  const [client] = [await pool.connect()] // good
}
```
"""

KEYS = """\
manifest: { file: workflow, at: jobs.*.permissions, must-not: write-all }
---
# Jobs that may write everything
## Why
It shows how.
## Bad
### one of two
```yml .github/workflows/ci.yml
name: ci
jobs:
  test:
    permissions: { contents: read } # good
  release:
    permissions: write-all # bad: jobs.release.permissions
```
## Good
### quoted otherwise, and in a list
```yml .github/workflows/release.yaml
jobs:
  a:
    permissions: # good
      - write-all
  b: # good
    steps: []
```
### of an example, and another file
```yml examples/.github/workflows/ci.yml
jobs:
  a:
    permissions: write-all # other
```
```yml ci.yml
jobs:
  a:
    permissions: write-all
```
"""

STRICT = """\
manifest: { file: tsconfig, at: compilerOptions.strict, must: true }
---
# A project that is not strict
## Why
It shows how.
## Bad
### false, text, nothing, and no options at all
```jsonc tsconfig.json
/* a comment
   of two lines */
{
  "compilerOptions": {
    "strict": false, // bad: compilerOptions.strict
  }
}
```
```jsonc a/tsconfig.json
{ "compilerOptions": { "strict": "true" } } // bad
```
```jsonc b/tsconfig.app.json
{
  "compilerOptions": { // bad
    "target": "es2024" } }
```
```jsonc c/tsconfig.json
{ "extends": "../tsconfig.json" } // bad
```
## Good
### true, the last time
```jsonc tsconfig.json
{
  "compilerOptions": {
    "strict": false,
    "strict": true // good
  }
}
```
"""

SECRET = """\
manifest: { file: environment, must-not: exist }
---
# A file with secrets
## Why
It shows how.
## Bad
### committed
```env .env
A=1 # bad: .env
```
## Good
### in an example
```env examples/.env
A=1 # other
```
"""


@pytest.mark.parametrize(
    "card",
    [HEADERS, PAGES, LATE, SENT, NESTED, TICKING, NORMAL, KEYS, STRICT, SECRET],
    ids=["apps", "calls", "before", "match", "object", "timer", "path", "keys", "values", "files"],
)
def test_a_rule_that_is_data_finds_what_its_examples_mark(tmp_path: Path, card: str) -> None:
    folder = tmp_path / "rules" / "http"
    folder.mkdir(parents=True)
    offered = {"absent": "given", "manifest": "file", "match": "what", "path": "way"}[card.partition(":")[0]]
    offered = "key" if " at: " in card.partition("\n")[0] else offered
    front = (
        f'---\nseverity: note\nprecision: low\nchecklist: {{ none: a test }}\nmessage: "{{{offered}}}"\nremedy: none\n'
    )
    text = front + card.replace("{express}\n", EXPRESS) + "## Fix\nNone.\n## Limits\nNone.\n"
    (folder / "of-a-team.md").write_text(text)
    rulebook = load_rulebook([rules_folder(), folder.parent])
    judgements = judge_card(rulebook.card("of-a-team"), trial(rulebook))
    assert [str(mismatch) for judgement in judgements for mismatch in judgement.mismatches] == []
