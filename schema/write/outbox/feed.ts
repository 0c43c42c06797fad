import { EventEmitter } from 'node:events'
import type { Database } from '@keyward/prisma/database'
import type { Change, ChangeKind } from './kinds.ts'

/** NOTIFY only wakes the reader; a poll backs it up where notifications are lost. */
const POLL_MS = 1_000
const BATCH = 500
const POSITION = 'SELECT position FROM change_clock WHERE id = 1'

interface ChangeRow {
  position: string
  at: Date
  organization_id: string | null
  project_id: string | null
  kind: ChangeKind
  subject_id: string
}

const toChange = (row: ChangeRow): Change => ({
  position: BigInt(row.position),
  at: row.at,
  organizationId: row.organization_id,
  projectId: row.project_id,
  kind: row.kind,
  subjectId: row.subject_id,
})

/** Reads the outbox for this process: every committed change, once, in commit order. */
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

  /** Begins to read after what is committed by now. */
  static async open(database: Database): Promise<ChangeFeed> {
    const [clock] = await database.sql<{ position: string }>(POSITION)
    const feed = new ChangeFeed(database, BigInt(clock?.position ?? 0))
    feed.#unlisten = await database.listen(() => feed.#wake())
    return feed
  }

  /** The position of the newest change that this process has heard of. */
  get position(): bigint {
    return this.#position
  }

  /** The position of the newest change that is committed: this process may be about to hear of it. */
  async newest(): Promise<bigint> {
    const [clock] = await this.#database.sql<{ position: string }>(POSITION)
    return BigInt(clock?.position ?? 0)
  }

  /** The position of the oldest change that is kept; null where there is none. */
  async oldest(): Promise<bigint | null> {
    const [row] = await this.#database.sql<{ position: string | null }>(
      'SELECT min(position) AS position FROM change_event',
    )
    return row?.position == null ? null : BigInt(row.position)
  }

  /** Changes after a position, oldest first: at most a batch of them, so that fewer are all that there were. */
  async after(position: bigint, upTo?: bigint): Promise<{ changes: Change[]; isAll: boolean }> {
    const rows = await this.#database.sql<ChangeRow>(
      `SELECT position, at, organization_id, project_id, kind, subject_id FROM change_event
        WHERE position > $1 AND ($2::bigint IS NULL OR position <= $2) ORDER BY position LIMIT ${BATCH}`,
      [position.toString(), upTo?.toString() ?? null],
    )
    return { changes: rows.map(toChange), isAll: rows.length < BATCH }
  }

  /** Aborts when the feed is closed: with it every stream ends. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted
  }

  /** As of when every committed change is known here, by the database's clock. It stands still while the database is away. */
  get freshAt(): Date {
    return this.#freshAt
  }

  /** Calls the handler for every change from now on; returns what ends that. */
  onChange(handler: (change: Change) => void): () => void {
    this.#events.on('change', handler)
    return () => this.#events.off('change', handler)
  }

  /**
   * A project's changes after a position, from the database first and then as they come, without a gap between the two.
   * Ends when the signal aborts or the feed closes.
   */
  async *ofProject(projectId: string, after: bigint, signal: AbortSignal): AsyncGenerator<Change, void, undefined> {
    let position = after
    const ended = AbortSignal.any([signal, this.#closing.signal])
    while (!ended.aborted) {
      // Waiting begins before reading: what is committed in between is then seen by one of the two.
      const woken = this.#next(projectId, ended)
      const rows = await this.#database.sql<ChangeRow>(
        `SELECT position, at, organization_id, project_id, kind, subject_id FROM change_event
          WHERE project_id = $1 AND position > $2 ORDER BY position LIMIT ${BATCH}`,
        [projectId, position.toString()],
      )
      for (const row of rows) {
        const change = toChange(row)
        position = change.position
        if (ended.aborted) return
        yield change
      }
      if (rows.length < BATCH) await woken
    }
  }

  /** Ends every stream and stops reading. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearInterval(this.#timer)
    this.#unlisten()
    await this.#reading
  }

  /** Resolves at the next change of a project, or when the signal aborts. Hears every change, also several at once. */
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
        // The database is away: the poll tries again, from the same position.
        return
      }
    }
  }
}
