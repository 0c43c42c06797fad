import type { Database } from '@keyward/prisma/database'

const FLUSH_MS = 1_000

/** Whose use is noted: the table of the credential. */
export type UsedTable = 'api_key_secret' | 'legacy_key' | 'service_account' | 'gateway'

const STATEMENTS: Record<UsedTable, string> = {
  api_key_secret: `
    WITH used AS (SELECT * FROM unnest($1::uuid[], $2::timestamptz[]) AS t(id, at)),
         versions AS (
           UPDATE api_key_secret s
              SET first_used_at = coalesce(s.first_used_at, used.at), last_used_at = greatest(s.last_used_at, used.at)
             FROM used WHERE s.id = used.id RETURNING s.api_key_id, used.at)
    UPDATE api_key k SET last_used_at = greatest(k.last_used_at, v.at)
      FROM (SELECT api_key_id, max(at) AS at FROM versions GROUP BY api_key_id) v WHERE k.id = v.api_key_id`,
  legacy_key: `UPDATE legacy_key k SET last_used_at = greatest(k.last_used_at, t.at)
                 FROM unnest($1::uuid[], $2::timestamptz[]) AS t(id, at) WHERE k.id = t.id`,
  service_account: `UPDATE service_account a SET last_used_at = greatest(a.last_used_at, t.at)
                      FROM unnest($1::uuid[], $2::timestamptz[]) AS t(id, at) WHERE a.id = t.id`,
  gateway: `UPDATE gateway g SET last_seen_at = greatest(g.last_seen_at, t.at)
              FROM unnest($1::uuid[], $2::timestamptz[]) AS t(id, at) WHERE g.id = t.id`,
}

/** Collects when credentials were used and writes it in batches, never on the path of a request. */
export class LastUsed {
  readonly #database: Database
  readonly #pending: Record<UsedTable, Map<string, Date>> = {
    api_key_secret: new Map(),
    legacy_key: new Map(),
    service_account: new Map(),
    gateway: new Map(),
  }
  readonly #timer: NodeJS.Timeout
  #writing: Promise<void> = Promise.resolve()

  constructor(database: Database) {
    this.#database = database
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS).unref()
  }

  /** Notes a use now, by the database's clock. */
  note(table: UsedTable, id: string): void {
    this.#pending[table].set(id, this.#database.clock.now())
  }

  /** Writes what was noted. A use that cannot be written is dropped: it delays no request and fails none. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (const [table, statement] of Object.entries(STATEMENTS) as [UsedTable, string][]) {
        const used = this.#pending[table]
        if (used.size === 0) continue
        this.#pending[table] = new Map()
        // Sorted, so that two replicas that write the same rows lock them in one order.
        const rows = [...used].sort(([a], [b]) => (a < b ? -1 : 1))
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
