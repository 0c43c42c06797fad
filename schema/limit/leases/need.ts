import type { Limit, Pool } from './pool.ts'

/** What came of asking for a slice. */
export type Answer = 'GRANTED' | 'IDLE_WITH_OTHERS' | 'NONE_LEFT'

/** What a request needs of one limit. */
export interface Need {
  pool: Pool
  amount: bigint
  limit: Limit
}

/** A request that waits to hear what came of asking for its limits. */
export interface Waiter {
  needs: Need[]
  go: (answers: ReadonlyMap<Pool, Answer>) => void
  fail: (error: unknown) => void
}

/** What the requests that wait need of a pool: all of them, and the smallest; and the limit's own amount. */
export interface Needed {
  sum: bigint
  least: bigint
  amount: bigint
}

/** What requests need, by pool. */
export function neededOf(waiters: Waiter[]): Map<Pool, Needed> {
  const needed = new Map<Pool, Needed>()
  for (const { pool, amount, limit } of waiters.flatMap(({ needs }) => needs)) {
    const before = needed.get(pool)
    const least = before && before.least < amount ? before.least : amount
    needed.set(pool, { sum: (before?.sum ?? 0n) + amount, least, amount: limit.amount })
  }
  return needed
}
