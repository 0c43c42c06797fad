import { limitsExchangeLeases } from '../generated/documents.ts'
import type { BudgetPeriod, LimitLeasesExchangeInput, LimitLeasesExchangePayload } from '../generated/types.ts'
import { wait } from '../retry.ts'
import { unref } from './link.ts'
import { formatUsd, parseUsd } from './money.ts'
import { type Limit, Pool, windowOf } from './pool.ts'
import { newReservation } from './reservation.ts'
import type { Server } from './server.ts'

const TICK_MS = 1_000
/** What was not used for so long goes back, and what was held for so long, too. */
const IDLE_MS = 2_000
const SLICE_MS = 10_000
const FORGET_MS = 600_000
const CALL_MS = 2_000
const MAX_EXCHANGES = 1_000
/** How long others are given to return what they do not use, one time after the other, before a request is refused. */
const RECALL_MS = [30, 60, 120, 240]
/** How often a request is tried that always comes too late for what was granted. */
const MAX_ROUNDS = 100
/** What a request without an estimate takes of a budget, so that one that is spent refuses it. */
const LEAST = 1n

/** A request's place in the limits above it; `missing` is the one into which it does not fit. */
export interface Taken {
  missing: Limit | null
  /** Empty where nothing was set aside. */
  reservation: string
}

/** That a limit is none any more: what is known of the key has to be looked up anew. */
export class StaleLimitError extends Error {}

interface Need {
  pool: Pool
  amount: bigint
}

interface Waiter {
  needs: readonly Need[]
  tries: number
  rounds: number
  done: (missing: Pool | null) => void
  fail: (error: unknown) => void
}

type Outcome = 'GRANTED' | 'IDLE_WITH_OTHERS' | 'NONE_LEFT' | 'AWAY'

/** That nothing can be said: the server is away, and what is known is too old or is nothing. */
export class AwayError extends Error {}

const isHeldTooLong = (pool: Pool, now: number): boolean =>
  now - pool.lastUsedAt > IDLE_MS || now - pool.grantedAt > SLICE_MS || pool.isOld(now)

/**
 * Holds slices of rates and budgets, leased from the server, and hands them out without asking anybody: whether a request
 * fits is decided here, for all its limits at once. What is missing is asked for, for everyone who waits at the time in one
 * call; before a request is refused, others are asked to return what they do not use.
 */
export class LimitKeeper {
  readonly #server: Server
  readonly #verifierId: string
  readonly #onError: (error: unknown) => void
  readonly #pools = new Map<string, Pool>()
  #waiting: Waiter[] = []
  #isScheduled = false
  readonly #serving = new Set<Promise<void>>()
  #reporting: Promise<void> = Promise.resolve()
  readonly #timer: ReturnType<typeof setInterval>

