import type { Database } from '@keyward/prisma/database'
import { USED_TABLES, type UsedTable, writeLastUses } from './sql.ts'

/** How long a first use waits at most, as long as fewer than ROWS uses are due. */
const FLUSH_MS = 1_000
/** How often the last use of a busy credential is written. */
const WRITTEN_MS = 5_000
/** Number of rows per statement. A statement blocks this process for about a millisecond. */
const ROWS = 500
/** Time between statements. Further uses wait, so that at most 5,000 rows are written a second. */
const TURN_MS = 100

/** Unwritten uses for one table, in milliseconds since this object was created. */
interface Uses {
  /** Written next. */
  due: Map<string, number>
  /** Uses of credentials that were written less than WRITTEN_MS ago. */
  waiting: Map<string, number>
  /** The time at which each credential was written, oldest first. */
  written: Map<string, number>
}

const noUses = (): Uses => ({ due: new Map(), waiting: new Map(), written: new Map() })

/**
 * Collects last uses of credentials and writes them in batches, off the request path: a first use within a second, later
 * ones every few seconds.
 */
export class LastUsed {
  readonly #database: Database
  /**
   * Times count from here, so that they are small integers. A Map holds those without an object for each, which the
   * garbage collector would move.
   */
  readonly #since: number
  readonly #uses: Record<UsedTable, Uses> = {
    api_key_secret: noUses(),
    legacy_key: noUses(),
    service_account: noUses(),
    gateway: noUses(),
  }
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> | null = null
  #writtenAt = performance.now()

  constructor(database: Database) {
    this.#database = database
    this.#since = database.clock.now().getTime()
    this.#timer = setInterval(() => this.#turn(), TURN_MS).unref()
  }

  /** Records a use now, by the database's clock. */
  note(table: UsedTable, id: string): void {
    const { due, waiting, written } = this.#uses[table]
    const uses = written.has(id) ? waiting : due
    uses.set(id, this.#database.clock.now().getTime() - this.#since)
  }

  /** Writes everything recorded so far. A use whose write fails is dropped. */
  async flush(): Promise<void> {
    await this.#writing
    for (const uses of Object.values(this.#uses)) endWait(uses, Number.POSITIVE_INFINITY)
    do await this.#write()
    while (Object.values(this.#uses).some(({ due }) => due.size > 0))
  }

  #turn(): void {
    if (this.#writing) return
    const now = performance.now()
    for (const uses of Object.values(this.#uses)) endWait(uses, now - WRITTEN_MS)
    const isFull = Object.values(this.#uses).some(({ due }) => due.size >= ROWS)
    if (isFull || now - this.#writtenAt >= FLUSH_MS) void this.#write()
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeDue().finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  /** Writes a batch of due uses for each table. */
  async #writeDue(): Promise<void> {
    this.#writtenAt = performance.now()
    for (const table of USED_TABLES) {
      const { due, written } = this.#uses[table]
      if (due.size === 0) continue
      const rows = firstOf(due, ROWS)
      for (const [id] of rows) {
        due.delete(id)
        written.set(id, Math.round(this.#writtenAt))
      }
      // Sorted, so that replicas lock the same rows in one order.
      rows.sort(([a], [b]) => (a < b ? -1 : 1))
      const ids = rows.map(([id]) => id)
      const times = rows.map(([, at]) => this.#since + at)
      await writeLastUses(this.#database, table, ids, times).catch(() => {})
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

/** The entries that have waited longest. */
function firstOf(due: ReadonlyMap<string, number>, count: number): [string, number][] {
  const rows: [string, number][] = []
  for (const entry of due) {
    if (rows.length === count) break
    rows.push(entry)
  }
  return rows
}

/** Marks later uses as due for credentials that were last written at or before `upTo`. */
function endWait({ due, waiting, written }: Uses, upTo: number): void {
  for (const [id, at] of written) {
    if (at > upTo) return
    written.delete(id)
    const used = waiting.get(id)
    if (used === undefined) continue
    waiting.delete(id)
    due.set(id, used)
  }
}
