import { randomUUID } from 'node:crypto'
import type { Reason } from '@keyward/engine/reasons'
import type { Database } from '@keyward/prisma/database'
import type { KeyRecord } from '../verification/credential.ts'
import { type DenialCount, quarterOf } from './count.ts'
import { recordDenials } from './record.ts'

const FLUSH_MS = 2_000
/** Maximum number of counts in memory. Denials of further credentials are not counted until the next flush. */
const MAX_COUNTS = 50_000
/** Number of counts per transaction. Summing and sending them blocks requests for some milliseconds. */
const BATCH = 500

type Counted = Pick<KeyRecord, 'id' | 'kind' | 'organizationId' | 'projectId'>

/** Counts the denials of this process and writes them in batches, off the request path. */
export class DenialCounter {
  readonly #database: Database
  readonly #timer: NodeJS.Timeout
  #counts = new Map<string, DenialCount>()
  /** Counted before the last flush began, and not recorded yet. */
  #taken: DenialCount[] = []
  /** Kept until it is recorded, so that a batch whose commit was not confirmed is counted once. */
  #batch: { id: string; counts: DenialCount[] } | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(database: Database) {
    this.#database = database
    this.#timer = setInterval(() => void this.flush().catch(() => {}), FLUSH_MS).unref()
  }

  /** Counts a denial of a known credential. */
  count({ id, kind, organizationId, projectId }: Counted, reason: Reason, now: number): void {
    // Recording adds up the quarters of an hour if the organization sums by the hour.
    const hour = quarterOf(now)
    const key = `${id}${projectId}${reason}${hour}`
    const known = this.#counts.get(key)
    if (known) known.count += 1
    else if (this.#counts.size < MAX_COUNTS)
      this.#counts.set(key, { kind, id, organizationId, projectId, reason, hour: new Date(hour), count: 1 })
  }

  /** Writes everything counted so far. Rejects if a write fails; the next call then writes the same counts. */
  flush(): Promise<void> {
    const writing = this.#writing
      .catch(() => {})
      .then(async () => {
        let isTaken = false
        for (;;) {
          if (this.#taken.length === 0 && !isTaken) {
            this.#taken = [...this.#counts.values()]
            this.#counts.clear()
            isTaken = true
          }
          if (this.#batch === null && this.#taken.length > 0)
            this.#batch = { id: randomUUID(), counts: this.#taken.splice(0, BATCH) }
          if (this.#batch === null) return
          await recordDenials(this.#database, this.#batch.id, this.#batch.counts)
          this.#batch = null
        }
      })
    this.#writing = writing
    return writing
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush().catch(() => {})
  }
}
