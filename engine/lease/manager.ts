import type { Authority, Host } from '../ports.ts'
import { Balance, type Limit } from './balance.ts'
import { exchange, type Needed, NOTHING, type Outcome } from './exchange.ts'
import { type Estimate, type LimitKind, reservedOf } from './kind.ts'
import { ReservationWriter } from './reservation.ts'

const TICK_MS = 1_000
/** A settled balance that was not used for this long is dropped. */
const FORGET_MS = 600_000
const FORGET_SOON_MS = 10_000
/** If there are more balances than this, only those that hold something are kept. */
const MAX_BALANCES = 100_000
const LOOKED_AT = 20
/**
 * Maximum number of simultaneous exchanges for waiting requests. Requests that arrive in the meantime share the next
 * one.
 */
const MAX_EXCHANGES = 3
/**
 * Delays between the attempts of a request before it is denied. In the meantime, other holders return unused amounts.
 */
const RECALL_MS = [30, 60, 120, 240]
/** Maximum number of attempts of a request, in case others always spend the granted amounts first. */
const MAX_ROUNDS = 100

/**
 * The result of charging a request to its limits. MISSING names the limit that has no room for it. STALE: a limit no
 * longer exists, so the credential has to be looked up again. AWAY: the authority does not respond.
 */
export type Charged =
  | { readonly outcome: 'FITS'; readonly reservation: string | null }
  | { readonly outcome: 'MISSING'; readonly limit: Limit }
  | { readonly outcome: 'STALE' | 'AWAY' }

interface Need {
  readonly balance: Balance
  readonly amount: bigint
}

interface Waiter {
  readonly needs: readonly Need[]
  readonly resume: (outcomes: ReadonlyMap<Balance, Outcome>) => void
}

const lacks = ({ balance, amount }: Need): boolean => balance.available < amount

/**
 * Leases slices of limits and spends them in this process. It decides here, for all limits of a request atomically,
 * whether they have room. One exchange requests the missing amounts of all waiting requests. Before a request is
 * denied, unused amounts of other holders are recalled.
 */
export class LeaseManager {
  readonly #host: Host
  readonly #authority: Authority
  readonly #maxBalances: number
  readonly #reservations: ReservationWriter
  /** Keyed by the subject of their limits, so that a change or a recall visits only the affected balances. */
  readonly #balances = new Map<string, Balance[]>()
  #count = 0
  #settlements = 0
  #waiting: Waiter[] = []
  #isScheduled = false
  #isClosed = false
  #asking = 0
  readonly #serving = new Set<Promise<void>>()
  #reporting: Promise<void> = Promise.resolve()
  readonly #stop: () => void

  constructor(host: Host, authority: Authority, maxBalances = MAX_BALANCES) {
    this.#host = host
    this.#authority = authority
    this.#maxBalances = maxBalances
    this.#reservations = new ReservationWriter(host.newId())
    this.#stop = host.every(TICK_MS, () => void (authority.isReachable() && this.#report()))
  }

