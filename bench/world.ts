import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@keyward/prisma/database'
import { migrate } from '@keyward/prisma/migrate'
import { Client } from 'pg'
import { bundle } from '../server/build/bundle.ts'
import { startPostgresql } from '../test/infra/postgresql-server.ts'
import { startBuilt } from './built-server.ts'
import { type Child, numberOf, startChild, textOf } from './child.ts'
import type { Measured } from './measured.ts'
import type { Load } from './requests.ts'

/** The amount of data and the duration of each round. */
export interface Size {
  seconds: number
  million: number
  tenMillion: number
  tenThousand: number
  events: { few: number; many: number }
}

export const FULL: Size = {
  seconds: 4,
  million: 1_000_000,
  tenMillion: 10_000_000,
  tenThousand: 10_000,
  events: { few: 100_000, many: 10_000_000 },
}

/** For trying out a benchmark. Its figures are not meaningful. */
export const SMALL: Size = {
  seconds: 1,
  million: 50_000,
  tenMillion: 100_000,
  tenThousand: 10_000,
  events: { few: 100_000, many: 300_000 },
}

/** A server process and its database. */
export interface Served {
  url: string
  cpuMicros(): Promise<number>
  stop(): Promise<void>
}

const SETTINGS = {
  max_connections: '100',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
}

/** Latency percentiles of an open loop, in microseconds. */
export interface Percentiles {
  p50: number
  p99: number
  p999: number
  /** The server's CPU time per request, in microseconds. */
  cpuMicros: number
}

/** Resources that benchmarks share: a PostgreSQL server with its databases, and the load generator. */
export class World {
  readonly #postgresql: Awaited<ReturnType<typeof startPostgresql>>
  readonly #directory: string
  readonly #filled = new Map<string, Promise<unknown>>()
  readonly #load: Child = startChild('load.ts')
  #build: Promise<void> | undefined

  private constructor(
    postgresql: Awaited<ReturnType<typeof startPostgresql>>,
    directory: string,
    readonly size: Size,
    readonly say: (line: string) => void,
  ) {
    this.#postgresql = postgresql
    this.#directory = directory
  }

  static async open(size: Size, say: (line: string) => void): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), 'keyward-bench-'))
    return new World(await startPostgresql(SETTINGS), directory, size, say)
  }

  async close(): Promise<void> {
    await this.#load.stop()
    await this.#postgresql.stop()
    await rm(this.#directory, { recursive: true, force: true })
  }

  urlOf(name: string): string {
    const url = new URL(this.#postgresql.url)
    url.pathname = `/${name}`
    return url.href
  }

  /** A database with Keyward's schema, filled on first use. */
  async database<T>(name: string, fill: (client: Client) => Promise<T>): Promise<{ url: string; made: T }> {
    const url = this.urlOf(name)
    const made = (this.#filled.get(name) as Promise<T> | undefined) ?? this.#fill(name, url, fill)
    this.#filled.set(name, made)
    return { url, made: await made }
  }

  async #fill<T>(name: string, url: string, fill: (client: Client) => Promise<T>): Promise<T> {
    const began = performance.now()
    await this.query('postgres', (client) => client.query(`CREATE DATABASE ${name}`))
    const database = await openDatabase(url, { poolSize: 2 })
    await migrate(database)
    await database.close()
    const made = await this.query(name, fill)
    this.say(`Made the database ${name} in ${Math.round((performance.now() - began) / 1_000)} s.`)
    return made
  }

  async drop(name: string): Promise<void> {
    this.#filled.delete(name)
    await this.query('postgres', (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  }

  async query<T>(name: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.urlOf(name) })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  /** The production build's folder. Built on first use. */
  async build(): Promise<string> {
    const build = join(this.#directory, 'build')
    this.#build ??= bundle(build)
    await this.#build
    return build
  }

  /** Starts Keyward's production build, with this or another release of Node.js. */
  async keyward(environment: NodeJS.ProcessEnv, node?: string): Promise<Served> {
    const settings = {
      KEYWARD_DATA_DIR: this.#directory,
      KEYWARD_PUBLIC_URL: 'http://127.0.0.1',
      KEYWARD_SESSION_SECRET: randomBytes(32).toString('hex'),
      ...environment,
    }
    return startBuilt(await this.build(), settings, node)
  }

  /** Starts a server from `servers/`, with this or another release of Node.js. */
  async serve(file: string, environment: NodeJS.ProcessEnv = {}, node?: string): Promise<Served> {
    const child = startChild(`servers/${file}`, environment, node)
    const url = textOf(await child.next(), 'url')
    return { url, cpuMicros: async () => numberOf(await child.ask({}), 'cpuMicros'), stop: child.stop }
  }

  /** Sends requests in a closed loop. `each` is the number of items counted per response. */
  async ask(served: Served, load: Omit<Load, 'url' | 'seconds'>, each = 1): Promise<Measured> {
    await this.#load.ask({ ...load, url: served.url, seconds: this.size.seconds } satisfies Load)
    const before = await served.cpuMicros()
    const said = await this.#load.next()
    const count = numberOf(said, 'answered') * each
    const cpuMicros = ((await served.cpuMicros()) - before) / count
    return { value: count / numberOf(said, 'seconds'), cpuMicros }
  }

  /** Sends requests in an open loop. */
  async askAtRate(served: Served, load: Omit<Load, 'url' | 'seconds'> & { rate: number }): Promise<Percentiles> {
    await this.#load.ask({ ...load, url: served.url, seconds: this.size.seconds } satisfies Load)
    const before = await served.cpuMicros()
    const said = await this.#load.next()
    const cpuMicros = ((await served.cpuMicros()) - before) / numberOf(said, 'answered')
    const [p50 = 0, p99 = 0, p999 = 0, sending = 0] = ['p50', 'p99', 'p999', 'sendingP99'].map(
      (name) => numberOf(said, name) * 1_000,
    )
    this.say(
      `    p50 ${Math.round(p50)} µs, p99 ${Math.round(p99)} µs, p99.9 ${Math.round(p999)} µs; sent late ${Math.round(sending)} µs (p99)`,
    )
    return { p50, p99, p999, cpuMicros }
  }
}
