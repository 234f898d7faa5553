// What libraries do with async functions that they call when something happens: async-event-listener.
import { createRequire } from 'node:module'
import { io } from 'socket.io-client'
import { claim, ran, served } from './trying.mjs'

const FAIL = "const fail = async () => { throw new Error('no such row') };"
const STAYS = "setTimeout(() => { console.log('lives'); process.exit(0) }, 1500);"

const SOCKETS = `
  import { Server } from 'socket.io'
  import { createServer } from 'node:http'
  ${FAIL}
  const server = createServer()
  new Server(server).on('connection', (socket) => { socket.on('error', () => {}); socket.on('order', fail) })
  server.listen(0, () => console.log(server.address().port))`
await served(SOCKETS, async ({ end, port }) => {
  const socket = io(`http://127.0.0.1:${port}`, { reconnection: false })
  socket.emit('order', {})
  const exit = await end(3000)
  socket.close()
  claim(`a listener of a socket of socket.io rejects: exit status ${exit}`, exit === 1)
})

const { Channel } = createRequire(import.meta.url)('amqplib/lib/channel_model')
const channel = new Channel({})
const promise = Promise.reject(new Error('no such row'))
let heard = false
promise.then = (...given) => { heard = true; return Promise.prototype.then.apply(promise, given) }
channel.registerConsumer('orders', () => promise)
channel.dispatchMessage({ consumerTag: 'orders' }, {})
claim('amqplib does not look at what a consumer gives back', !heard)
Promise.prototype.catch.call(promise, () => {})

const EACH_SECOND = "'* * * * * *'"
const CRON = `CronJob.from({ cronTime: ${EACH_SECOND}, onTick: fail, start: true })`
const SCHEDULES = {
  'cron 4.3.3': ["import { CronJob } from 'cron433'", CRON, 1],
  'cron 4.3.4': ["import { CronJob } from 'cron434'", CRON, 0],
  'node-schedule 2': ["import schedule from 'node-schedule'", `schedule.scheduleJob(${EACH_SECOND}, fail)`, 1],
  'node-schedule 2, with a listener for error on the job': ["import schedule from 'node-schedule'", `schedule.scheduleJob(${EACH_SECOND}, fail).on('error', () => {})`, 0],
  'node-cron 4': ["import cron from 'node-cron'", `cron.schedule(${EACH_SECOND}, fail)`, 0],
}
const ends = await Promise.all(
  Object.entries(SCHEDULES).map(async ([name, [imports, code, wanted]]) => [name, wanted, await ran(`${imports}\n${FAIL} ${STAYS} ${code}`)]),
)
for (const [name, wanted, { status }] of ends) claim(`what ${name} calls rejects: exit status ${status}`, status === wanted)
