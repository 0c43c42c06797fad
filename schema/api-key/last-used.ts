import { type Database, NOT_AWAITED } from '@keyward/prisma/database'

const FLUSH_MS = 1_000
/** Of what is used all the time, the last use is written so often. */
const WRITTEN_MS = 5_000
/** So many rows are written a second at most: with more credentials in use at once, the others come after. */
const ROWS = 5_000

/** Whose use is noted: the table of the credential. */
export type UsedTable = 'api_key_secret' | 'legacy_key' | 'service_account' | 'gateway'

const STATEMENTS: Record<UsedTable, string> = {
  api_key_secret: `
    WITH used AS (SELECT id, at FROM ${NOT_AWAITED}, unnest($1::uuid[], $2::timestamptz[]) AS t(id, at)),
         versions AS (
           UPDATE api_key_secret s
              SET first_used_at = coalesce(s.first_used_at, used.at), last_used_at = greatest(s.last_used_at, used.at)
             FROM used WHERE s.id = used.id RETURNING s.api_key_id, used.at)
    UPDATE api_key k SET last_used_at = greatest(k.last_used_at, v.at)
      FROM (SELECT api_key_id, max(at) AS at FROM versions GROUP BY api_key_id) v WHERE k.id = v.api_key_id`,
  legacy_key: `UPDATE legacy_key k SET last_used_at = greatest(k.last_used_at, t.at)
                 FROM ${NOT_AWAITED}, unnest($1::uuid[], $2::timestamptz[]) AS t(id, at)
                WHERE k.id = t.id AND (k.regenerated_at IS NULL OR t.at > k.regenerated_at)`,
  service_account: `UPDATE service_account a SET last_used_at = greatest(a.last_used_at, t.at)
                      FROM ${NOT_AWAITED}, unnest($1::uuid[], $2::timestamptz[]) AS t(id, at) WHERE a.id = t.id`,
  gateway: `UPDATE gateway g SET last_seen_at = greatest(g.last_seen_at, t.at)
              FROM ${NOT_AWAITED}, unnest($1::uuid[], $2::timestamptz[]) AS t(id, at) WHERE g.id = t.id`,
}

/** When uses of one table were, and which of them have to wait. */
interface Uses {
  /** To be written next. */
  due: Map<string, Date>
  /** Of credentials that were written just now: they wait until that is WRITTEN_MS ago. */
  waiting: Map<string, Date>
  /** When each was written, in that order. */
  written: Map<string, number>
}

const noUses = (): Uses => ({ due: new Map(), waiting: new Map(), written: new Map() })

/**
 * Collects when credentials were used and writes it in batches, never on the path of a request: the first use within a
 * second, and of what is used all the time the last one every few seconds, since every use would be a write.
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

  /** Notes a use now, by the database's clock. */
  note(table: UsedTable, id: string): void {
    const { due, waiting, written } = this.#uses[table]
    const uses = written.has(id) ? waiting : due
    uses.set(id, this.#database.clock.now())
  }

  /** Writes everything that was noted. A use that cannot be written is dropped: it delays no request and fails none. */
  async flush(): Promise<void> {
    for (const uses of Object.values(this.#uses)) endWait(uses, Number.POSITIVE_INFINITY)
    do await this.#write()
    while (Object.values(this.#uses).some(({ due }) => due.size > 0))
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (const [table, statement] of Object.entries(STATEMENTS) as [UsedTable, string][]) {
        const uses = this.#uses[table]
        const now = performance.now()
        endWait(uses, now - WRITTEN_MS)
        if (uses.due.size === 0) continue
        const rows = firstOf(uses.due, ROWS)
        for (const [id] of rows) {
          uses.due.delete(id)
          uses.written.set(id, now)
        }
        // Sorted, so that two replicas that write the same rows lock them in one order.
        rows.sort(([a], [b]) => (a < b ? -1 : 1))
        await this.#database.sql(statement, [rows.map(([id]) => id), rows.map(([, at]) => at)]).catch(() => {})
      }
    })
    return this.#writing
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

/** The first entries of a map: those that have waited the longest. */
function firstOf(due: ReadonlyMap<string, Date>, count: number): [string, Date][] {
  const rows: [string, Date][] = []
  for (const entry of due) {
    if (rows.length === count) break
    rows.push(entry)
  }
  return rows
}

/** Lets those go on that were written up to a moment: what was noted of them since is due. */
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
