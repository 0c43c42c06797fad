import { readUsd } from '@keyward/engine/money'
import type { LimitKind, VerifierLimit } from '../generated/types.ts'

/** A limit above a credential, read for deciding. */
export interface Limit {
  /** As the server has it. */
  of: VerifierLimit
  /** Requests for a rate; nano-dollars for a budget. */
  amount: bigint
  /** A tenth of it, rounded up. */
  tenth: bigint
  isRate: boolean
  /** Whether it refuses what does not fit; others only alert, and are not kept count of here. */
  isEnforced: boolean
  /** What is held of it in its present window; found again as long as that lasts. */
  pool: Pool | null
}

export function readLimit(of: VerifierLimit): Limit {
  const isRate = of.kind === 'REQUESTS_PER_MINUTE'
  const amount = isRate ? BigInt(Math.trunc(Number(of.limit))) : (readUsd(of.limit) ?? 0n)
  return { of, amount, tenth: (amount + 9n) / 10n, isRate, isEnforced: of.onLimit === 'REJECT', pool: null }
}

const DAY_MS = 86_400_000

/** From when, included, to when, not included, a budget lasts; milliseconds. A lifetime has no end. */
export interface Window {
  start: number
  end: number
}

/** The window of a kind of budget that a moment is in: of the UTC calendar, with weeks from Monday on. */
export function windowOf(kind: LimitKind, at: number): Window {
  const date = new Date(at)
  const midnight = Math.floor(at / DAY_MS) * DAY_MS
  switch (kind) {
    case 'DAY':
      return { start: midnight, end: midnight + DAY_MS }
    case 'WEEK': {
      const monday = midnight - ((date.getUTCDay() + 6) % 7) * DAY_MS
      return { start: monday, end: monday + 7 * DAY_MS }
    }
    case 'MONTH': {
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
      return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) }
    }
    default:
      return { start: 0, end: Number.POSITIVE_INFINITY }
  }
}

/** Over so many milliseconds demand is remembered, to take as much as will be needed for about as long. */
const MEMORY_MS = 10_000
const LEASE_AGE_MS = 3_600_000
/** What was not used for so long goes back, and what was held for so long, too. */
const IDLE_MS = 2_000
const SLICE_MS = 10_000
/** What a request without an estimate takes of a budget, so that one that is spent refuses it. */
export const LEAST = 1n

/** What is held here of one limit and may be handed out without asking anybody: tokens of a rate, or nano-dollars. */
export class Pool {
  available = 0n
  /** What was left for everybody when the server was last asked; null before that. */
  room: bigint | null = null
  /** Whether the server is being asked. */
  isBusy = false
  isRecalled = false
  isForgotten = false
  /** What was made just now is about to be used. */
  lastUsedAt: number
  grantedAt = 0
  /** The lease of a budget, with sums since it was opened. */
  lease = newLease(0)
  #away = { at: 0, tokens: 0 }
  #demand = 0
  #demandAt = 0

  constructor(
    readonly limit: Limit,
    readonly window: Window,
    now: number,
  ) {
    this.lease = newLease(now)
    this.lastUsedAt = now
  }

  /** Whether nothing is held, and the server knows all that was used. */
  get isSettled(): boolean {
    const { used, returned, reported } = this.lease
    return this.available === 0n && (this.limit.isRate || used + returned === reported)
  }

  use(amount: bigint, now: number): void {
    this.available -= amount
    this.lease.used += amount
    this.#demand = this.#decayed(now) + Number(amount)
    this.#demandAt = now
    this.lastUsedAt = now
  }

  /** How much was asked for of late; never more than there is. */
  demand(now: number): bigint {
    return BigInt(Math.round(Math.min(this.#decayed(now), Number(this.limit.amount))))
  }

  /** Tokens of a rate while the server is away: known keys go on, at the rate of each gateway by itself. */
  takeWhileAway(need: bigint, now: number): bigint {
    const rate = Number(this.limit.amount)
    const { at, tokens } = this.#away
    const filled = Math.min(rate, tokens + (at === 0 ? rate : ((now - at) * rate) / 60_000))
    const granted = Math.min(Number(need), Math.floor(filled))
    this.#away = { at: now, tokens: filled - granted }
    return BigInt(granted)
  }

  /** Whether what is not used should go back. */
  isDue(now: number): boolean {
    return this.isRecalled || now - this.lastUsedAt > IDLE_MS || now - this.grantedAt > SLICE_MS || this.isOld(now)
  }

  /** How much is missing of an amount. More than all of a limit is never had, and the server reads no such amounts. */
  lackOf(amount: bigint): bigint {
    const most = this.limit.amount + 1n
    const lack = (amount < most ? amount : most) - this.available
    return lack > 0n ? lack : 0n
  }

  /** Gives up what is available, to be returned with the next report. */
  giveBack(): bigint {
    const unused = this.available
    this.available = 0n
    this.lease.returned += unused
    return unused
  }

  /** Hears what the server has given of the lease in all, after it was told what was used and returned. */
  hear(taken: bigint | null, told: bigint, now: number): void {
    const { lease } = this
    lease.reported = told
    // What was granted to an ask whose answer was lost is part of the sum.
    this.available += (taken ?? lease.taken) - lease.taken
    lease.taken = taken ?? lease.taken
    // One that is in use all the time is settled at this moment alone.
    if (this.isSettled && this.isOld(now)) this.lease = newLease(now)
  }

  /** Whether reservations should be made of a new lease: the server reconciles by the age of one. */
  isOld(now: number): boolean {
    return now - this.lease.openedAt > LEASE_AGE_MS
  }

  #decayed(now: number): number {
    return this.#demand === 0 ? 0 : this.#demand * Math.exp((this.#demandAt - now) / MEMORY_MS)
  }
}

const newLease = (openedAt: number) => ({
  id: crypto.randomUUID() as string,
  openedAt,
  used: 0n,
  returned: 0n,
  reported: 0n,
  taken: 0n,
})
