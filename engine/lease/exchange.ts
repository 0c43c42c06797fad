import type { Authority, Grants, LeaseRequest, RateRequest } from '../ports.ts'
import type { Balance } from './balance.ts'
import { leastOf } from './kind.ts'

/** The authority accepts this many leases and rates in one call. */
const MAX_EXCHANGES = 1_000

/** The needs of the waiting requests: their sum, and the smallest one. */
export interface Needed {
  sum: bigint
  least: bigint
}

export const NOTHING: Needed = { sum: 0n, least: 0n }

/** The result for one balance. Undefined if the limit of the balance no longer exists. */
export type Outcome = 'GRANTED' | 'IDLE_WITH_OTHERS' | 'NONE_LEFT' | 'AWAY'

/** Reports balances to the authority, returns due amounts, and requests the needed ones. */
export async function exchange(
  authority: Authority,
  needed: ReadonlyMap<Balance, Needed>,
  elapsed: () => number,
): Promise<ReadonlyMap<Balance, Outcome>> {
  const outcomes = new Map<Balance, Outcome>()
  const all = [...needed]
  for (let from = 0; from < all.length; from += MAX_EXCHANGES)
    await exchangeSome(authority, all.slice(from, from + MAX_EXCHANGES), outcomes, elapsed)
  return outcomes
}

async function exchangeSome(
  authority: Authority,
  asked: readonly (readonly [Balance, Needed])[],
  outcomes: Map<Balance, Outcome>,
  elapsed: () => number,
): Promise<void> {
  const leases: LeaseRequest[] = []
  const rates: RateRequest[] = []
  const now = elapsed()
  const requests = asked.map(([balance, { sum, least }]) => {
    const back = balance.isDue(now) ? balance.giveUp() : 0n
    balance.isRecalled = false
    const need = balance.lackOf(sum)
    const want = need > 0n ? balance.demand(now) : 0n
    const { limit, lease } = balance
    const { scopeId, kind } = limit
    const { id: leaseId, used, returned } = lease
    if (limit.isBucket) rates.push({ scopeId, back: Number(back), need: Number(need), want: Number(want) })
    else {
      const smallest = need && (balance.lackOf(least) || leastOf(limit.unit))
      leases.push({
        leaseId,
        scopeId,
        kind,
        used,
        returned,
        need,
        want,
        least: smallest,
      })
    }
    return { balance, leaseId, need, told: used + returned }
  })
  const grants = await authority.exchange(leases, rates).catch((): Grants => ({ leases: null, rates: null }))
  const time = elapsed()
  for (const { balance, leaseId, need, told } of requests) {
    const { limit } = balance
    let granted: bigint
    let idleWithOthers = 0n
    if (limit.isBucket) {
      const grant = grants.rates?.get(limit.scopeId)
      if (grants.rates && !grant) continue
      granted = BigInt(grant ? grant.granted : balance.bucket.take(Number(need), Number(limit.amount), time))
      if (grant) balance.remaining = BigInt(grant.remaining)
      balance.available += granted
    } else if (grants.leases) {
      const grant = grants.leases.get(leaseId)
      if (!grant) continue
      ;({ granted, idleWithOthers, remaining: balance.remaining } = grant)
      // A window that has ended stays ended, whatever calendar follows.
      balance.end = Math.min(balance.end, grant.end)
      balance.applyGrant(grant.taken, told, time)
    } else {
      // Whether the limit has room is unknown. The next report shows whether anything was granted.
      balance.lease.reported = -1n
      outcomes.set(balance, 'AWAY')
      continue
    }
    if (granted > 0n) {
      balance.grantedAt = time
      balance.allowAgain()
    }
    outcomes.set(balance, granted >= need ? 'GRANTED' : idleWithOthers > 0n ? 'IDLE_WITH_OTHERS' : 'NONE_LEFT')
  }
}
