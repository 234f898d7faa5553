// What frameworks do with handlers that reject, and with a second answer: unhandled-async-handler, double-response.
import { existsSync } from 'node:fs'
import { CUT, HANGS, claim, served } from './trying.mjs'

const FAIL = "const fail = async () => { throw new Error('no such row') };"
const GOES_ON = "process.on('unhandledRejection', () => {});"
const TOLD = "(err, req, res, next) => res.status(503).send('told')"
const express = (version, body) => `
  import express from 'express${version}'
  ${FAIL}
  const app = express()
  app.get('/slow', (req, res) => setTimeout(() => res.send('slow'), 300))
  ${body}
  app.use(${TOLD})
  const server = app.listen(0, () => console.log(server.address().port))`
const PLACES = {
  handler: ["app.get('/', fail)", '/'],
  middleware: ["app.use(fail); app.get('/', (req, res) => res.send('hello'))", '/'],
  'callback of param': ["app.param('id', fail); app.get('/:id', (req, res) => res.send('hello'))", '/1'],
  'error middleware': ["app.get('/', (req, res) => { throw new Error('x') }); app.use(async (err, req, res, next) => fail())", '/'],
}

for (const [what, [body, path]] of Object.entries(PLACES)) {
  await served(express(4, body), async ({ ask, end }) => {
    const { status } = await ask(path)
    const exit = await end()
    claim(`Express 4, ${what} rejects: the request is ${status}, exit status ${exit}`, status === CUT && exit === 1)
  })
  await served(GOES_ON + express(4, body), async ({ ask, end }) => {
    const { status } = await ask(path)
    claim(`Express 4, ${what} rejects, with a listener for unhandledRejection: the request ${status}`, status === HANGS && (await end(0)) === null)
  })
  await served(express(5, body), async ({ ask, end }) => {
    const { status, text } = await ask(path)
    claim(`Express 5, ${what} rejects: the error middleware answers ${status}`, status === 503 && text === 'told' && (await end(50)) === null)
  })
}
await served(express(4, "app.get('/', fail)"), async ({ ask }) => {
  const slow = ask('/slow')
  await new Promise((resolve) => setTimeout(resolve, 100))
  await ask('/')
  claim('Express 4, a handler rejects: another request that is under way fails as well', (await slow).status === CUT)
})
const WRAPPER = 'const wrap = (fn) => (req, res, next) => Promise.resolve(fn(req, res, next)).catch(next);'
await served(express(4, `${WRAPPER} app.get('/', wrap(fail))`), async ({ ask, end }) => {
  const { status } = await ask('/')
  claim(`Express 4, through a wrapper with .catch(next): the error middleware answers ${status}`, status === 503 && (await end(50)) === null)
})

const OTHERS = {
  'Koa 2': ["import Koa from 'koa'", 'const app = new Koa(); app.silent = true; app.use(fail); const server = app.listen(0, () => console.log(server.address().port))'],
  'Fastify 5': ["import Fastify from 'fastify'", "const app = Fastify(); app.get('/', fail); await app.listen({ port: 0 }); console.log(app.server.address().port)"],
  'Hono 4': [
    "import { Hono } from 'hono'; import { serve } from '@hono/node-server'",
    "const app = new Hono(); app.get('/', fail); serve({ fetch: app.fetch, port: 0 }, (at) => console.log(at.port))",
  ],
}
for (const [name, [imports, body]] of Object.entries(OTHERS)) {
  await served(`${imports}\n${FAIL}\n${body}`, async ({ ask, end }) => {
    const { status } = await ask('/')
    claim(`${name}, a handler rejects: it answers ${status} and lives`, status === 500 && (await end(50)) === null)
  })
}
const NEST = `
  import 'reflect-metadata'
  import { Controller, Get, Module } from '@nestjs/common'
  import { NestFactory } from '@nestjs/core'
  class Cats { async all() { throw new Error('no such row') } }
  Get()(Cats.prototype, 'all', Object.getOwnPropertyDescriptor(Cats.prototype, 'all'))
  Controller()(Cats)
  class App {}
  Module({ controllers: [Cats] })(App)
  const app = await NestFactory.create(App, { logger: false })
  await app.listen(0)
  console.log(app.getHttpServer().address().port)`
for (const major of [10, 11]) {
  const use = async ({ ask, end }) => {
    const { status } = await ask('/')
    claim(`Nest ${major}, a handler rejects: it answers ${status} and lives`, status === 500 && (await end(50)) === null)
  }
  await served(NEST, use, { folder: `nest${major}` })
}

const TWICE = "res.json({ n: 1 }); res.json({ n: 2 })"
const SENT = 'ERR_HTTP_HEADERS_SENT'
const SAID = "const failed = (err, req, res, next) => { console.log('told', err.code); res.headersSent ? next(err) : next() };"
const twice = (version, body) => express(version, `${SAID} app.get('/', ${body}); app.use(failed)`)
const SECOND = {
  'an async handler of Express 4': [4, `async (req, res) => { ${TWICE} }`, 1],
  'a callback of Express 4': [4, `(req, res) => { setTimeout(() => { ${TWICE} }, 1) }`, 1],
  'a callback of Express 5': [5, `(req, res) => { setTimeout(() => { ${TWICE} }, 1) }`, 1],
  'a plain handler of Express 4': [4, `(req, res) => { ${TWICE} }`, null],
  'an async handler of Express 5': [5, `async (req, res) => { ${TWICE} }`, null],
}
for (const [what, [version, body, wanted]] of Object.entries(SECOND)) {
  await served(twice(version, body), async ({ ask, end, said }) => {
    const { text } = await ask('/')
    const exit = await end(200)
    const told = (exit === null ? said.out : said.err).includes(SENT)
    claim(`a second answer in ${what}: ${SENT}, ${exit === null ? 'told to the error middleware' : `exit status ${exit}`}`, told && exit === wanted && text === '{"n":1}')
  })
}
const FASTIFY = `
  import Fastify from 'fastify'
  const app = Fastify({ logger: { level: 'warn', stream: process.stderr } })
  app.get('/', async (request, reply) => { reply.send({ n: 1 }); reply.send({ n: 2 }); return reply })
  await app.listen({ port: 0 })
  console.log(app.server.address().port)`
await served(FASTIFY, async ({ ask, end, said }) => {
  const { text } = await ask('/')
  const lives = (await end(100)) === null
  claim('a second answer with Fastify 5 is dropped, with a warning', text === '{"n":1}' && lives && /"level":40.*already sent/.test(said.err))
})
const ENDS = {
  "res.end('1'); res.end()": [null, ''],
  "res.end('1'); res.end('2')": [1, 'ERR_STREAM_WRITE_AFTER_END'],
}
for (const [body, [wanted, code]] of Object.entries(ENDS)) {
  await served(express(5, `app.get('/', async (req, res) => { ${body} })`), async ({ ask, end, said }) => {
    const { text } = await ask('/')
    const exit = await end(200)
    claim(`${body}: ${exit === null ? 'the process lives' : `${code}, exit status ${exit}`}`, text === '1' && exit === wanted && said.err.includes(code))
  })
}
