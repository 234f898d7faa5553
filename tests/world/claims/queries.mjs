// What statements cost and what connections that are kept do, at a PostgreSQL server: n-plus-one-query, connection-leak,
// return-without-await-in-try, sql-injection, unparameterized-sql. The server's URL is DATABASE_URL.
import 'reflect-metadata'
import net from 'node:net'
import knex from 'knex'
import mysql from 'mysql2'
import pg from 'pg'
import pgPromise from 'pg-promise'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { claim, milliseconds, timed } from './trying.mjs'

const url = new URL(process.env.DATABASE_URL)
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time))
const within = (promise, time) => Promise.race([promise.then(() => true, () => true), pause(time).then(() => false)])
const pool = new pg.Pool({ connectionString: url.href, max: 10 })
const ROWS = 1000
await pool.query(`CREATE TABLE customers AS SELECT n AS id, 'name ' || n AS name FROM generate_series(1, ${ROWS}) AS n`)
await pool.query('CREATE INDEX ON customers (id); ANALYZE customers')
const ids = Array.from({ length: ROWS }, (_, n) => n + 1)
const ONE = 'SELECT name FROM customers WHERE id = $1'
const ALL = 'SELECT id, name FROM customers WHERE id = ANY($1)'

async function compared(where, through, count) {
  const some = ids.slice(0, count)
  await through.query(ALL, [some])
  const each = await timed(async () => { for (const id of some) await through.query(ONE, [id]) })
  let rows = []
  const once = await timed(async () => { rows = (await through.query(ALL, [some])).rows })
  claim(`${where}: ${count} queries one after another take ${milliseconds(each)}, one for all ${milliseconds(once)}`, each > 3 * once && rows.length === count)
  return each
}
await compared('on the same machine', pool, 100)

// A database that is one millisecond away in each direction
const away = net.createServer((client) => {
  const server = net.connect(Number(url.port), url.hostname)
  for (const [from, to] of [[client, server], [server, client]]) {
    from.on('data', (data) => setTimeout(() => to.write(data), 1))
    from.on('close', () => to.destroy())
    from.on('error', () => to.destroy())
  }
})
await new Promise((resolve) => away.listen(0, '127.0.0.1', resolve))
const far = new pg.Pool({ ...pool.options, connectionString: undefined, host: '127.0.0.1', port: away.address().port, user: url.username, database: 'postgres' })
const trip = (await timed(async () => { for (let n = 0; n < 50; n++) await far.query('SELECT 1') })) / 50
await compared(`${milliseconds(trip)} away`, far, 100)
const long = await compared(`${milliseconds(trip)} away`, far, ROWS)
claim(`a list of ${ROWS} elements takes ${(long / 1000).toFixed(1)} seconds`, long > 1000)

const alone = await timed(() => far.query('SELECT 1'))
let behind = 0
const atOnce = await timed(async () => {
  const all = Promise.all(ids.map((id) => far.query(ONE, [id])))
  behind = await timed(() => far.query('SELECT 1'))
  await all
})
claim(`under Promise.all they take ${milliseconds(atOnce)}; another request's query waits ${milliseconds(behind)} for a connection, ${milliseconds(alone)} else`, behind > atOnce / 2 && behind > 5 * alone)
await far.end()
away.close()

const small = () => new pg.Pool({ connectionString: url.href, max: 1 })
let kept = small()
await kept.connect()
claim('pg: where the only connection is not given back, a query still waits after 2 seconds', !(await within(kept.query('SELECT 1'), 2000)))

const server = mysql.createServer()
server.on('connection', (connection) => {
  // each command counts its packets anew
  const answer = (write) => { write(); connection.sequenceId = 0 }
  const authCallback = (user, accept) => answer(accept)
  connection.serverHandshake({ protocolVersion: 10, serverVersion: '8.0.0', connectionId: 1, statusFlags: 2, characterSet: 8, capabilityFlags: 0xffffff, authCallback })
  connection.on('query', () => answer(() => connection.writeOk()))
})
await new Promise((resolve) => server.listen(0, resolve))
const port = server._server.address().port
const mysqls = mysql.createPool({ host: '127.0.0.1', port, connectionLimit: 1 }).promise()
const taken = await mysqls.getConnection()
const query = mysqls.query('DO 1')
claim('mysql2: where the only connection is not given back, a query still waits after 2 seconds', !(await within(query, 2000)))
taken.release()
claim('mysql2: given back, it goes on', await within(query, 2000))

