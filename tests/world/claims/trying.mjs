// What every program of this folder uses: to state a claim, to run a program until it ends, and to ask one that serves.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const PATIENCE = 700
export const HANGS = 'hangs'
export const CUT = 'cut'

/** Print one line; the program ends with 1 when a claim does not hold. */
export function claim(text, holds) {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${text}`)
  if (!holds) process.exitCode = 1
}

export const milliseconds = (time) => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`

/** How long an awaited piece of work takes, in milliseconds. */
export async function timed(work) {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function begun(code, { node = process.execPath, flags = [], folder = process.cwd() } = {}) {
  const child = spawn(node, [...flags, '--input-type=module', '-e', code], { cwd: folder })
  const said = { out: '', err: '' }
  child.stdout.on('data', (data) => (said.out += data))
  child.stderr.on('data', (data) => (said.err += data))
  return { child, said }
}

/** Run a program to its end: its status, what it printed, and what it complained of. */
export async function ran(code, options) {
  const { child, said } = begun(code, options)
  const [status] = await once(child, 'close')
  if (/ERR_MODULE_NOT_FOUND|SyntaxError/.test(said.err)) throw new Error(said.err)
  return { status, out: said.out.trim(), err: said.err }
}

/** Start a program that prints the port it listens on; `use` is given what asks it, and how it has ended, if it has. */
export async function served(code, use, options) {
  const { child, said } = begun(code, options)
  try {
    while (!said.out.includes('\n')) {
      if (child.exitCode !== null) throw new Error(said.err)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const port = Number.parseInt(said.out, 10)
    const ask = async (path = '/', patience = PATIENCE) => {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(patience) })
        return { status: answer.status, text: await answer.text(), headers: answer.headers }
      } catch (error) {
        return { status: error.name === 'TimeoutError' ? HANGS : CUT, text: '', headers: new Headers() }
      }
    }
    const end = async (patience = PATIENCE) => {
      if (child.exitCode === null) await Promise.race([once(child, 'exit'), new Promise((resolve) => setTimeout(resolve, patience))])
      return child.exitCode
    }
    return await use({ ask, end, port, said })
  } finally {
    child.kill('SIGKILL')
  }
}
