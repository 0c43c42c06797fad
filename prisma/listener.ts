import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'

/** How often the connection is tried out, and how long an answer may take: a silently cut connection says nothing. */
const HEARTBEAT = 10_000
const HEARTBEAT_TIMEOUT = 5_000
const FIRST_DELAY = 100
const LONGEST_DELAY = 5_000

/** Hears channels on one connection of its own, and connects again, ever more slowly, when that breaks. */
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
   * Adds a reader of a channel; resolves when it hears. The answer removes it. A reader is also called, with an empty payload, after
   * the connection was broken, because what was said meanwhile was missed.
   */
  async add(channel: string, handler: (payload: string) => void): Promise<() => void> {
    this.#starting ??= this.#connect()
    try {
      await this.#starting
    } catch (error) {
      this.#starting = null
      throw error
    }
    const reader = { channel, handler }
    this.#handlers.push(reader)
    return () => {
      const index = this.#handlers.indexOf(reader)
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
    // An 'error' nobody hears would end the process; what follows it is 'end'.
    client.on('error', () => undefined)
    client.on('notification', ({ channel, payload }) => {
      this.#tell(channel, payload ?? '')
    })
    await client.connect()
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
      for (const channel of this.#channels) this.#tell(channel, '')
      return
    }
  }

  #tell(channel: string, payload: string): void {
    for (const reader of [...this.#handlers]) if (reader.channel === channel) reader.handler(payload)
  }
}