  constructor(server: Server, verifierId: string, onError: (error: unknown) => void) {
    this.#server = server
    this.#verifierId = verifierId
    this.#onError = onError
    this.#timer = setInterval(() => void this.report(), TICK_MS)
    unref(this.#timer)
  }

  /** Takes a request and its estimated cost of all limits or of none, at a moment of the server's clock. At once where it can. */
  take(limits: readonly Limit[], nanos: bigint, at: number): Taken | Promise<Taken> {
    const now = performance.now()
    const cost = nanos > LEAST ? nanos : LEAST
    const needs: Need[] = []
    let fits = true
    for (const limit of limits) {
      if (!limit.isEnforced) continue
      const need = { pool: this.#poolOf(limit, at, now), amount: limit.isRate ? 1n : cost }
      needs.push(need)
      if (need.pool.available < need.amount) fits = false
    }
    if (fits) {
      for (const { pool, amount } of needs) pool.use(amount, now)
      return taken(needs, cost)
    }
    return new Promise<Pool | null>((done, fail) => {
      this.#waiting.push({ needs, tries: 0, rounds: 0, done, fail })
      this.#schedule()
    }).then((missing) => (missing ? { missing: missing.limit, reservation: '' } : taken(needs, cost)))
  }

  /** Gives back what is held of a limit and not used: others wait for it, or it changed. */
  recall(subject: string): void {
    let any = false
    for (const pool of this.#pools.values()) {
      if (pool.limit.of.subject !== subject || pool.isSettled) continue
      pool.isRecalled = true
      any = true
    }
    if (any) void this.report()
  }

  /** Returns everything that is not used and reports what is. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    // What is being asked for is held by then, too.
    await Promise.all(this.#serving)
    for (const pool of this.#pools.values()) pool.isRecalled = true
    await this.report()
  }

  #poolOf(limit: Limit, at: number, now: number): Pool {
    const { pool: last } = limit
    if (last && !last.isForgotten && at < last.window.end && at >= last.window.start) return last
    const window = windowOf(limit.of.kind, at)
    const key = `${limit.of.subject} ${limit.of.kind} ${limit.of.limit} ${window.start}`
    const pool = this.#pools.get(key) ?? new Pool(key, limit, window, now)
    this.#pools.set(key, pool)
    limit.pool = pool
    return pool
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setTimeout(() => {
      this.#isScheduled = false
      const serving: Promise<void> = this.#serve().finally(() => this.#serving.delete(serving))
      this.#serving.add(serving)
    }, 0)
  }

  /** Asks for what those need whose limits nobody is asking about yet; the others come next. */
  async #serve(): Promise<void> {
    const isBusy = ({ needs }: Waiter) => needs.some(({ pool }) => pool.isBusy)
    const served = this.#waiting.filter((waiter) => !isBusy(waiter))
    this.#waiting = this.#waiting.filter(isBusy)
    if (served.length === 0) return
    const needed = new Map<Pool, { sum: bigint; least: bigint }>()
    for (const { pool, amount } of served.flatMap(({ needs }) => needs)) {
      const { sum, least } = needed.get(pool) ?? { sum: 0n, least: amount }
      needed.set(pool, { sum: sum + amount, least: least < amount ? least : amount })
    }
    const outcomes = await this.#exchange(needed)
    for (const waiter of served) this.#settle(waiter, outcomes)
  }

  /** Lets a waiter go on, tries again once others had time to return something, or says what is missing. */
  #settle(waiter: Waiter, outcomes: ReadonlyMap<Pool, Outcome>): void {
    const { needs } = waiter
    const missing = needs.filter(({ pool, amount }) => pool.available < amount).map(({ pool }) => pool)
    if (missing.length === 0) {
      for (const { pool, amount } of needs) pool.use(amount, performance.now())
      waiter.done(null)
      return
    }
    const unknown = missing.find((pool) => (outcomes.get(pool) ?? 'AWAY') === 'AWAY')
    if (unknown) {
      waiter.fail(outcomes.has(unknown) ? new AwayError() : new StaleLimitError())
      return
    }
    const denied = missing.filter((pool) => outcomes.get(pool) !== 'GRANTED')
    const refused = denied.find((pool) => outcomes.get(pool) === 'NONE_LEFT')
    const pause = denied.length === 0 ? 0 : RECALL_MS[waiter.tries]
    waiter.rounds += 1
    if (refused || pause === undefined || waiter.rounds > MAX_ROUNDS) {
      waiter.done(refused ?? denied[0] ?? missing[0] ?? null)
      return
    }
    if (denied.length > 0) waiter.tries += 1
    // What is held here is in the way of others who wait for the rest of it.
    for (const pool of denied) pool.isRecalled = true
    void wait(pause, undefined).then(() => {
      this.#waiting.push(waiter)
      this.#schedule()
    })
  }

  /** Reports on pools and asks for what is needed; what is idle, old or recalled goes back first. */
  async #exchange(needed: ReadonlyMap<Pool, { sum: bigint; least: bigint }>): Promise<Map<Pool, Outcome>> {
    const outcomes = new Map<Pool, Outcome>()
    const all = [...needed]
    for (const [pool] of all) pool.isBusy = true
    try {
      for (let from = 0; from < all.length; from += MAX_EXCHANGES) {
        await this.#exchangeSome(all.slice(from, from + MAX_EXCHANGES), outcomes)
      }
    } finally {
      for (const [pool] of all) pool.isBusy = false
      // What was asked back meanwhile.
      if (all.some(([pool]) => pool.isRecalled)) void this.report()
      if (this.#waiting.length > 0) this.#schedule()
    }
    return outcomes
  }

