import type { Limit, Pool } from './pool.ts'

/** A request that waits for its limits. */
export interface Waiter {
  needs: { pool: Pool; amount: bigint; limit: Limit }[]
  tries: number
  done: (outcome: { missing: Waiter['needs'][number] | null } | { error: unknown }) => void
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
