const MOST_ACCOUNTS = 50_000
const WINDOW_MS = 3_600_000

interface Count {
  until: number
  failed: number
  /**
   * Attempts that have begun but not ended. They count as failed, so that simultaneous attempts cannot exceed the
   * maximum.
   */
  open: number
}

/** Counts failed attempts by key. */
export interface AttemptCounter {
  /** Begins an attempt. Returns null if it is allowed, or else the seconds to wait. */
  begin(key: string, most: number): Promise<number | null>
  /** Ends an attempt. */
  settle(key: string, failed: boolean): void
}

/** Counts in memory, in one-hour windows that start with the first attempt. */
export class AttemptCounts implements AttemptCounter {
  readonly #counts = new Map<string, Count>()

  constructor(private readonly now: () => number = () => performance.now()) {}

  async begin(key: string, most: number): Promise<number | null> {
    const now = this.now()
    const count = this.#countOf(key, now)
    if (count.failed + count.open >= most) return Math.ceil((count.until - now) / 1000)
    count.open += 1
    return null
  }

  settle(key: string, failed: boolean): void {
    const count = this.#counts.get(key)
    if (count === undefined) return
    count.open = Math.max(0, count.open - 1)
    if (failed) count.failed += 1
  }

  #countOf(key: string, now: number): Count {
    const present = this.#counts.get(key)
    if (present && now < present.until) return present
    const count: Count = { until: now + WINDOW_MS, failed: 0, open: 0 }
    // Deleting the entry first keeps the map ordered by window start, so that the oldest windows are dropped first.
    this.#counts.delete(key)
    this.#counts.set(key, count)
    for (const [other, { until }] of this.#counts) {
      if (this.#counts.size <= MOST_ACCOUNTS && now < until) break
      this.#counts.delete(other)
    }
    return count
  }
}
