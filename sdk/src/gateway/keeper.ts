import { wait } from '../internal/retry.ts'
import { exchangeWith, type Needed, type Outcome } from './exchange.ts'
import { every } from './link.ts'
import { LEAST, type Limit, Pool, windowOf } from './pool.ts'
import { newReservation } from './reservation.ts'
import { AwayError, type Server } from './server.ts'

const TICK_MS = 1_000
const FORGET_MS = 600_000
/** How long others are given to return what they do not use, one time after the other, before a request is refused. */
const RECALL_MS = [30, 60, 120, 240]
/** How often a request is tried that always comes too late for what was granted. */
const MAX_ROUNDS = 100

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

/** Someone who waits to be told what came of asking. */
interface Waiter {
  needs: readonly Need[]
  go: (outcomes: ReadonlyMap<Pool, Outcome>) => void
}

const lacks = ({ pool, amount }: Need): boolean => pool.available < amount

function taken(needs: readonly Need[], cost: bigint, now: number): Taken {
  let leases = ''
  for (const { pool, amount } of needs) {
    pool.use(amount, now)
    if (!pool.limit.isRate) leases += pool.lease.id
  }
  return { missing: null, reservation: leases && newReservation(cost, leases) }
}

/**
 * Holds slices of rates and budgets, leased from the server, and hands them out without asking anybody: whether a request
 * fits is decided here, for all its limits at once. What is missing is asked for, for everyone who waits at the time in one
 * call; before a request is refused, others are asked to return what they do not use.
 */
export interface LimitKeeper {
  /** Takes a request and its estimated cost of all limits or of none, at a moment of the server's clock. At once where it can. */
  take(limits: readonly Limit[], nanos: bigint, at: number): Taken | Promise<Taken>
  /** Gives back what is held of a limit and not used: others wait for it, or it changed. */
  recall(subject: string): void
  /** Returns everything that is not used and reports what is. */
  close(): Promise<void>
}

