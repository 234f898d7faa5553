"""What calls in turns send: whether it is the same each time, writes, is decided on the server, or sent together."""

from __future__ import annotations

import pytest

from reviewer.model import Doing, Model, Turn
from reviewer.model.sent import Sending
from reviewer.program import program_of
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook

_HEAD = """
import { PrismaClient } from '@prisma/client'
import Redis from 'ioredis'
import { createClient } from 'redis'
const prisma = new PrismaClient()
const keys = new Redis()
const cache = createClient()
const one = (id) => prisma.user.findUnique({ where: { id } })
const late = async (id) => { await keys.ping(); return one(id) }
const mailed = async (user, settings) => prisma.mail.findFirst({ where: { owner: settings.owner } })
const kept = async (user, settings) => {
  const where = {}
  where.owner = user.id
  return prisma.mail.findFirst({ where })
}
const chosen = async (user) => {
  let kind = 'a'
  if (user.admin) kind = 'b'
  return prisma.mail.findFirst({ where: { kind } })
}
const lasting = async (id) => {
  const found = await prisma.page.findFirst({ where: { id } })
  if (found) return found
  return prisma.page.create({ data: { id } })
}
const pausing = async (id) => {
  const found = await prisma.page.findFirst({ where: { id } })
  if (found.paused) return found
  return prisma.page.update({ where: { id }, data: { paused: true } })
}
const remove = (id) => prisma.user.delete({ where: { id } })
const names = new Map()
const named = async (id) => {
  if (!names.has(id)) names.set(id, await prisma.name.findFirst({ where: { id } }))
  return names.get(id)
}
let first
const begun = async (id) => {
  if (!first) first = await prisma.name.findFirst({ where: { id } })
  return first
}
class Asked {
  known = new Map()
  pending = new Map()
  async get(key, ask) {
    const known = this.known.get(key)
    if (known != null) return known
    if (this.pending.has(key)) return this.pending.get(key)
    const answer = ask()
    this.pending.set(key, answer)
    this.known.set(key, await answer)
    return answer
  }
  now(key, ask) {
    return ask()
  }
}
const asked = new Asked()
const columns = (table) => asked.get(`columns.${table}`, async () => prisma.column.findMany({ where: { table } }))
const column = async (row, table) => (await columns(table)).find((each) => each.name === row.name)
const anew = (table) => asked.now(`columns.${table}`, async () => prisma.column.findMany({ where: { table } }))
const free = (id) => keys.eval('return 1', 1, id)
export async function all(users, settings) {
"""
_TAIL = """
}
"""


def sent(body: str) -> list[str]:
    """Each query that the call in the turn sends, as a word for what is known of it."""
    files = {
        "a.mjs": (_HEAD + body + _TAIL).encode(),
        "package.json": b'{ "dependencies": { "@prisma/client": "^6.0.0", "ioredis": "^5.4.0", "redis": "^4.7.0" } }',
    }
    model = program_of(files, load_rulebook([rules_folder()])).model
    m = model.link.paths.index("a.mjs")
    return [
        word for rep in model.does.repeated("database.query", m) for word in _words(model, rep.turns[0], rep.calls[0])
    ]


def _words(model: Model, turn: Turn, call: Doing) -> list[str]:
    return [_word(each) for each in model.sent.by(turn, call)]


def _word(sending: Sending) -> str:
    if sending.kept:
        return sending.kept.name
    if sending.is_joined:
        return "joined"
    if sending.is_same:
        return "same"
    if sending.is_step:
        return "step"
    if sending.writes:
        return "fill" if sending.fills else "write"
    return "read"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("for (const user of users) await mailed(user, settings)", ["same"]),
        ("for (const user of users) await mailed(user, user.settings)", ["read"]),
        ("for (const user of users) await kept(user, settings)", ["read"]),
        ("for (const user of users) await chosen(user)", ["read"]),
        ("for (const user of users) await lasting(user.id)", ["fill", "read"]),
        ("for (const user of users) await pausing(user.id)", ["write", "read"]),
        ("for (const user of users) await remove(user.id)", ["write"]),
        ("for (const user of users) await named(user.id)", ["BY_KEY"]),
        ("for (const user of users) await named(settings.id)", ["ONCE"]),
        ("for (const user of users) await begun(user.id)", ["ONCE"]),
        ("for (const user of users) await column(user, settings.table)", ["ONCE", "ONCE"]),
        ("for (const user of users) await column(user, user.table)", ["BY_KEY", "BY_KEY"]),
        ("for (const user of users) await asked.get(user.id, () => one(user.id))", ["BY_KEY", "BY_KEY"]),
        ("for (const user of users) await anew(user.table)", ["read", "read"]),
        ("for (const user of users) await free(user.id)", ["step"]),
        ("for (const user of users) await one(user.id)", ["read"]),
        ("await Promise.all(users.map((user) => one(user.id)))", ["joined"]),
        ("await Promise.all(users.map(async (user) => ({ ...user, it: await one(user.id) })))", ["joined"]),
        ("const asked = []; for (const user of users) asked.push(one(user.id)); await Promise.all(asked)", ["joined"]),
        ("await Promise.all(users.map(async (user) => cache.get(user.id)))", ["joined"]),
        ("for (const user of users) await cache.get(user.id)", ["read"]),
    ],
)
def test_what_is_known_of_a_query_in_a_turn(body: str, expected: list[str]) -> None:
    assert sent(body) == expected


def test_what_waits_first_is_not_sent_together() -> None:
    assert "read" in sent("await Promise.all(users.map((user) => late(user.id)))")
