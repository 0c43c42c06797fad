import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inject } from 'vitest'
import { freePort } from '../network/nginx.ts'
import { commandOf } from '../operator/command-line.ts'
import { type ServerProcess, startServer } from '../server/server-process.ts'
import { documentedFile } from './configuration.ts'
import type { Daemon } from './daemons.ts'
import { startHaproxy } from './haproxy.ts'

/** How long HAProxy takes to notice a change of a replica: its interval times the failures, and a second. */
const NOTICED_MS = 3_000

/** Secrets of the instance, as `startServer` has them. */
export const INSTANCE = {
  KEYWARD_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  KEYWARD_SESSION_SECRET: 'a secret of the tests, long enough for anybody',
}

/** Two replicas behind HAProxy, as deploy/proxies/haproxy.cfg documents. */
export interface Fleet {
  /** The address that HAProxy publishes. */
  url: string
  /** The address of the forward-auth endpoint. */
  inside: string
  replicas: ServerProcess[]
  /** Runs the newest replica's `keyward-server` with its environment. */
  operate(...operands: string[]): Promise<{ code: number | null; output: string; stdout: string }>
  /** Replaces one replica after the other as docs/production.md says, with other variables or another build. */
  restart(change?: { environment?: Record<string, string>; script?: string }): Promise<void>
  /** The same for one replica. */
  restartOne(index: number, change?: { environment?: Record<string, string>; script?: string }): Promise<void>
  /** Ends a replica at once. */
  kill(index: number): Promise<void>
  /** Stops a replica in order. */
  stop(index: number): Promise<void>
  /** Starts it again at the same port, and waits until HAProxy uses it. */
  start(index: number, change?: { environment?: Record<string, string>; script?: string }): Promise<void>
  /** The variables that the next replica and `operate` get, and their change. */
  environment(): Record<string, string>
  configure(change: Record<string, string>): void
  /** The logs of all replicas. */
  output(): string
  close(): Promise<void>
}

/** Starts two replicas on a database, and HAProxy before them. `directory` takes its configuration. */
export async function startFleet(
  databaseUrl: string,
  directory: string,
  given: Record<string, string> = {},
  build?: string,
): Promise<Fleet> {
  let environment: Record<string, string> = { ...INSTANCE, KEYWARD_DRAIN_SECONDS: '3', ...given }
  let script = build ?? join(inject('build'), 'server.js')
  const ports = [await freePort(), await freePort()]
  const [published = 0, inside = 0] = [await freePort(), await freePort()]
  let past = ''
  const startOne = (index: number) =>
    startServer(
      databaseUrl,
      { KEYWARD_PUBLIC_URL: `http://127.0.0.1:${published}`, ...environment, PORT: String(ports[index]) },
      script,
    )
  const replicas: ServerProcess[] = []
  let haproxy: Daemon | null = null
  const end = async (index: number, signal: NodeJS.Signals) => {
    const replica = replicas[index]
    if (!replica) throw new Error(`There is no replica ${index}`)
    replica.process.kill(signal)
    const code = await replica.ended
    past += replica.output()
    return code
  }
  const start: Fleet['start'] = async (index, change = {}) => {
    environment = { ...environment, ...change.environment }
    script = change.script ?? script
    replicas[index] = await startOne(index)
    await delay(NOTICED_MS)
  }
  const stop = async (index: number) => {
    const code = await end(index, 'SIGTERM')
    if (code !== 0) throw new Error(`A replica ended with ${code}: ${past.slice(-2_000)}`)
  }
  const restartOne: Fleet['restartOne'] = async (index, change) => {
    await stop(index)
    await start(index, change)
  }
  const close = async () => {
    await haproxy?.kill()
    for (const replica of replicas) replica.process.kill('SIGKILL')
    await Promise.all(replicas.map(({ ended }) => ended))
  }
  try {
    for (const index of ports.keys()) replicas.push(await startOne(index))
    const configuration = documentedFile('deploy/proxies/haproxy.cfg', [
      ['127.0.0.1:8443\n', `127.0.0.1:${published}\n`],
      ['127.0.0.1:8440\n', `127.0.0.1:${inside}\n`],
      ['127.0.0.1:4001\n', `127.0.0.1:${ports[0]}\n`],
      ['127.0.0.1:4002\n', `127.0.0.1:${ports[1]}\n`],
    ])
    haproxy = await startHaproxy(directory, configuration, published)
    await delay(NOTICED_MS)
  } catch (error) {
    await close()
    throw error
  }
  return {
    url: `http://127.0.0.1:${published}`,
    inside: `http://127.0.0.1:${inside}`,
    replicas,
    operate: (...operands) => commandOf(dirname(script), { DATABASE_URL: databaseUrl, ...environment }, ...operands),
    async restart(change) {
      for (const index of ports.keys()) await restartOne(index, change)
    },
    restartOne,
    async kill(index) {
      await end(index, 'SIGKILL')
    },
    stop,
    start,
    environment: () => ({ DATABASE_URL: databaseUrl, ...environment }),
    configure(change) {
      environment = { ...environment, ...change }
    },
    output: () => past + replicas.map((replica) => replica.output()).join(''),
    close,
  }
}
