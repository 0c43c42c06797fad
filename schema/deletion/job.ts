import type { Database } from '@keyward/prisma/database'
import { tracedJob } from '@keyward/prisma/tracing'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import { deleteDue } from './delete.ts'

const EVERY_MS = 1_000
/** How often all rows are searched, to continue deletions that another process did not finish. */
const EVERYTHING_EVERY_MS = 60_000

/** Deletes organizations and projects whose deletion time has passed. Several processes can do this concurrently. */
export class Deletions {
  readonly #database: Database
  readonly #forget: () => void
  readonly #timer: NodeJS.Timeout
  #searchAt = performance.now() + EVERYTHING_EVERY_MS
  #working: Promise<void> | null = null
  #closed = false

  constructor(database: Database, changes: ChangeFeed) {
    this.#database = database
    this.#timer = setInterval(() => this.#wake(), EVERY_MS).unref()
    this.#forget = changes.subscribe({
      onChange: ({ kind }) => {
        if (kind === 'PROJECT_CHANGED') this.#searchAt = 0
      },
      onReset: () => {},
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    this.#forget()
    await this.#working
  }

  #wake(): void {
    if (this.#closed || this.#working || performance.now() < this.#searchAt) return
    this.#searchAt = performance.now() + EVERYTHING_EVERY_MS
    const work = () => deleteDue(this.#database, () => this.#closed)
    this.#working = tracedJob(this.#database.tracing, 'deleteDue', work)
      // The database is unreachable or the transaction kept conflicting. The next search finds the row again.
      .catch(() => {})
      .finally(() => {
        this.#working = null
      })
  }
}
