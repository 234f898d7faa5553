// What queues do with a processor that rejects: async-event-listener says that they wait for it. REDIS_URL is the server's.
import Bull from 'bull'
import { Queue, Worker } from 'bullmq'
import { claim } from './trying.mjs'

const { hostname: host, port } = new URL(process.env.REDIS_URL)
const connection = { host, port: Number(port) }
let unhandled = 0
process.on('unhandledRejection', () => unhandled++)
const fail = async () => { throw new Error('no such row') }
const failure = (emitter) => new Promise((resolve) => emitter.on('failed', (job, error) => resolve(error.message)))

const old = new Bull('mails', { redis: connection })
old.process(fail)
const ofBull = failure(old)
await old.add({})
claim(`bull waits for its processor: the job failed with “${await ofBull}”`, unhandled === 0)
await old.close()

const queue = new Queue('orders', { connection })
const worker = new Worker('orders', fail, { connection })
const ofBullmq = failure(worker)
await queue.add('order', {})
claim(`bullmq waits for its processor: the job failed with “${await ofBullmq}”`, unhandled === 0)
await worker.close()
await queue.close()
process.exit()
