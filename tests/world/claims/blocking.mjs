// How long synchronous calls hold the event loop, and their asynchronous twins: blocking-call-in-handler.
import { exec, execSync } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import { promisify } from 'node:util'
import bcrypt from 'bcrypt'
import { claim, milliseconds, served, timed } from './trying.mjs'

const PASSWORD = 'correct horse'
const HASH = bcrypt.hashSync(PASSWORD, 10)
const ROUNDS = 600_000
fs.writeFileSync('large', Buffer.alloc(128 * 1024 * 1024, 1))
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time))

/** For how long no timer fires while some work is done. */
async function held(work) {
  let last = performance.now()
  let longest = 0
  const beat = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  const timer = setInterval(beat, 1)
  await pause(5)
  longest = 0
  await work()
  beat()
  clearInterval(timer)
  return longest
}

const PAIRS = {
  'bcrypt.hashSync, cost 10': [() => bcrypt.hashSync(PASSWORD, 10), () => bcrypt.hash(PASSWORD, 10)],
  'bcrypt.hashSync, cost 12': [() => bcrypt.hashSync(PASSWORD, 12), () => bcrypt.hash(PASSWORD, 12)],
  'bcrypt.compareSync, cost 10': [() => bcrypt.compareSync(PASSWORD, HASH), () => bcrypt.compare(PASSWORD, HASH)],
  [`crypto.pbkdf2Sync, ${ROUNDS} rounds of SHA-256`]: [
    () => crypto.pbkdf2Sync(PASSWORD, 'salt', ROUNDS, 32, 'sha256'),
    () => promisify(crypto.pbkdf2)(PASSWORD, 'salt', ROUNDS, 32, 'sha256'),
  ],
  'crypto.scryptSync': [() => crypto.scryptSync(PASSWORD, 'salt', 64), () => promisify(crypto.scrypt)(PASSWORD, 'salt', 64)],
  "execSync('sleep 0.1')": [() => execSync('sleep 0.1'), () => promisify(exec)('sleep 0.1')],
  'fs.readFileSync, 128 MB': [() => fs.readFileSync('large'), () => fs.promises.readFile('large')],
}
const seen = {}
for (const [name, [blocking, waiting]] of Object.entries(PAIRS)) {
  await waiting()
  const times = []
  for (let n = 0; n < 3; n++) times.push([await held(async () => blocking()), await held(waiting)])
  const [sync, twin] = [0, 1].map((at) => times.map((pair) => pair[at]).sort((a, b) => a - b)[1])
  seen[name] = sync
  claim(`${name}: no timer fires for ${milliseconds(sync)}; with its asynchronous twin for ${milliseconds(twin)}`, sync > 2 * twin)
}
const logins = (time) => (1000 / time).toFixed(0)
const [ten, twelve] = [seen['bcrypt.hashSync, cost 10'], seen['bcrypt.hashSync, cost 12']]
claim(
  `a process that hashes synchronously answers ${logins(ten)} logins a second with cost 10, ${logins(twelve)} with cost 12`,
  ten < 150 && twelve > 80,
)
const asked = await timed(async () => { for (let n = 0; n < 1000; n++) fs.existsSync('large') })
claim(`fs.existsSync takes ${asked.toFixed(0)} µs on a local disk`, asked < 1000)

const SERVER = `
  import { execSync } from 'node:child_process'
  import http from 'node:http'
  const server = http.createServer((req, res) => {
    if (req.url === '/slow') execSync('sleep 0.4')
    res.end('up')
  })
  server.listen(0, () => console.log(server.address().port))`
await served(SERVER, async ({ ask }) => {
  await ask('/health')
  const alone = await timed(() => ask('/health'))
  const slow = ask('/slow')
  await pause(50)
  const waited = await timed(() => ask('/health'))
  await slow
  claim(`a health check waits ${milliseconds(waited)} while another request runs execSync, ${milliseconds(alone)} else`, waited > 250 && waited > 5 * alone)
})
