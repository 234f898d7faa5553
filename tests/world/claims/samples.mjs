// What the samples of the checklists do when they run: what fixtures/checklists expects of them. DATABASE_URL, REDIS_URL.
import { createRequire } from 'node:module'
import { Transform, Readable, Writable, pipeline } from 'node:stream'
import { pipeline as promised } from 'node:stream/promises'
import 'reflect-metadata'
import Redis from 'ioredis'
import { DataSource, EntitySchema } from 'typeorm'
import { HANGS, claim, ran, served } from './trying.mjs'

const require = createRequire(import.meta.url)
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time))
const streams = () => [Readable.from(['x']), new Transform({ transform: (chunk, _, done) => done(null, chunk) }), new Writable({ write: (chunk, _, done) => done() })]

// S2 77-90
const redis = new Redis(process.env.REDIS_URL)
await redis.incr('rate:client')
claim(`a counter whose process ends before EXPIRE has no end: TTL ${await redis.ttl('rate:client')}`, (await redis.ttl('rate:client')) === -1)
redis.disconnect()

// S2 120-128
for (const [major, wanted] of [[4, true], [5, false]]) {
  const { caching } = require(`cache-manager${major}`)
  const cache = major === 4 ? caching({ store: 'memory' }) : await caching('memory')
  await cache.set('user:1', { id: 1 }, 300)
  await pause(400)
  const isKept = Boolean(await cache.get('user:1'))
  claim(`cache-manager ${major}: what is set with 300 is ${isKept ? 'kept' : 'gone'} after 0.4 seconds`, isKept === wanted)
}
const User = new EntitySchema({ name: 'User', columns: { id: { type: Number, primary: true } } })
const source = await new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, entities: [User], synchronize: true }).initialize()
const refused = await source.getRepository(User).findOne(1, {}).catch((error) => error.message)
claim(`TypeORM 0.3: findOne(id, …): ${refused}`, typeof refused === 'string')
await source.destroy()
const has = (name) => 'Connection' in require(name)
claim('TypeORM 0.3 still has Connection, 1 does not', has('typeorm') && !has('typeorm1'))

// S2 233
let code = ''
try { pipeline(...streams()) } catch (error) { code = error.code }
claim(`pipeline of stream without a callback throws ${code}`, code === 'ERR_INVALID_ARG_TYPE')
claim('pipeline of stream/promises gives a promise', (await promised(...streams())) === undefined)

// S2 241
const idle = (listening) => `
  import pg from 'pg'
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20, idleTimeoutMillis: 30000 })
  ${listening}
  const { rows } = await pool.query('SELECT pg_backend_pid() AS pid')
  const other = new pg.Client(process.env.DATABASE_URL)
  await other.connect()
  await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
  await other.end()
  setTimeout(() => process.exit(0), 300)`
for (const [name, listening, wanted] of [['without', '', 1], ['with', "pool.on('error', () => {})", 0]]) {
  const { status } = await ran(idle(listening))
  claim(`pg: an idle connection of a pool ${name} a listener for error breaks: exit status ${status}`, status === wanted)
}

// S1 160-162
const EMPTY = `
  import express from 'express5'
  const app = express()
  app.get('/', async () => { throw new Error('no such row') })
  app.use((err, req, res, next) => {})
  const server = app.listen(0, () => console.log(server.address().port))`
await served(EMPTY, async ({ ask }) => {
  const { status } = await ask('/')
  claim(`an error middleware without a body: the request ${status}`, status === HANGS)
})

// S3 162-169 with S3 201: what the parser of Express makes of a query
const parsed = (major) => `
  import express from 'express${major}'
  const app = express()
  app.get('/', (req, res) => res.json(req.query))
  const server = app.listen(0, () => console.log(server.address().port))`
for (const [major, wanted] of [[4, true], [5, false]]) {
  await served(parsed(major), async ({ ask }) => {
    const { text } = await ask('/?where[password][startsWith]=a')
    claim(`Express ${major} makes ${text} of ?where[password][startsWith]=a`, Boolean(JSON.parse(text).where?.password) === wanted)
  })
}

// S3 236-242
const decorates = (name) => 'Process' in createRequire(`${process.cwd()}/nest10/`)(name)
claim('@nestjs/bull has the decorator Process, @nestjs/bullmq has not', decorates('@nestjs/bull') && !decorates('@nestjs/bullmq'))
process.exit()
