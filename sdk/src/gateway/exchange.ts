import { formatUsd, readUsd } from '@keyward/engine/money'
import { limitsExchangeLeases } from '../generated/documents.ts'
import type { BudgetPeriod, LimitLeasesExchangeInput } from '../generated/types.ts'
import { LEAST, type Pool } from './pool.ts'
import type { Server } from './server.ts'

const CALL_MS = 2_000
const MAX_EXCHANGES = 1_000

/** What is needed of a pool: all that requests wait for, and the least that one of them does. */
export interface Needed {
  sum: bigint
  least: bigint
}

/** What came of asking; a pool of which nothing is said is of a limit that is none any more. */
export type Outcome = 'GRANTED' | 'IDLE_WITH_OTHERS' | 'NONE_LEFT' | 'AWAY'

/** Asks the server for what is needed of pools, reports on them, and gives back what is due. */
export type Exchange = (needed: ReadonlyMap<Pool, Needed>) => Promise<ReadonlyMap<Pool, Outcome>>

export function exchangeWith(server: Server, verifierId: string, onError: (error: unknown) => void): Exchange {
  async function exchangeSome(asked: readonly (readonly [Pool, Needed])[], outcomes: Map<Pool, Outcome>) {
    const now = performance.now()
    const leases: LimitLeasesExchangeInput['leases'][number][] = []
    const rates: LimitLeasesExchangeInput['rates'][number][] = []
    const needs = asked.map(([pool, { sum, least }]) => {
      const back = pool.isDue(now) ? pool.giveBack() : 0n
      pool.isRecalled = false
      const need = pool.lackOf(sum)
      const want = need === 0n ? 0n : pool.demand(now)
      const { scopeId, kind } = pool.limit.of
      const { id: leaseId, used, returned } = pool.lease
      if (pool.limit.isRate) rates.push({ scopeId, back: Number(back), need: Number(need), want: Number(want) })
      else {
        leases.push({
          leaseId,
          scopeId,
          // Everything but a rate is a budget.
          period: kind as BudgetPeriod,
          windowStart: new Date(pool.window.start).toISOString(),
          used: formatUsd(used),
          returned: formatUsd(returned),
          need: formatUsd(need),
          want: formatUsd(want),
          least: formatUsd(need && (pool.lackOf(least) || LEAST)),
        })
      }
      return { pool, need, told: used + returned }
    })
    const answer = await server
      .ask(limitsExchangeLeases, { input: { verifierId, leases, rates } }, CALL_MS)
      .catch((error) => void onError(error))
    const time = performance.now()
    for (const { pool, need, told } of needs) {
      const { of, isRate } = pool.limit
      let granted: bigint
      let idle = false
      if (isRate) {
        const rate = answer?.rates.find(({ scopeId }) => scopeId === of.scopeId)
        if (answer && !rate) continue
        // A rate is kept here alone while the server is away.
        granted = rate ? BigInt(rate.granted) : pool.takeWhileAway(need, time)
        if (rate) pool.room = BigInt(rate.remaining)
        pool.available += granted
      } else if (answer) {
        const lease = answer.leases.find(({ leaseId }) => leaseId === pool.lease.id)
        if (!lease) continue
        granted = readUsd(lease.granted) ?? 0n
        pool.room = readUsd(lease.remaining)
        idle = lease.idleWithOthers !== '0'
        pool.hear(readUsd(lease.taken), told, time)
      } else {
        // Whether a budget has room cannot be guessed; that something was granted is found out by telling again.
        pool.lease.reported = -1n
        outcomes.set(pool, 'AWAY')
        continue
      }
      if (granted > 0n) pool.grantedAt = time
      outcomes.set(pool, granted >= need ? 'GRANTED' : idle ? 'IDLE_WITH_OTHERS' : 'NONE_LEFT')
    }
  }

  return async (needed) => {
    const outcomes = new Map<Pool, Outcome>()
    const all = [...needed]
    for (let from = 0; from < all.length; from += MAX_EXCHANGES)
      await exchangeSome(all.slice(from, from + MAX_EXCHANGES), outcomes)
    return outcomes
  }
}
