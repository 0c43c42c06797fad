const MOST_KEYS = 50_000

/** Maximum number of attempts in a window, whose length is in seconds. */
export interface RateRule {
  window: number
  max: number
}

/** Counts attempts by key. */
export interface RateLimit {
  consume(key: string, rule: RateRule): Promise<{ allowed: boolean; retryAfter: number | null }>
}

/** Counts in memory, in windows that start with the first attempt. */
export function createRateLimit(now: () => number = () => performance.now()): RateLimit {
  const windows = new Map<string, { until: number; count: number }>()
  return {
    async consume(key, rule) {
      const at = now()
      const current = windows.get(key)
      if (current && at < current.until) {
        if (current.count >= rule.max) {
          return { allowed: false, retryAfter: Math.ceil((current.until - at) / 1000) }
        }
        current.count += 1
        return { allowed: true, retryAfter: null }
      }
      // Deleting the entry first keeps the map ordered by window start, so that the oldest windows are dropped first.
      windows.delete(key)
      windows.set(key, { until: at + rule.window * 1000, count: 1 })
      for (const [other, { until }] of windows) {
        if (windows.size <= MOST_KEYS && at < until) break
        windows.delete(other)
      }
      return { allowed: true, retryAfter: null }
    },
  }
}
