import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { SESSION_READING } from './session.ts'

/** Interval and timeout of the queries that detect a silently dropped connection, in milliseconds. */
const HEARTBEAT = 10_000
const HEARTBEAT_TIMEOUT = 5_000
const FIRST_DELAY = 100
const LONGEST_DELAY = 5_000

/** Listens to channels on a connection of its own. Reconnects with growing delays when the connection breaks. */
export class Listener {
  readonly #config: ClientConfig
  readonly #channels: readonly string[]
  readonly #handlers: { channel: string; handler: (payload: string) => void }[] = []
  #client: Client | null = null
  #starting: Promise<void> | null = null
  #heartbeat: NodeJS.Timeout | undefined
  #closed = false

  constructor(config: ClientConfig, channels: readonly string[]) {
    this.#config = config
    this.#channels = channels
  }

  /**
   * Adds a handler to a channel and resolves once it is listening, with a function that removes it. After a broken
   * connection, which misses notifications, the handler is called with an empty payload.
   */
  async add(channel: string, handler: (payload: string) => void): Promise<() => void> {
    this.#starting ??= this.#connect()
    try {
      await this.#starting
    } catch (error) {
      this.#starting = null
      throw error
    }
    const entry = { channel, handler }
    this.#handlers.push(entry)
    return () => {
      const index = this.#handlers.indexOf(entry)
      if (index >= 0) this.#handlers.splice(index, 1)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#handlers.length = 0
    clearInterval(this.#heartbeat)
    await this.#client?.end().catch(() => undefined)
    this.#client = null
  }

  async #connect(): Promise<void> {
    const client = new Client({ ...this.#config, keepAlive: true, query_timeout: HEARTBEAT_TIMEOUT })
    // An 'error' without a listener would end the process; 'end' follows it.
    client.on('error', () => undefined)
    client.on('notification', ({ channel, payload }) => {
      this.#dispatch(channel, payload ?? '')
    })
    await client.connect()
    await client.query(SESSION_READING)
    for (const channel of this.#channels) await client.query(`LISTEN ${channel}`)
    if (this.#closed) {
      await client.end()
      return
    }
    this.#client = client
    client.once('end', () => this.#lost())
    this.#heartbeat = setInterval(() => {
      client.query('SELECT 1').catch(() => client.end())
    }, HEARTBEAT)
    this.#heartbeat.unref()
  }

  #lost(): void {
    clearInterval(this.#heartbeat)
    this.#client = null
    if (!this.#closed) void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    for (let wait = FIRST_DELAY; !this.#closed; wait = Math.min(wait * 2, LONGEST_DELAY)) {
      await delay(wait * (0.5 + Math.random()), undefined, { ref: false })
      try {
        await this.#connect()
      } catch {
        continue
      }
      for (const channel of this.#channels) this.#dispatch(channel, '')
      return
    }
  }

  #dispatch(channel: string, payload: string): void {
    for (const entry of [...this.#handlers]) if (entry.channel === channel) entry.handler(payload)
  }
}
