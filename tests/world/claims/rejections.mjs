// What Node.js does with promises that nobody looks at: the cards of async/.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { claim, ran, timed } from './trying.mjs'

const FAIL = "const fail = async () => { throw new Error('no such row') };"
const LATER = "const later = () => new Promise((_, reject) => setTimeout(reject, 10, new Error('no such row')));"
const GOES_ON = "process.on('unhandledRejection', () => {});"
const STAYS = 'setTimeout(() => console.log("lives"), 50);'

for (const [version, status] of [[14, 0], [15, 1]]) {
  const node = join('node_modules', `node${version}`, 'bin', 'node')
  if (existsSync(node)) {
    const end = await ran(`${FAIL} ${STAYS} fail()`, { node })
    claim(`Node.js ${version}: behind a rejection that nobody handles the process ends with ${end.status}`, end.status === status)
  } else {
    console.log(`--   Node.js ${version} is not to be had for this machine`)
  }
}
const dropped = `${FAIL} ${STAYS} try { fail() } catch { console.log('caught') }`
let end = await ran(dropped)
claim(`Node.js ${process.versions.node}: a dropped promise rejects; no try sees it, exit status ${end.status}`, end.status === 1 && end.out === '')
end = await ran(GOES_ON + dropped)
claim('a listener for unhandledRejection keeps the process', end.status === 0 && end.out === 'lives')
end = await ran(dropped, { flags: ['--unhandled-rejections=warn'] })
claim('--unhandled-rejections=warn keeps the process', end.status === 0 && end.out === 'lives')

const emitting = (options) => `
  import { EventEmitter } from 'node:events'
  ${FAIL} ${STAYS}
  const bus = new EventEmitter(${options})
  bus.on('error', () => console.log('error event'))
  bus.on('order', fail)
  try { bus.emit('order') } catch { console.log('caught') }`
end = await ran(emitting(''))
claim(`an async listener rejects: no error event, no try, exit status ${end.status}`, end.status === 1 && end.out === '')
end = await ran(emitting('{ captureRejections: true }'))
claim('with captureRejections the error event gets it', end.status === 0 && end.out === 'error event\nlives')

const CALLBACKS = {
  forEach: '[1].forEach(fail)',
  filter: '[1].filter(fail)',
  sort: '[2, 1].sort(fail)',
  'a timer': 'setTimeout(fail, 1)',
  'the executor of a promise': 'new Promise(fail)',
}
for (const [name, code] of Object.entries(CALLBACKS)) {
  end = await ran(`${FAIL} ${STAYS} try { ${code} } catch { console.log('caught') }`)
  claim(`what rejects in ${name}: no try sees it, exit status ${end.status}`, end.status === 1 && end.out === '')
  end = await ran(`${GOES_ON} ${FAIL} ${STAYS} ${code}`)
  claim(`what rejects in ${name} is lost where a listener keeps the process`, end.status === 0 && end.out === 'lives')
}
const done = []
;[1, 2].forEach(async (n) => { await null; done.push(n) })
claim(`behind forEach ${done.length} of 2 pieces of work are done`, done.length === 0)
claim('filter with an async question keeps all, some says yes', [1, 2].filter(async () => false).length === 2 && [1].some(async () => false))

const tried = (keyword) => `${LATER}
  async function work() {
    try { return ${keyword} later() } catch { return 'fallback' } finally { console.log('finally') }
  }
  setTimeout(() => console.log('rejected'), 5)
  console.log(await work().catch(() => 'bare'))`
end = await ran(tried(''))
claim('return in try: catch does not see the rejection, finally runs before it', end.out === 'finally\nrejected\nbare')
end = await ran(tried('await'))
claim('return await in try: catch sees it, finally runs after it', end.out === 'rejected\nfinally\nfallback')

const TIMES = 1_000_000
const work = async () => 1
const plain = async () => { try { return work() } finally {} }
const waiting = async () => { try { return await work() } finally {} }
for (let n = 0; n < 10_000; n++) await Promise.all([plain(), waiting()])
const of = (call) => timed(async () => { for (let n = 0; n < TIMES; n++) await call() })
const [without, withAwait] = [await of(plain), await of(waiting)]
claim(`a call with return await takes ${((withAwait / TIMES) * 1e6).toFixed(0)} ns, with return ${((without / TIMES) * 1e6).toFixed(0)} ns`, withAwait / TIMES < 0.005)

const forgetting = async () => { try { await Promise.reject(new Error('lost')) } finally { return 'well' } }
claim('return in a finally forgets the failure of its try', (await forgetting()) === 'well')
