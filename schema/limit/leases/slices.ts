import type { Database } from '@keyward/prisma/database'
import { type LeaseAsk, type TokenAsk, takeLeases, takeTokens } from '../ledger/authority.ts'
import type { Answer, Needed } from './need.ts'
import { LEAST, type Pool } from './pool.ts'

type Answers = Map<Pool, Answer>

/**
 * Reports on pools and asks the authority for what is needed of them; what is idle, old or recalled goes back first.
 * Throws where the authority of budgets is away: rates are kept here alone then.
 */
export async function exchangeSlices(
  database: Database,
  holderId: string,
  needed: ReadonlyMap<Pool, Needed>,
): Promise<Answers> {
  const now = performance.now()
  const budgets: { pool: Pool; ask: LeaseAsk }[] = []
  const rates: { pool: Pool; ask: TokenAsk; perMinute: bigint }[] = []
  for (const [pool, { sum, least, amount }] of needed) {
    const back = pool.isDue(now) ? pool.giveBack() : 0n
    pool.isRecalled = false
    const need = pool.lackOf(sum)
    const want = need > 0n ? pool.demand(now) : 0n
    const { scopeId, kind, windowStart, lease } = pool
    if (windowStart === null || kind === 'REQUESTS_PER_MINUTE') {
      const ask = { scopeId, back: Number(back), need: Number(need), want: Number(want) }
      rates.push({ pool, ask, perMinute: amount })
      continue
    }
    const { id, used, returned } = lease
    const smallest = need && (pool.lackOf(least) || LEAST)
    budgets.push({
      pool,
      ask: { lease: id, scopeId, kind, windowStart, used, returned, need, want, least: smallest },
    })
  }
  const answers: Answers = new Map()
  await Promise.all([exchangeLeases(database, holderId, budgets, answers), exchangeTokens(database, rates, answers)])
  return answers
}

async function exchangeLeases(
  database: Database,
  holderId: string,
  asked: { pool: Pool; ask: LeaseAsk }[],
  answers: Answers,
): Promise<void> {
  if (asked.length === 0) return
  const grants = await takeLeases(
    database,
    holderId,
    asked.map(({ ask }) => ask),
  )
  const now = performance.now()
  for (const { pool, ask } of asked) {
    const grant = grants.get(ask.lease)
    if (!grant) continue
    pool.hear(grant.taken, ask.used + ask.returned, now)
    pool.room = grant.room
    if (grant.granted > 0n) pool.grantedAt = now
    const isGranted = grant.granted >= ask.need
    answers.set(pool, isGranted ? 'GRANTED' : grant.idleWithOthers > 0n ? 'IDLE_WITH_OTHERS' : 'NONE_LEFT')
  }
}

async function exchangeTokens(
  database: Database,
  asked: { pool: Pool; ask: TokenAsk; perMinute: bigint }[],
  answers: Answers,
): Promise<void> {
  if (asked.length === 0) return
  const grants = await takeTokens(
    database,
    asked.map(({ ask }) => ask),
  ).catch(() => null)
  const now = performance.now()
  for (const { pool, ask, perMinute } of asked) {
    const grant = grants?.get(ask.scopeId)
    const granted = grants ? BigInt(grant?.granted ?? 0) : pool.takeWhileAway(BigInt(ask.need), perMinute, now)
    if (grant) pool.room = BigInt(Math.floor(grant.tokens))
    if (granted > 0n) pool.grantedAt = now
    pool.available += granted
    answers.set(pool, granted >= BigInt(ask.need) ? 'GRANTED' : 'NONE_LEFT')
  }
}
