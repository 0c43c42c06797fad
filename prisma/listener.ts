import { setTimeout as delay } from 'node:timers/promises'
import { SESSION_READING } from './session.ts'
import { WatchedClient, type WatchedConfig } from './watched-client.ts'

/** Interval and timeout of the queries that detect a silently dropped connection, in milliseconds. */
const HEARTBEAT = 2_000
const HEARTBEAT_TIMEOUT = 3_000
/** Additional time for a response that arrived while this process was busy. */
const LATE_ANSWER = 200
/** The longest wait until a new connection listens, in milliseconds. */
const LISTEN_TIMEOUT = 10_000
const FIRST_DELAY = 100
const LONGEST_DELAY = 2_000

/** Listens to channels on a connection of its own. Reconnects with growing delays when the connection breaks. */
export class Listener {
  readonly #config: WatchedConfig
  readonly #channels: readonly string[]
  readonly #onSilence: () => void
  readonly #handlers: { channel: string; handler: (payload: string) => void }[] = []
  #client: WatchedClient | null = null
  #starting: Promise<void> | null = null
  #heartbeat: NodeJS.Timeout | undefined
  #closed = false

  /** `onSilence` is called if the server stops responding without closing the connection. */
  constructor(config: WatchedConfig, channels: readonly string[], onSilence: () => void) {
    this.#config = config
    this.#channels = channels
    this.#onSilence = onSilence
  }

  /**
   * Adds a handler to a channel. Resolves when it is listening, with a function that removes it. A broken connection
   * misses notifications. So the handler is called with an empty payload afterwards.
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
    const client = this.#client
    this.#client = null
    if (client === null) return
    await client.end().catch(() => undefined)
  }

  async #connect(): Promise<void> {
    const client = new WatchedClient({ ...this.#config, query_timeout: LISTEN_TIMEOUT })
    // An 'error' without a listener would end the process; 'end' follows it.
    client.on('error', () => undefined)
    client.on('notification', ({ channel, payload }) => {
      this.#dispatch(channel, payload ?? '')
    })
    try {
      await client.connect()
      await client.query(SESSION_READING)
      for (const channel of this.#channels) await client.query(`LISTEN ${channel}`)
    } catch (error) {
      // The connection may be open anyway: a standby accepts connections and rejects LISTEN.
      client.destroy()
      throw error
    }
    if (this.#closed) {
      await client.end()
      return
    }
    this.#client = client
    client.once('end', () => this.#lost())
    let waiting = false
    this.#heartbeat = setInterval(() => {
      if (waiting) return
      waiting = true
      let timer = setTimeout(
        () => {
          timer = setTimeout(() => this.#silent(client), LATE_ANSWER).unref()
        },
        HEARTBEAT_TIMEOUT * (this.#config.patience ?? 1),
      ).unref()
      const answered = () => {
        waiting = false
        clearTimeout(timer)
      }
      // A failed query does not mean that the server is silent: the end of the connection follows it.
      client.query('SELECT 1').then(answered, answered)
    }, HEARTBEAT).unref()
  }

  #silent(client: WatchedClient): void {
    if (this.#closed) return
    client.destroy()
    this.#onSilence()
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