/** @param isConnected Whether the server can be reached: what is given back then reaches it. */
export function keepLimits(
  server: Server,
  verifierId: string,
  isConnected: () => boolean,
  onError: (error: unknown) => void,
): LimitKeeper {
  const ask = exchangeWith(server, verifierId, onError)
  const pools = new Map<string, Pool>()
  let waiting: Waiter[] = []
  let isScheduled = false
  let isClosed = false
  const serving = new Set<Promise<void>>()
  let reporting: Promise<void> = Promise.resolve()
  // While the server is away, what is held is all there is.
  const stop = every(TICK_MS, () => void (isConnected() && report()))

  function take(limits: readonly Limit[], nanos: bigint, at: number): Taken | Promise<Taken> {
    const now = performance.now()
    const cost = nanos > LEAST ? nanos : LEAST
    const needs: Need[] = []
    let fits = true
    for (const limit of limits) {
      if (!limit.isEnforced) continue
      const need = { pool: poolOf(limit, at, now), amount: limit.isRate ? 1n : cost }
      needs.push(need)
      if (lacks(need)) fits = false
    }
    return fits ? taken(needs, cost, now) : takeLater(needs, cost)
  }

  function poolOf(limit: Limit, at: number, now: number): Pool {
    const { pool: last } = limit
    if (last && !last.isForgotten && at < last.window.end && at >= last.window.start) return last
    const window = windowOf(limit.of.kind, at)
    const key = `${limit.of.subject} ${limit.of.kind} ${limit.of.limit} ${window.start}`
    const pool = pools.get(key) ?? new Pool(limit, window, now)
    pools.set(key, pool)
    limit.pool = pool
    return pool
  }

  /** Asks until the request fits, again once others had time to return something, or says what is missing. */
  async function takeLater(needs: readonly Need[], cost: bigint): Promise<Taken> {
    let tries = 0
    for (let rounds = 1; ; rounds += 1) {
      if (isClosed) throw new AwayError()
      const outcomes = await new Promise<ReadonlyMap<Pool, Outcome>>((go) => {
        waiting.push({ needs, go })
        schedule()
      })
      const missing = needs.filter(lacks).map(({ pool }) => pool)
      if (missing.length === 0) return taken(needs, cost, performance.now())
      if (missing.some((pool) => outcomes.get(pool) === 'AWAY')) throw new AwayError()
      if (missing.some((pool) => !outcomes.has(pool))) throw new StaleLimitError()
      const denied = missing.filter((pool) => outcomes.get(pool) !== 'GRANTED')
      const refused = denied.find((pool) => outcomes.get(pool) === 'NONE_LEFT')
      const pause = denied.length === 0 ? 0 : RECALL_MS[tries]
      if (refused || pause === undefined || rounds > MAX_ROUNDS)
        return { missing: (refused ?? denied[0] ?? missing[0])?.limit ?? null, reservation: '' }
      if (denied.length > 0) tries += 1
      // What is held here is in the way of others who wait for the rest of it.
      for (const pool of denied) pool.isRecalled = true
      await wait(pause, undefined)
    }
  }

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setTimeout(() => {
      isScheduled = false
      const served: Promise<void> = serve().finally(() => serving.delete(served))
      serving.add(served)
    }, 0)
  }

  /** Asks for what those need whose limits nobody is asking about yet; the others come next. */
  async function serve(): Promise<void> {
    if (isClosed) {
      for (const { go } of waiting.splice(0)) go(new Map())
      return
    }
    const isBusy = ({ needs }: Waiter) => needs.some(({ pool }) => pool.isBusy)
    const served = waiting.filter((waiter) => !isBusy(waiter))
    waiting = waiting.filter(isBusy)
    const needed = new Map<Pool, Needed>()
    for (const { pool, amount } of served.flatMap(({ needs }) => needs)) {
      const { sum, least } = needed.get(pool) ?? { sum: 0n, least: amount }
      needed.set(pool, { sum: sum + amount, least: least < amount ? least : amount })
    }
    await exchange(needed, (outcomes) => {
      for (const { go } of served) go(outcomes)
    })
  }

  /** Asks about pools that nobody else asks about meanwhile, and tells what came of it. */
  async function exchange(
    needed: ReadonlyMap<Pool, Needed>,
    tell?: (outcomes: ReadonlyMap<Pool, Outcome>) => void,
  ): Promise<void> {
    if (needed.size === 0) return
    const all = [...needed.keys()]
    for (const pool of all) pool.isBusy = true
    const outcomes = await ask(needed)
    for (const pool of all) pool.isBusy = false
    // They take what was granted before it goes back as what was asked back meanwhile.
    tell?.(outcomes)
    if (all.some(({ isRecalled }) => isRecalled)) void report()
    if (waiting.length > 0) schedule()
  }

  function recall(subject: string): void {
    let any = false
    for (const pool of pools.values()) {
      if (pool.limit.of.subject !== subject || pool.isSettled) continue
      pool.isRecalled = true
      any = true
    }
    if (any) void report()
  }

  /** Tells what was used, and returns what is idle, old or recalled; one report after the other. */
  function report(): Promise<void> {
    reporting = reporting.then(async () => {
      const now = performance.now()
      const due = new Map<Pool, Needed>()
      for (const [key, pool] of pools) {
        if (pool.isBusy) continue
        if (!pool.isSettled) {
          if (pool.isDue(now)) due.set(pool, { sum: 0n, least: 0n })
        } else if (now - pool.lastUsedAt > FORGET_MS) {
          pool.isForgotten = true
          pools.delete(key)
        }
      }
      // What cannot be told now is told with the next report: sums are told, not differences.
      await exchange(due)
    })
    return reporting
  }

  return {
    take,
    recall,
    async close() {
      stop()
      isClosed = true
      // What is being asked for is held by then, too.
      await Promise.all(serving)
      for (const pool of pools.values()) pool.isRecalled = true
      await report()
    },
  }
}