// What was begun before the connection breaks: TypeORM gives a broken one back, pg leaves that to whoever has it.
const killed = async (pid) => { await pool.query('SELECT pg_terminate_backend($1)', [pid]); await pause(200) }
kept = small()
const client = await kept.connect()
client.on('error', () => {})
await killed((await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid)
const isRefused = await client.query('BEGIN').then(() => false, () => true)
claim('pg: a broken connection that is not given back stays taken', isRefused && !(await within(kept.query('SELECT 1'), 1000)))

const source = await new DataSource({ type: 'postgres', url: url.href, extra: { max: 1 }, logging: false, poolErrorHandler: () => {} }).initialize()
const runner = source.createQueryRunner()
await runner.connect()
await killed((await runner.query('SELECT pg_backend_pid() AS pid'))[0].pid)
const isLost = await runner.startTransaction().then(() => false, () => true)
claim('TypeORM: a query runner gives a broken connection back by itself', isLost && (await within(source.query('SELECT 1'), 1000)))
const idle = source.createQueryRunner()
await idle.connect()
claim('TypeORM: a query runner that is not released keeps its connection', !(await within(source.query('SELECT 1'), 1000)))
await idle.release()

const shared = small()
async function begun(keyword) {
  const own = await shared.connect()
  try {
    await own.query('BEGIN')
    await own.query("INSERT INTO customers VALUES (0, 'own')")
    const rest = own.query('SELECT pg_sleep(0.1)').then(() => own.query('COMMIT'))
    return keyword ? await rest : rest
  } finally {
    own.release()
  }
}
for (const [keyword, wanted] of [['', true], ['await ', false]]) {
  const work = begun(keyword)
  const { rows } = await shared.query('SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS within')
  await work
  claim(`return ${keyword}with release in a finally: the next query ${rows[0].within ? 'runs in the middle of the transaction' : 'runs outside of the transaction'}`, rows[0].within === wanted)
}

const counted = async () => Number((await pool.query('SELECT count(*) FROM customers')).rows[0].count)
const value = "x' OR '1'='1"
const all = await counted()
const joined = await pool.query(`SELECT id FROM customers WHERE name = '${value}'`)
const beside = await pool.query('SELECT id FROM customers WHERE name = $1', [value])
claim(`a value in the text gives ${joined.rowCount} of ${all} rows, beside it ${beside.rowCount}`, joined.rowCount === all && beside.rowCount === 0)
const WHERE = 'SELECT id FROM customers WHERE name ='
const bound = knex({ client: 'pg', connection: url.href })
const sequelize = new Sequelize(url.href, { logging: false })
const promising = pgPromise()(url.href)
const PLACEHOLDERS = {
  '? of Knex': (name) => bound.raw(`${WHERE} ?`, [name]).then(({ rows }) => rows),
  ':name of Sequelize': (name) => sequelize.query(`${WHERE} :name`, { replacements: { name } }).then(([rows]) => rows),
  ':name of TypeORM': (name) => source.createQueryBuilder().select('id').from('customers', 'c').where('c.name = :name', { name }).getRawMany(),
  '$1 of pg-promise': (name) => promising.any(`${WHERE} $1`, [name]),
}
for (const [name, find] of Object.entries(PLACEHOLDERS)) {
  const sizes = [(await find(value)).length, (await find('name 7')).length]
  claim(`${name}: the value gives ${sizes[0]} rows, a name that is there ${sizes[1]}`, `${sizes}` === '0,1')
}
const raw = await promising.any(`${WHERE} '$1:raw'`, [value])
claim(`$1:raw of pg-promise puts the value in as it is: ${raw.length} rows`, raw.length === all)
const union = await pool.query(`SELECT name FROM customers WHERE name = '${"x' UNION SELECT current_user::text --"}'`)
claim('UNION takes columns of elsewhere', union.rows[0].name === url.username)
await pool.query(`SELECT id FROM customers WHERE name = '${"x'; DELETE FROM customers WHERE id > 500 --"}'`)
claim(`pg takes several statements in one text: ${all - (await counted())} rows are gone`, (await counted()) < all)
const refused = await pool.query('SELECT id FROM customers WHERE id = $1; DELETE FROM customers', [1]).catch((error) => error.message)
claim(`with values beside it, it refuses several: ${refused}`, typeof refused === 'string')
const quote = await pool.query(`SELECT id FROM customers WHERE name = '${"Men's shoes"}'`).catch((error) => error.message)
claim(`a quote in the text: ${quote}`, typeof quote === 'string')
process.exit()
