import type { Database } from '@keyward/prisma/database'
import { tracedJob } from '@keyward/prisma/tracing'
import { currentWindows } from '../limit/windows/window.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import { raiseAlert } from './raise.ts'
import { FOUND_AT_ONCE, findDueAlerts } from './sql.ts'

const EVERY_MS = 1_000
/** Interval of searches through all budgets. They find charges whose process stopped before it reported them. */
const EVERYTHING_EVERY_MS = 3_600_000
/** With more charged scopes than this, the job searches all budgets. */
const REMEMBERED = 100_000

/**
 * Raises budget alerts outside of the transactions that charge budgets. Those transactions report the charged scopes.
 * The job searches these scopes a second later.
 */
export class BudgetAlerts {
  readonly #database: Database
  readonly #forget: () => void
  readonly #timer: NodeJS.Timeout
  #scopes = new Set<string>()
  #everythingAt = 0
  #looking: Promise<void> | null = null
  #closed = false

  constructor(database: Database, changes: ChangeFeed, everyMs = EVERY_MS) {
    this.#database = database
    this.#timer = setInterval(() => this.#wake(), everyMs).unref()
    // The new amount of a budget can already be above a threshold.
    this.#forget = changes.subscribe({
      onChange: ({ kind, subjectId }) => {
        if (kind === 'LIMITS_CHANGED' || kind === 'API_KEY_UPDATED') this.charged([subjectId])
      },
      onReset: () => {
        this.#everythingAt = 0
      },
    })
  }

  /** Adds the organizations, projects and keys that usage was charged to. */
  charged(scopeIds: Iterable<string>): void {
    for (const id of scopeIds) this.#scopes.add(id)
    if (this.#scopes.size <= REMEMBERED) return
    this.#scopes.clear()
    this.#everythingAt = 0
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    this.#forget()
    await this.#looking
  }

  #wake(): void {
    if (this.#closed) return
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
  }

  async #look(): Promise<void> {
    const isTime = performance.now() >= this.#everythingAt
    if (this.#scopes.size === 0 && !isTime) return
    const scopes = this.#scopes
    this.#scopes = new Set()
    const among = isTime ? null : [...scopes]
    try {
      const windows = await currentWindows(this.#database, among)
      const due = await findDueAlerts(this.#database, windows, among)
      for (const each of due)
        await tracedJob(this.#database.tracing, 'raiseAlert', () => raiseAlert(this.#database, each))
      if (due.length === FOUND_AT_ONCE) this.charged(scopes)
      else if (isTime) this.#everythingAt = performance.now() + EVERYTHING_EVERY_MS
    } catch {
      // The database is unreachable or the transaction kept conflicting. The next search finds the charges again.
      this.charged(scopes)
    }
  }
}
