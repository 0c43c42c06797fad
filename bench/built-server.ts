import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { profiling } from './child.ts'

const QUERY = { query: '{ viewer { kind } }' }

/** The production build, running in its own process. It has answered its first query. */
export interface BuiltServer {
  url: string
  /** Time from the start of the process to its first response. */
  readyMs: number
  /** Resident memory of the process. Linux only. */
  residentBytes(): Promise<number>
  /** CPU time used by the process. Linux only. */
  cpuMicros(): Promise<number>
  stop(): Promise<void>
}

/** Linux counts a process's CPU time in hundredths of a second. */
const MICROS_OF_TICK = 10_000

/** Starts a build's `server.js`, with this or another release of Node.js, and queries it as soon as it listens. */
export async function startBuilt(
  build: string,
  environment: NodeJS.ProcessEnv,
  node = process.execPath,
): Promise<BuiltServer> {
  const began = performance.now()
  const child = spawn(node, [...profiling(), join(build, 'server.js')], {
    env: { PATH: process.env.PATH, KEYWARD_LOG: 'silent', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
      const [, found] = /listening on (http:\S+)\)/.exec(output) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}`)))
  })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(QUERY) })
  if (!(await response.text()).includes('ANONYMOUS')) throw new Error('The server gave another answer')
  return {
    url,
    readyMs: performance.now() - began,
    async residentBytes() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
    },
    async cpuMicros() {
      // The program name, which can contain spaces, is in parentheses. User and system time are fields 14 and 15.
      const [, after = ''] = /\)\s(.*)/s.exec(await readFile(`/proc/${child.pid}/stat`, 'utf8')) ?? []
      const [user, system] = after.split(' ').slice(11, 13).map(Number)
      return ((user ?? Number.NaN) + (system ?? Number.NaN)) * MICROS_OF_TICK
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
