import type { Database } from '@keyward/prisma/database'
import { USED_TABLES, type UsedTable, writeLastUses } from './sql.ts'

const FLUSH_MS = 1_000
/** How often the last use of a busy credential is written. */
const WRITTEN_MS = 5_000
/** Maximum number of rows written per second. Further rows are written in the next second. */
const ROWS = 5_000

/** The uses of one table that are not written yet. */
interface Uses {
  /** Written next. */
  due: Map<string, Date>
  /** Uses of credentials that were written less than WRITTEN_MS ago. */
  waiting: Map<string, Date>
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
  readonly #uses: Record<UsedTable, Uses> = {
    api_key_secret: noUses(),
    legacy_key: noUses(),
    service_account: noUses(),
    gateway: noUses(),
  }
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> = Promise.resolve()

  constructor(database: Database) {
    this.#database = database
    this.#timer = setInterval(() => void this.#write(), FLUSH_MS).unref()
  }

  /** Records a use now, by the database's clock. */
  note(table: UsedTable, id: string): void {
    const { due, waiting, written } = this.#uses[table]
    const uses = written.has(id) ? waiting : due
    uses.set(id, this.#database.clock.now())
  }

  /** Writes everything recorded so far. A use whose write fails is dropped. */
  async flush(): Promise<void> {
    for (const uses of Object.values(this.#uses)) endWait(uses, Number.POSITIVE_INFINITY)
    do await this.#write()
    while (Object.values(this.#uses).some(({ due }) => due.size > 0))
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (const table of USED_TABLES) {
        const uses = this.#uses[table]
        const now = performance.now()
        endWait(uses, now - WRITTEN_MS)
        if (uses.due.size === 0) continue
        const rows = firstOf(uses.due, ROWS)
        for (const [id] of rows) {
          uses.due.delete(id)
          uses.written.set(id, now)
        }
        // Sorted, so that replicas lock the same rows in one order.
        rows.sort(([a], [b]) => (a < b ? -1 : 1))
        const [ids, times] = [rows.map(([id]) => id), rows.map(([, at]) => at)]
        await writeLastUses(this.#database, table, ids, times).catch(() => {})
      }
    })
    return this.#writing
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

/** The entries that have waited longest. */
function firstOf(due: ReadonlyMap<string, Date>, count: number): [string, Date][] {
  const rows: [string, Date][] = []
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
