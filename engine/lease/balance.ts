import { Demand, LocalBucket } from '../rates.ts'
import { isBucketKind, isRateKind, type LimitKind, type Unit, unitOf } from './kind.ts'

/**
 * The owner of a limit: a credential, its project or its organization, or a part of one of them. Parts are the
 * credentials of an organization with a tag, one consumer of a project, and one child token of a key.
 */
export type LimitScope = 'API_KEY' | 'PROJECT' | 'ORGANIZATION' | 'TAG' | 'CONSUMER' | 'CHILD_TOKEN'

/** A limit that applies to a credential, as read from the database. */
export interface GivenLimit {
  readonly scope: LimitScope
  /** The owner's id in exchanges with the authority. */
  readonly scopeId: string
  /** The owner's id in changes and recalls. */
  readonly subject: string
  readonly kind: LimitKind
  /** Requests, if it is a rate in requests a minute. Otherwise billionths of a dollar, a request or a token. */
  readonly amount: bigint
  /** Whether requests are denied when the limit has no room for them. Other limits only alert, and are not charged here. */
  readonly isEnforced: boolean
  /** Pattern of the models whose requests count in it. Missing: every request counts. */
  readonly model?: string | null | undefined
}

/** A limit that a request has to fit into. */
export interface Limit extends GivenLimit {
  readonly isRate: boolean
  /** Whether it is a token bucket, and not leased. */
  readonly isBucket: boolean
  /** Whether usage settles what a request reserves. Requests count as used at once. */
  readonly isReserved: boolean
  /** Whether a request counts only while it is under way. */
  readonly isLive: boolean
  readonly unit: Unit
  /** A tenth of the amount, rounded up. */
  readonly tenth: bigint
  /** The amount held in the present window. Kept here until the window ends. */
  balance: Balance | null
}

export const limitOf = (given: GivenLimit): Limit => ({
  ...given,
  isRate: isRateKind(given.kind),
  isBucket: isBucketKind(given.kind),
  isReserved: !given.kind.startsWith('REQUESTS'),
  isLive: given.kind === 'CONCURRENCY',
  unit: unitOf(given.kind),
  tenth: (given.amount + 9n) / 10n,
  balance: null,
})

const LEASE_AGE_MS = 3_600_000
/** A slice that was not used for this long is returned. */
const IDLE_MS = 2_000
/** A slice is held for at most this long. */
const SLICE_MS = 10_000
const MINUTE_MS = 60_000
/** How long a denial also applies to other requests of this process, unless new information arrives before. */
const DENIED_MS = 100
/**
 * One lease of a limit that counts in windows. Sums count from its opening; `reported` are the used and returned
 * amounts that the authority knows of.
 */
interface Lease {
  id: string
  openedAt: number
  used: bigint
  returned: bigint
  reported: bigint
  taken: bigint
}

/**
 * The amount of one limit that this process holds in one window and may spend without asking: requests of a rate, or
 * billionths.
 */
export class Balance {
  available = 0n
  /** Amount that the authority had left at the last exchange. Null before the first. */
  remaining: bigint | null = null
  /** An exchange is under way. */
  isBusy = false
  isRecalled = false
  isForgotten = false
  /** A new balance is about to be used. */
  lastUsedAt: number
  grantedAt = 0
  #deniedAmount = 0n
  #deniedUntil = 0
  #deniedEra: number | undefined
  lease: Lease
  limit: Limit
  /** The end of its window in milliseconds, as the authority announced it. Nothing ends before. */
  end = Number.POSITIVE_INFINITY
  readonly bucket = new LocalBucket()
  readonly #demand = new Demand()
  readonly #newId: () => string

  constructor(limit: Limit, now: number, newId: () => string) {
    this.limit = limit
    this.#newId = newId
    this.lastUsedAt = now
    this.lease = this.#openLease(now)
  }

  isOf(kind: LimitKind, at: number): boolean {
    return this.limit.kind === kind && at < this.end
  }

  /** Whether nothing is held and the authority knows everything that was used. */
  get isSettled(): boolean {
    const { used, returned, reported } = this.lease
    return this.available === 0n && (this.limit.isBucket || used + returned === reported)
  }

  /** Spends an amount that is available. */
  use(amount: bigint, now: number): void {
    this.available -= amount
    this.lease.used += amount
    this.lastUsedAt = now
    this.#demand.add(amount, now)
  }

  demand(now: number): bigint {
    return this.#demand.recent(now, this.limit.amount)
  }

  /** Whether unused amounts should be returned. */
  isDue(now: number): boolean {
    return this.isRecalled || now - this.lastUsedAt > IDLE_MS || now - this.grantedAt > SLICE_MS || this.#isOld(now)
  }

  /** How much of an amount is missing. More than the whole limit is never held, nor accepted by the authority. */
  lackOf(amount: bigint): bigint {
    const most = this.limit.amount + 1n
    const lack = (amount < most ? amount : most) - this.available
    return lack > 0n ? lack : 0n
  }

  /**
   * Remembers that the authority has denied an amount, at most until the next request of a rate is due: a client that
   * retries in a loop costs it ten exchanges a second, however fast the loop is. `era` counts the settlements so far.
   */
  deny(amount: bigint, now: number, era: number | undefined): void {
    // Any request under way may end at any time.
    if (this.limit.isLive) return
    this.#deniedEra = era
    this.#deniedAmount = amount
    this.#deniedUntil =
      now + Math.min(DENIED_MS, this.limit.isBucket ? MINUTE_MS / Number(this.limit.amount) : DENIED_MS)
  }

  /** Ends the memory of a denial: something was returned, or the limit has changed. */
  allowAgain(): void {
    this.#deniedUntil = 0
  }

  /** Whether the authority has denied this much or less, a moment ago and in the same era. */
  isDenied(amount: bigint, now: number, era: number): boolean {
    return now < this.#deniedUntil && era === this.#deniedEra && amount >= this.#deniedAmount
  }

  /** Gives up the available amount. It is returned with the next report. */
  giveUp(): bigint {
    const unused = this.available
    this.available = 0n
    this.lease.returned += unused
    return unused
  }

  /** Applies what the authority has granted of the lease in total, after the sum `told` was reported. */
  applyGrant(taken: bigint, told: bigint, now: number): void {
    this.lease.reported = told
    // The total includes a grant whose response was lost.
    this.available += taken - this.lease.taken
    this.lease.taken = taken
    // A lease in constant use is settled only at this moment.
    if (this.isSettled && this.#isOld(now)) this.lease = this.#openLease(now)
  }

  /** Whether reservations should come from a new lease: reconciliation goes by the age of a lease. */
  #isOld(now: number): boolean {
    // A lease of concurrency lapses some time after its last report, so that new ones are opened often.
    return now - this.lease.openedAt > (this.limit.isLive ? MINUTE_MS : LEASE_AGE_MS)
  }

  #openLease(openedAt: number): Lease {
    return { id: this.#newId(), openedAt, used: 0n, returned: 0n, reported: 0n, taken: 0n }
  }
}
