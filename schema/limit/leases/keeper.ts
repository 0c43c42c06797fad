import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type Database, RECALLS_CHANNEL } from '@keyward/prisma/database'
import { LimitKind } from '@keyward/prisma/generated/prisma/enums'
import { newId } from '../../core/ids.ts'
import type { ChangeFeed } from '../../write/outbox/feed.ts'
import type { Reservation } from '../ledger/reservation.ts'
import { windowOf } from '../ledger/window.ts'
import { type Answer, type Need, type Needed, neededOf, type Waiter } from './need.ts'
import { keyOf, LEAST, type Limit, Pool, startOf } from './pool.ts'
import { askBack } from './recall.ts'
import { exchangeSlices } from './slices.ts'

const TICK_MS = 1_000
/** Pools that are not used for so long are forgotten, once everything is reported. */
const FORGET_MS = 600_000
/** So many pools are remembered; more only while they hold something. */
const MAX_POOLS = 100_000
const LOOKED_AT = 20
/** So many questions to the authority are under way at most: who comes meanwhile is asked for together, in one statement. */
const MAX_ASKING = 3
/** How long others are given to return what they do not use, one time after the other, before a request is refused. */
const RECALL_MS = [20, 40, 80, 160]

/** A request's place in the limits above it. */
export type Taken =
  | { fits: true; reservation: Reservation | null; limits: LimitLeft[] }
  | { fits: false; by: Limit; retryAfterSeconds: number | null; limits: LimitLeft[] }

/** A limit, and what is left of it as far as this process knows; null where it was never asked. */
export interface LimitLeft {
  limit: Limit
  left: bigint | null
  resetsAt: Date | null
}

/**
 * Holds slices of rates and budgets for this process and hands them out without asking anybody: whether a request fits
 * is decided here, for all its limits at once. What is missing is asked of the authority, for everyone who waits at the
 * time in one statement; before a request is refused, others are asked to return what they do not use.
 */
export class LimitKeeper {
  readonly #database: Database
  readonly #holderId = newId()
  readonly #pools = new Map<string, Pool>()
  #waiting: Waiter[] = []
  #isScheduled = false
  #asking = 0
  readonly #timer: NodeJS.Timeout
  readonly #forget: (() => void)[] = []
  #reporting: Promise<void> = Promise.resolve()
  readonly #recalls = new EventEmitter<{ recall: [holderId: string, scopeId: string] }>().setMaxListeners(0)

