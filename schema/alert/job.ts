import type { Database } from '@keyward/prisma/database'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import { DUE_AMONG, DUE_ANYWHERE, type Due, FOUND_AT_ONCE, windowsAt } from './find.ts'
import { tellOf } from './tell.ts'

const EVERY_MS = 1_000
/** What was charged by a process that ended before it looked is found by looking at everything, from time to time. */
const EVERYTHING_EVERY_MS = 3_600_000
/** More than these are not kept in mind: then everything is looked at. */
const REMEMBERED = 100_000

/**
 * Finds budgets that have reached a threshold, beside the transactions that charge them: those tell what they charged,
 * and a second later it is looked at.
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
    // Another budget is reached at another point, possibly by what was spent already.
    this.#forget = changes.onChange(({ kind, subjectId }) => {
      if (kind === 'LIMITS_CHANGED' || kind === 'API_KEY_UPDATED') this.charged([subjectId])
    })
  }

  /** Hears which organizations, projects and keys usage was charged to. */
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
    const windows = windowsAt(this.#database.clock.now())
    try {
      const due = isTime
        ? await this.#database.sql<Due>(DUE_ANYWHERE, windows)
        : await this.#database.sql<Due>(DUE_AMONG, [...windows, [...scopes]])
      for (const each of due) await tellOf(this.#database, each)
      if (due.length === FOUND_AT_ONCE) this.charged(scopes)
      else if (isTime) this.#everythingAt = performance.now() + EVERYTHING_EVERY_MS
    } catch {
      // The database is away, or met others again and again: looked at next time.
      this.charged(scopes)
    }
  }
}
