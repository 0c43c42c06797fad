import { EventEmitter } from 'node:events'
import type { Database } from '@keyward/prisma/database'
import type { Change } from './kinds.ts'
import { readChanges, readNewestPosition, readOldestPosition, readProjectChanges } from './sql.ts'

/** NOTIFY only wakes the reader; the poll covers lost notifications. */
const POLL_MS = 1_000
const BATCH = 500

/** Reads the outbox for this process: every committed change once, in commit order. */
export class ChangeFeed {
  readonly #database: Database
  readonly #events = new EventEmitter<{ change: [Change] }>().setMaxListeners(0)
  #position: bigint
  #reading: Promise<void> | null = null
  #again = false
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout
  #unlisten: () => void = () => {}
  #freshAt: Date

  private constructor(database: Database, position: bigint) {
    this.#database = database
    this.#position = position
    this.#freshAt = database.clock.now()
    this.#timer = setInterval(() => this.#wake(), POLL_MS).unref()
  }

  /** Opens a feed that starts after the newest committed change. */
  static async open(database: Database): Promise<ChangeFeed> {
    const feed = new ChangeFeed(database, await readNewestPosition(database))
    feed.#unlisten = await database.listen(() => feed.#wake())
    return feed
  }

  /** Position of the newest change that this process has read. */
  get position(): bigint {
    return this.#position
  }

  /** Position of the newest committed change. This process may not have read it yet. */
  newest(): Promise<bigint> {
    return readNewestPosition(this.#database)
  }

  /** Position of the oldest retained change; null if there is none. */
  oldest(): Promise<bigint | null> {
    return readOldestPosition(this.#database)
  }

  /** Reads a batch of changes after a position, oldest first. `isAll` if there were no more. */
  async after(position: bigint, upTo?: bigint): Promise<{ changes: Change[]; isAll: boolean }> {
    const changes = await readChanges(this.#database, position, upTo ?? null, BATCH)
    return { changes, isAll: changes.length < BATCH }
  }

  /** Aborts when the feed is closed, which ends every stream. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted
  }

  /** The database's time up to which every committed change was read. Stops while the database is unreachable. */
  get freshAt(): Date {
    return this.#freshAt
  }

  /** Calls the handler for every change from now on. Returns a function that stops it. */
  onChange(handler: (change: Change) => void): () => void {
    this.#events.on('change', handler)
    return () => this.#events.off('change', handler)
  }

  /**
   * Yields a project's changes after a position: stored ones first, then new ones, without a gap. Ends when the signal
   * aborts or the feed closes.
   */
  async *ofProject(projectId: string, after: bigint, signal: AbortSignal): AsyncGenerator<Change, void, undefined> {
    let position = after
    const ended = AbortSignal.any([signal, this.#closing.signal])
    while (!ended.aborted) {
      // Waiting starts before reading, so that a change committed in between is seen by one of them.
      const woken = this.#next(projectId, ended)
      const changes = await readProjectChanges(this.#database, projectId, position, BATCH)
      for (const change of changes) {
        position = change.position
        if (ended.aborted) return
        yield change
      }
      if (changes.length < BATCH) await woken
    }
  }

  /** Ends every stream and stops reading. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#timer)
    this.#unlisten()
    await this.#reading
  }

  /** Resolves at the next change of a project, or when the signal aborts. */
  #next(projectId: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        forget()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const forget = this.onChange((change) => {
        if (change.projectId === projectId) done()
      })
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    })
  }

  #wake(): void {
    if (this.#closed) return
    this.#again = true
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
  }

  async #read(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false
      const asked = this.#database.clock.now()
      try {
        const { changes, isAll } = await this.after(this.#position)
        for (const change of changes) {
          this.#position = change.position
          this.#events.emit('change', change)
        }
        if (isAll) this.#freshAt = asked
        else this.#again = true
      } catch {
        // The database is unreachable: the poll tries again from the same position.
        return
      }
    }
  }
}