  private constructor(database: Database, changes: ChangeFeed) {
    this.#database = database
    this.#timer = setInterval(() => void this.#report(), TICK_MS).unref()
    // Limits that are changed count at once: what was taken under the old ones goes back.
    this.#forget.push(
      changes.onChange(({ kind, subjectId }) => {
        if (kind === 'LIMITS_CHANGED' || kind === 'API_KEY_UPDATED') this.#recall(this.#poolsOf(subjectId))
      }),
    )
  }

  static async open(database: Database, changes: ChangeFeed): Promise<LimitKeeper> {
    const keeper = new LimitKeeper(database, changes)
    keeper.#forget.push(
      await database.listen((payload) => {
        const [holder, ...key] = payload.split(' ')
        if (holder === keeper.#holderId) return
        if (holder && key[0]) keeper.#recalls.emit('recall', holder, key[0])
        const named = keeper.#pools.get(key.join(' '))
        keeper.#recall(payload === '' ? keeper.#pools.values() : named ? [named] : [])
      }, RECALLS_CHANNEL),
    )
    return keeper
  }

  /**
   * Calls the handler whenever somebody else asks for what is held of the limits of a scope and not used; for holders that
   * are not in this process. Returns what ends that.
   */
  onRecall(handler: (holderId: string, scopeId: string) => void): () => void {
    this.#recalls.on('recall', handler)
    return () => this.#recalls.off('recall', handler)
  }

  /** Returns everything that is not used and reports what is. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    for (const forget of this.#forget) forget()
    for (const pool of this.#pools.values()) pool.isRecalled = true
    await this.#report()
  }

  /** Takes a request and its estimated cost (nano-dollars) of all its limits, or of none. Throws where that cannot be told. */
  async take(limits: readonly Limit[], nanos: bigint): Promise<Taken> {
    const at = this.#database.clock.now()
    const enforced = limits.filter(({ action }) => action === 'REJECT')
    const needs = enforced.map((limit) => {
      const isRate = limit.kind === 'REQUESTS_PER_MINUTE'
      return { limit, pool: this.#poolOf(limit, at), amount: isRate ? 1n : nanos > LEAST ? nanos : LEAST }
    })
    const missing = this.#use(needs) ? null : await this.#wait(needs)
    const left = limits.map((limit): LimitLeft => {
      const pool = needs.find((need) => need.limit === limit)?.pool
      return { limit, left: pool?.room == null ? null : pool.room + pool.available, resetsAt: resetOf(limit, at) }
    })
    if (missing) return { fits: false, by: missing.limit, retryAfterSeconds: retryAfter(missing, at), limits: left }
    const leases = needs.filter(({ pool }) => pool.windowStart !== null).map(({ pool }) => pool.lease.id)
    const reservation = leases.length === 0 ? null : { id: newId(), nanos: nanos > LEAST ? nanos : LEAST, leases }
    return { fits: true, reservation, limits: left }
  }

  #poolOf(limit: Limit, at: Date): Pool {
    const start = startOf(limit.kind, at)
    const key = keyOf(limit.scopeId, limit.kind, start)
    const known = this.#pools.get(key)
    if (known) return known
    const pool = new Pool(limit.scopeId, limit.kind, start, performance.now())
    this.#pools.set(key, pool)
    if (this.#pools.size > MAX_POOLS) this.#forgetOne()
    return pool
  }

  /** Makes room for a pool: of the oldest ones, one that holds nothing and has nothing to tell goes. */
  #forgetOne(): void {
    let looked = 0
    for (const pool of this.#pools.values()) {
      if (!pool.isBusy && pool.isSettled) {
        this.#pools.delete(pool.key)
        return
      }
      looked += 1
      if (looked === LOOKED_AT) return
    }
  }

  /** Hands out everything that a request needs, or nothing. */
  #use(needs: Need[]): boolean {
    if (needs.some(({ pool, amount }) => pool.available < amount)) return false
    const now = performance.now()
    for (const { pool, amount } of needs) pool.use(amount, now)
    return true
  }

  /** Asks until the request fits, again once others had time to return something; or answers what is missing. */
  async #wait(needs: Need[]): Promise<Need | null> {
    for (let tries = 0; ; ) {
      const answers = await new Promise<ReadonlyMap<Pool, Answer>>((go, fail) => {
        this.#waiting.push({ needs, go, fail })
        this.#schedule()
      })
      if (this.#use(needs)) return null
      const missing = needs.filter(({ pool, amount }) => pool.available < amount)
      const denied = missing.filter(({ pool }) => answers.get(pool) !== 'GRANTED')
      const refused = denied.find(({ pool }) => answers.get(pool) === 'NONE_LEFT')
      const pause = denied.length === 0 ? 0 : RECALL_MS[tries]
      if (refused || pause === undefined) return refused ?? denied[0] ?? null
      if (denied.length > 0) tries += 1
      for (const { pool } of denied) {
        // What is held here is in the way of others who wait for the rest of it.
        pool.isRecalled = true
        askBack(this.#database, this.#holderId, pool.key)
      }
      await delay(pause)
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      void this.#serve()
    })
  }

  /** Asks for what those need whose limits nobody is asking about yet; the others come next. */
  async #serve(): Promise<void> {
    // Whoever is done asking goes on with those who wait.
    if (this.#asking >= MAX_ASKING) return
    const served: Waiter[] = []
    const waiting: Waiter[] = []
    for (const waiter of this.#waiting) {
      const isBusy = waiter.needs.some(({ pool }) => pool.isBusy)
      ;(isBusy ? waiting : served).push(waiter)
    }
    this.#waiting = waiting
    if (served.length === 0) return
    this.#asking += 1
    try {
      await this.#exchange(neededOf(served), (answers) => {
        for (const { go } of served) go(answers)
      })
    } catch (error) {
      for (const { fail } of served) fail(error)
    } finally {
      this.#asking -= 1
      if (this.#waiting.length > 0) this.#schedule()
    }
  }

  /** Asks about pools that nobody else asks about meanwhile, and tells what came of it. */
  async #exchange(
    needed: ReadonlyMap<Pool, Needed>,
    tell?: (answers: ReadonlyMap<Pool, Answer>) => void,
  ): Promise<void> {
    for (const pool of needed.keys()) pool.isBusy = true
    try {
      const answers = await exchangeSlices(this.#database, this.#holderId, needed)
      tell?.(answers)
    } finally {
      for (const pool of needed.keys()) pool.isBusy = false
    }
  }

  /** What is held of the present limits of an organization, project or key. */
  #poolsOf(scopeId: string): Pool[] {
    const at = this.#database.clock.now()
    const keys = Object.values(LimitKind).map((kind) => keyOf(scopeId, kind, startOf(kind, at)))
    return keys.map((key) => this.#pools.get(key)).filter((pool) => pool !== undefined)
  }

  #recall(pools: Iterable<Pool>): void {
    let any = false
    for (const pool of pools) {
      if (pool.isSettled) continue
      pool.isRecalled = true
      any = true
    }
    if (any) void this.#report()
  }

  /** Tells the authority what was used, and returns what is idle, old or recalled; one report after the other. */
  #report(): Promise<void> {
    this.#reporting = this.#reporting.then(async () => {
      const now = performance.now()
      const due = new Map<Pool, Needed>()
      for (const pool of this.#pools.values()) {
        if (pool.isBusy) continue
        if (!pool.isSettled) {
          if (pool.isDue(now)) due.set(pool, { sum: 0n, least: 0n, amount: 0n })
        } else if (now - pool.lastUsedAt > FORGET_MS) this.#pools.delete(pool.key)
      }
      if (due.size === 0) return
      // What cannot be told now is told with the next report: sums are told, not differences.
      await this.#exchange(due).catch(() => {})
      if (this.#waiting.length > 0) this.#schedule()
    })
    return this.#reporting
  }
}

const resetOf = ({ kind }: Limit, at: Date): Date | null =>
  kind === 'REQUESTS_PER_MINUTE' ? null : windowOf(kind, at).end

/** After how many seconds a refused request can fit; null where no time helps. */
function retryAfter({ limit }: Need, at: Date): number | null {
  if (limit.kind === 'REQUESTS_PER_MINUTE') return Math.max(1, Math.ceil(60 / Number(limit.amount)))
  const end = resetOf(limit, at)
  return end && Math.max(1, Math.ceil((end.getTime() - at.getTime()) / 1000))
}
