import type { LimitAction, LimitKind } from '@keyward/prisma/generated/prisma/client'
import { newId } from '../../core/ids.ts'
import { type BudgetPeriod, windowOf } from '../ledger/window.ts'

export type LimitScopeKind = 'API_KEY' | 'PROJECT' | 'ORGANIZATION'

/** A limit that a request has to fit into. */
export interface Limit {
  scope: LimitScopeKind
  scopeId: string
  kind: LimitKind
  /** Requests for a rate; nano-dollars for a budget. */
  amount: bigint
  action: LimitAction
}

/** Over so many milliseconds demand is remembered, to take as much as will be needed for about as long. */
const MEMORY_MS = 10_000
const LEASE_AGE_MS = 3_600_000
/** What was not used for so long goes back. */
const IDLE_MS = 2_000
/** For how long a slice is kept at most. */
const SLICE_MS = 10_000
/** What a request without an estimate takes of a budget, so that one that is spent refuses it: a billionth of a dollar. */
export const LEAST = 1n

/** What this process holds of one limit, and may hand out without asking anybody: tokens of a rate, or nano-dollars. */
export class Pool {
  readonly key: string
  available = 0n
  /** What the authority had left when it was last asked; null before that. */
  room: bigint | null = null
  /** Whether the authority is being asked: nobody asks twice at a time. */
  isBusy = false
  isRecalled = false
  /** What was made just now is about to be used. */
  lastUsedAt: number
  grantedAt = 0
  /** The lease of a budget, with sums since it was opened. */
  lease = newLease(0)
  /** When the authority of a rate is away, it is kept here alone: from when on how many tokens are left. */
  #away = { at: 0, tokens: 0 }
  #demand = 0
  #demandAt = 0

  constructor(
    readonly scopeId: string,
    readonly kind: LimitKind,
    readonly windowStart: Date | null,
    now: number,
  ) {
    this.key = keyOf(scopeId, kind, windowStart)
    this.lease.openedAt = now
    this.lastUsedAt = now
  }

  /** Whether it holds nothing, and the authority knows all that was used of it. */
  get isSettled(): boolean {
    const { used, returned, reported } = this.lease
    return this.available === 0n && (this.windowStart === null || used + returned === reported)
  }

  /** Hands out an amount that is available. */
  use(amount: bigint, now: number): void {
    this.available -= amount
    this.lease.used += amount
    this.lastUsedAt = now
    this.#demand = this.#decayed(now) + Number(amount)
    this.#demandAt = now
  }

  /** How much was asked for of late. */
  demand(now: number): bigint {
    return BigInt(Math.round(this.#decayed(now)))
  }

  /** Tokens of a rate while its authority is away: known keys go on, at the rate of each server by itself. */
  takeWhileAway(need: bigint, perMinute: bigint, now: number): bigint {
    const rate = Number(perMinute)
    const filled = Math.min(
      rate,
      this.#away.tokens + (this.#away.at === 0 ? rate : ((now - this.#away.at) * rate) / 60_000),
    )
    const granted = Math.min(Number(need), Math.floor(filled))
    this.#away = { at: now, tokens: filled - granted }
    return BigInt(granted)
  }

  /** Whether what is not used should go back. */
  isDue(now: number): boolean {
    return this.isRecalled || now - this.lastUsedAt > IDLE_MS || now - this.grantedAt > SLICE_MS || this.#isOld(now)
  }

  /** How much is missing of an amount. */
  lackOf(amount: bigint): bigint {
    return amount > this.available ? amount - this.available : 0n
  }

  /** Gives up what is available, to be returned with the next report. */
  giveBack(): bigint {
    const unused = this.available
    this.available = 0n
    this.lease.returned += unused
    return unused
  }

  /** Hears what was given of the lease in all, once it was told what was used and returned. */
  hear(taken: bigint, told: bigint, now: number): void {
    this.lease.reported = told
    // What was granted to an ask whose answer was lost is part of the sum.
    this.available += taken - this.lease.taken
    this.lease.taken = taken
    // One that is in use all the time is settled at this moment alone.
    if (this.isSettled && this.#isOld(now)) this.lease = newLease(now)
  }

  /** Whether reservations should be made of a new lease: reconciliation goes by the age of one. */
  #isOld(now: number): boolean {
    return now - this.lease.openedAt > LEASE_AGE_MS
  }

  #decayed(now: number): number {
    return this.#demand * Math.exp((this.#demandAt - now) / MEMORY_MS)
  }
}

const newLease = (openedAt: number) => ({ id: newId(), openedAt, used: 0n, returned: 0n, reported: 0n, taken: 0n })

export const keyOf = (scopeId: string, kind: LimitKind, windowStart: Date | null): string =>
  `${scopeId} ${kind} ${windowStart?.getTime() ?? ''}`

/** The start of the window of a limit that a moment is in; null for a rate. */
export const startOf = (kind: LimitKind, at: Date): Date | null =>
  kind === 'REQUESTS_PER_MINUTE' ? null : windowOf(kind satisfies BudgetPeriod, at).start