  /** Charges a request and its estimated usage to all limits or to none. The time is that of the authority's clock. */
  charge(limits: readonly Limit[], estimate: Estimate, at: number): Charged | Promise<Charged> {
    const now = this.#host.elapsed()
    const needs: Need[] = []
    let fits = true
    for (const limit of limits) {
      if (!limit.isEnforced) continue
      const need = {
        balance: this.#balanceOf(limit, at, now),
        amount: limit.isBucket ? 1n : reservedOf(limit.unit, estimate),
      }
      needs.push(need)
      if (lacks(need)) fits = false
    }
    if (fits) return this.#use(needs, estimate, now)
    const denied = needs.find(
      (need) => lacks(need) && need.balance.isDenied(need.amount, now, this.#eraOf(need.balance)),
    )
    return denied ? { outcome: 'MISSING', limit: denied.balance.limit } : this.#chargeLater(needs, estimate)
  }

  /** Ends the memory of denials, because usage was settled, which may leave room in any limit. */
  settled(): void {
    this.#settlements += 1
  }

  /** Returns the unused amounts of a subject's limits, or of one kind of them. */
  recall(subject: string, kind?: LimitKind): void {
    const balances = this.#balances.get(subject)
    if (balances) this.#recall(kind === undefined ? balances : balances.filter(({ limit }) => limit.kind === kind))
  }

  /** Returns all unused amounts. */
  recallAll(): void {
    this.#recall([...this.#balances.values()].flat())
  }

  /** Returns all unused amounts and reports the used ones. */
  async close(): Promise<void> {
    this.#stop()
    this.#isClosed = true
    // By then, running exchanges have added their grants to the balances.
    await Promise.all(this.#serving)
    for (const balances of this.#balances.values()) for (const balance of balances) balance.isRecalled = true
    await this.#report()
  }

  #balanceOf(limit: Limit, at: number, now: number): Balance {
    const { balance: last, subject, scopeId, kind } = limit
    if (last && !last.isForgotten && last.isOf(kind, at)) return last
    const balances = this.#balances.get(subject) ?? []
    let balance = balances.find((each) => each.limit.scopeId === scopeId && each.isOf(kind, at))
    if (!balance) {
      balance = new Balance(limit, now, this.#host.newId)
      balances.push(balance)
      this.#balances.set(subject, balances)
      this.#count += 1
      if (this.#count > this.#maxBalances) this.#forgetOne(now)
    }
    // If only the amount of a limit changes, its balance is kept.
    balance.limit = limit
    limit.balance = balance
    return balance
  }

  #eraOf({ limit }: Balance): number {
    return this.#settlements + (this.#authority.eraOf?.(limit) ?? 0)
  }

  #forget(balance: Balance): void {
    const { subject } = balance.limit
    const others = (this.#balances.get(subject) ?? []).filter((each) => each !== balance)
    if (others.length > 0) this.#balances.set(subject, others)
    else this.#balances.delete(subject)
    balance.isForgotten = true
    this.#count -= 1
  }

  /** Drops one of the oldest balances that are settled and idle. Other balances may have waiting requests. */
  #forgetOne(now: number): void {
    let looked = 0
    for (const balances of this.#balances.values()) {
      const idle = balances.find((each) => !each.isBusy && each.isSettled && now - each.lastUsedAt > FORGET_SOON_MS)
      if (idle) this.#forget(idle)
      looked += 1
      if (idle || looked === LOOKED_AT) return
    }
  }

  #use(needs: readonly Need[], estimate: Estimate, now: number): Charged {
    let leases = ''
    let hasTokens = false
    for (const { balance, amount } of needs) {
      balance.use(amount, now)
      if (!balance.limit.isReserved) continue
      leases += balance.lease.id
      if (balance.limit.isRate) hasTokens = true
    }
    return {
      outcome: 'FITS',
      reservation: leases === '' ? null : this.#reservations.write(estimate, leases, hasTokens),
    }
  }

  /**
   * Repeats exchanges until the request fits or a limit turns out to have no room. Between attempts, other holders have
   * time to return amounts.
   */
  async #chargeLater(needs: readonly Need[], estimate: Estimate): Promise<Charged> {
    let tries = 0
    const eras = needs.map(({ balance }) => this.#eraOf(balance))
    for (let rounds = 1; ; rounds += 1) {
      if (this.#isClosed) return { outcome: 'AWAY' }
      // A dropped balance would accept the charge, but never report it.
      for (const { balance } of needs) balance.lastUsedAt = this.#host.elapsed()
      const outcomes = await new Promise<ReadonlyMap<Balance, Outcome>>((resume) => {
        this.#waiting.push({ needs, resume })
        this.#schedule()
      })
      const missing = needs.filter(lacks).map(({ balance }) => balance)
      const [first] = missing
      if (!first) return this.#use(needs, estimate, this.#host.elapsed())
      if (missing.some((balance) => outcomes.get(balance) === 'AWAY')) return { outcome: 'AWAY' }
      if (missing.some((balance) => !outcomes.has(balance))) return { outcome: 'STALE' }
      // The window of these balances has ended in the meantime and grants nothing more, so the current window is used.
      if (missing.some(({ end }) => end <= this.#host.now())) return { outcome: 'STALE' }
      const denied = missing.filter((balance) => outcomes.get(balance) !== 'GRANTED')
      const spent = denied.find((balance) => outcomes.get(balance) === 'NONE_LEFT')
      const pause = denied.length === 0 ? 0 : RECALL_MS[tries]
      if (spent || pause === undefined || rounds > MAX_ROUNDS) {
        const now = this.#host.elapsed()
        needs.forEach(({ balance, amount }, index) => {
          if (denied.includes(balance)) balance.deny(amount, now, eras[index])
        })
        return { outcome: 'MISSING', limit: (spent ?? denied[0] ?? first).limit }
      }
      if (denied.length > 0) tries += 1
      // Other processes may wait for the amount held here.
      for (const balance of denied) balance.isRecalled = true
      await new Promise<void>((resolve) => void this.#host.after(pause, resolve))
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#host.soon(() => {
      this.#isScheduled = false
      const served: Promise<void> = this.#serve().finally(() => this.#serving.delete(served))
      this.#serving.add(served)
    })
  }

  /**
   * Exchanges the balances of waiting requests, except requests whose balances are already in an exchange. Those come
   * next.
   */
  async #serve(): Promise<void> {
    if (this.#isClosed) {
      // Each waiting request then finds the manager closed.
      for (const { resume } of this.#waiting.splice(0)) resume(new Map())
      return
    }
    // When an exchange ends, the waiting requests are scheduled.
    if (this.#asking >= MAX_EXCHANGES) return
    const isBusy = ({ needs }: Waiter) => needs.some(({ balance }) => balance.isBusy)
    const served = this.#waiting.filter((waiter) => !isBusy(waiter))
    this.#waiting = this.#waiting.filter(isBusy)
    if (served.length === 0) return
    const needed = new Map<Balance, Needed>()
    for (const { balance, amount } of served.flatMap(({ needs }) => needs)) {
      const { sum, least } = needed.get(balance) ?? { sum: 0n, least: amount }
      needed.set(balance, { sum: sum + amount, least: least < amount ? least : amount })
    }
    this.#asking += 1
    await this.#exchange(needed, (outcomes) => {
      this.#asking -= 1
      for (const { resume } of served) resume(outcomes)
    })
  }

  async #exchange(
    needed: ReadonlyMap<Balance, Needed>,
    finish: (outcomes: ReadonlyMap<Balance, Outcome>) => void,
  ): Promise<void> {
    const all = [...needed.keys()]
    for (const balance of all) balance.isBusy = true
    const outcomes = await exchange(this.#authority, needed, this.#host.elapsed)
    for (const balance of all) balance.isBusy = false
    // Waiting requests spend the grant before a recall that arrived in the meantime returns it.
    finish(outcomes)
    if (all.some(({ isRecalled }) => isRecalled)) void this.#report()
    if (this.#waiting.length > 0) this.#schedule()
  }

  #recall(balances: readonly Balance[]): void {
    for (const balance of balances) balance.allowAgain()
    const held = balances.filter((balance) => !balance.isSettled)
    for (const balance of held) balance.isRecalled = true
    if (held.length > 0) void this.#report()
  }

  /** Reports used amounts, and returns idle, old or recalled ones. Only one report runs at a time. */
  #report(): Promise<void> {
    this.#reporting = this.#reporting.then(async () => {
      const now = this.#host.elapsed()
      const due = new Map<Balance, Needed>()
      for (const balances of this.#balances.values()) {
        for (const balance of balances) {
          if (balance.isBusy) continue
          if (!balance.isSettled) {
            if (balance.isDue(now)) due.set(balance, NOTHING)
          } else if (now - balance.lastUsedAt > FORGET_MS) this.#forget(balance)
        }
      }
      // The next report repeats a failed one, because reports contain sums, not differences.
      if (due.size > 0) await this.#exchange(due, () => {})
    })
    return this.#reporting
  }
}