  async #exchangeSome(
    asked: readonly (readonly [Pool, { sum: bigint; least: bigint }])[],
    outcomes: Map<Pool, Outcome>,
  ): Promise<void> {
    const now = performance.now()
    const leases: LimitLeasesExchangeInput['leases'][number][] = []
    const rates: LimitLeasesExchangeInput['rates'][number][] = []
    const needs = new Map<Pool, { need: bigint; told: bigint }>()
    for (const [pool, { sum, least }] of asked) {
      const back = pool.isRecalled || isHeldTooLong(pool, now) ? pool.giveBack() : 0n
      pool.isRecalled = false
      // More than all of a limit is never had, and the server reads no such amounts.
      const most = pool.limit.amount + 1n
      const lackOf = (all: bigint) => {
        const lack = (all < most ? all : most) - pool.available
        return lack > 0n ? lack : 0n
      }
      const need = lackOf(sum)
      const want = need === 0n ? 0n : pool.demand(now)
      const { scopeId, kind } = pool.limit.of
      const { id, used, returned } = pool.lease
      needs.set(pool, { need, told: used + returned })
      if (pool.limit.isRate) rates.push({ scopeId, back: Number(back), need: Number(need), want: Number(want) })
      else {
        leases.push({
          leaseId: id,
          scopeId,
          // Everything but a rate is a budget.
          period: kind as BudgetPeriod,
          windowStart: new Date(pool.window.start).toISOString(),
          used: formatUsd(used),
          returned: formatUsd(returned),
          need: formatUsd(need),
          want: formatUsd(want),
          least: formatUsd(need && (lackOf(least) || LEAST)),
        })
      }
    }
    const answer = await this.#ask({ verifierId: this.#verifierId, leases, rates })
    for (const [pool, { need, told }] of needs) {
      if (pool.limit.isRate) this.#grantTokens(pool, need, answer, outcomes)
      else this.#grantLease(pool, need, told, answer, outcomes)
    }
  }

  /** The server's answer; null where it is away. */
  async #ask(input: LimitLeasesExchangeInput): Promise<LimitLeasesExchangePayload | null> {
    try {
      return await this.#server.ask(limitsExchangeLeases, { input }, CALL_MS)
    } catch (error) {
      this.#onError(error)
      return null
    }
  }

  #grantLease(
    pool: Pool,
    need: bigint,
    told: bigint,
    answer: LimitLeasesExchangePayload | null,
    outcomes: Map<Pool, Outcome>,
  ): void {
    if (!answer) {
      // Whether a budget has room cannot be guessed; that something was granted is found out by telling again.
      pool.lease.reported = -1n
      outcomes.set(pool, 'AWAY')
      return
    }
    const lease = answer.leases.find(({ leaseId }) => leaseId === pool.lease.id)
    if (!lease) return
    const granted = parseUsd(lease.granted) ?? 0n
    const sum = parseUsd(lease.taken) ?? pool.lease.taken
    pool.lease.reported = told
    // What was granted to an ask whose answer was lost is part of the sum.
    pool.available += sum - pool.lease.taken
    pool.lease.taken = sum
    const now = performance.now()
    // One that is in use all the time is settled at this moment alone.
    if (pool.isSettled && pool.isOld(now)) pool.renew(now)
    pool.room = parseUsd(lease.remaining)
    if (granted > 0n) pool.grantedAt = now
    const others = lease.idleWithOthers !== '0'
    outcomes.set(pool, granted >= need ? 'GRANTED' : others ? 'IDLE_WITH_OTHERS' : 'NONE_LEFT')
  }

  #grantTokens(
    pool: Pool,
    need: bigint,
    answer: LimitLeasesExchangePayload | null,
    outcomes: Map<Pool, Outcome>,
  ): void {
    const rate = answer?.rates.find(({ scopeId }) => scopeId === pool.limit.of.scopeId)
    if (answer && !rate) return
    // A rate is kept here alone while the server is away.
    const now = performance.now()
    const granted = rate ? BigInt(rate.granted) : pool.takeWhileAway(need, now)
    if (rate) pool.room = BigInt(rate.remaining)
    if (granted > 0n) pool.grantedAt = now
    pool.available += granted
    outcomes.set(pool, granted >= need ? 'GRANTED' : 'NONE_LEFT')
  }

  /** Tells what was used, and returns what is idle, old or recalled; one report after the other. */
  report(): Promise<void> {
    this.#reporting = this.#reporting.then(async () => {
      const now = performance.now()
      const due = new Map<Pool, { sum: bigint; least: bigint }>()
      for (const [key, pool] of this.#pools) {
        if (pool.isBusy) continue
        if (!pool.isSettled) {
          if (pool.isRecalled || isHeldTooLong(pool, now)) due.set(pool, { sum: 0n, least: 0n })
        } else if (now - pool.lastUsedAt > FORGET_MS) {
          pool.isForgotten = true
          this.#pools.delete(key)
        }
      }
      // What cannot be told now is told with the next report: sums are told, not differences.
      if (due.size > 0) await this.#exchange(due)
    })
    return this.#reporting
  }
}

function taken(needs: readonly Need[], cost: bigint): Taken {
  let leases = ''
  for (const { pool } of needs) if (!pool.limit.isRate) leases += pool.lease.id
  return { missing: null, reservation: leases && newReservation(cost, leases) }
}
