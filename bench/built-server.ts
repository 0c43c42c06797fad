import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../server/build/bundle.ts'
import type { World } from './world.ts'

const QUERY = { query: '{ viewer { kind } }' }

/** The production build in a process of its own, which has answered its first query. */
export interface BuiltServer {
  url: string
  /** From the start of the process to the answer of the first query. */
  readyMs: number
  /** Memory of the process that is in RAM. Linux only. */
  residentBytes(): Promise<number>
  stop(): Promise<void>
}

/** Starts `server.js` of a build and asks it as soon as it listens. */
async function startBuilt(build: string, environment: NodeJS.ProcessEnv): Promise<BuiltServer> {
  const began = performance.now()
  const child = spawn(process.execPath, [join(build, 'server.js')], {
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
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A production build, with a folder for data and an empty PostgreSQL database. */
export interface Build {
  /** A folder that no server has used. */
  folder(): Promise<string>
  databaseUrl: string
  start(environment: NodeJS.ProcessEnv): Promise<BuiltServer>
  remove(): Promise<void>
}

/** Makes a production build to measure. */
export async function makeBuild(world: World, databaseName: string): Promise<Build> {
  const directory = await mkdtemp(join(tmpdir(), 'keyward-bench-build-'))
  const build = join(directory, 'build')
  await bundle(build)
  const { url } = await world.database(databaseName, async () => {})
  return {
    databaseUrl: url,
    folder: () => mkdtemp(join(directory, 'data-')),
    start: (environment) => startBuilt(build, environment),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
