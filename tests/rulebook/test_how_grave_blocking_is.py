"""How grave a call that blocks is: by how long it lasts, and by how often it runs."""

from __future__ import annotations

from pathlib import Path

import reviewer

ROUTES = """const express = require('express')
const fs = require('node:fs')
const path = require('node:path')
const { execSync } = require('node:child_process')
const bcrypt = require('bcrypt')
const bcryptjs = require('bcryptjs')
const { globSync } = require('glob')
const { readSettings } = require('./settings')
const { allow, ensureAdmin, ensureOwnerOrAdmin, roles } = require('./access')

const app = express()
app.use((req, res, next) => {
  res.locals.limits = fs.readFileSync('./limits.json', 'utf8') // warning
  next()
})
app.get('/terms', (req, res) => res.send(fs.readFileSync(path.join(__dirname, 'terms.html'), 'utf8'))) // note
app.get('/log', (req, res) => res.send(fs.readFileSync(path.join(__dirname, 'server.log'), 'utf8'))) // warning
app.put('/tenants/:id', (req, res) => res.json(readSettings(`/tenants/${Number(req.params.id)}.yml`)))
app.put('/files/:id', (req, res) => {
  fs.writeFileSync(`/files/${Number(req.params.id)}`, req.body) // warning
  res.sendStatus(204)
})
app.get('/all', (req, res) => {
  res.json(['a', 'b'].map((name) => fs.readFileSync(`./all/${name}.json`, 'utf8'))) // warning
})
app.delete('/tenants/:id', (req, res) => {
  fs.rmSync('./tenants', { recursive: true }) // warning
  fs.rmSync('./tenants.json') // note
  res.sendStatus(204)
})
app.get('/scheduler', (req, res) => {
  execSync('which crond') // warning
  execSync('make scheduler') // error
  res.json(globSync('jobs/*.sh')) // warning
})
app.get('/jobs', (req, res) => res.json(globSync('jobs/**/*.sh'))) // error
fs.watch('./tenants', () => {
  fs.readdirSync('./tenants') // note
  execSync('make tenants') // error
})
process.on('message', (message) => {
  fs.appendFileSync('./messages.log', message) // note
})
app.post('/connect', (req, res) => {
  const options = { key: fs.readFileSync(`/keys/${Number(req.body.id)}`) } // note
  options.cert = fs.readFileSync(`/keys/${Number(req.body.id)}`) // note
  options.list = fs.readFileSync(`/keys/${Number(req.body.id)}`) // warning
  connect(options)
  res.sendStatus(204)
})
app.post('/login', (req, res) => res.json(bcryptjs.compareSync(req.body.password, '$2b$'))) // warning
app.post('/sign-in', (req, res) => res.json(bcrypt.compareSync(req.body.password, '$2b$'))) // error
app.post('/extensions', ensureAdmin, (req, res) => {
  fs.writeFileSync(`/extensions/${Number(req.body.id)}`, req.body.file) // note
  execSync('make extensions') // warning
  res.json(bcryptjs.hashSync(req.body.key)) // note
})
app.post('/secrets', allow(roles.SuperAdmin), (req, res) => res.json(bcryptjs.hashSync(req.body.secret))) // note
app.post('/shelves', ensureOwnerOrAdmin, (req, res) => res.json(execSync('make shelves'))) // error
app.listen(3000)
"""
SETTINGS = """const fs = require('node:fs')
exports.readSettings = (file) => fs.readFileSync(file, 'utf8') // note
"""
ACCESS = """exports.roles = { User: 1, SuperAdmin: 2 }
exports.allow = (role) => (req, res, next) => (req.session.role === role ? next() : res.sendStatus(403))
exports.ensureAdmin = exports.allow(exports.roles.SuperAdmin)
exports.ensureOwnerOrAdmin = (req, res, next) => (req.session.role ? next() : res.sendStatus(403))
"""


def test_what_lasts_a_moment_and_runs_for_one_route_is_a_note(tmp_path: Path) -> None:
    files = {"app.js": ROUTES, "settings.js": SETTINGS, "access.js": ACCESS}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "package.json").write_text('{ "dependencies": { "express": "5.1.0", "glob": "11.0.0" } }')
    found = reviewer.review(tmp_path, rules=["blocking-call-in-handler"]).findings
    told = {(one.place.path, one.place.line): one.severity.value for one in found}
    said = {
        (name, number): line.rpartition("// ")[2]
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if "// " in line
    }
    assert told == said
