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
  /** The owner's id in lease exchanges with the authority. */
  readonly scopeId: string
  /** The owner's id in changes and recalls. */
  readonly subject: string
  readonly kind: LimitKind
  /** Requests, if the limit is a rate in requests a minute. Otherwise billionths of a dollar, a request or a token. */
  readonly amount: bigint
  /** Whether requests are denied when the limit has no room for them. Other limits only alert, and are not charged here. */
  readonly isEnforced: boolean
  /** Pattern of the models whose requests are counted. Missing: all requests are counted. */
  readonly model?: string | null | undefined
}

/** A limit that must have room for a request. */
export interface Limit extends GivenLimit {
  readonly isRate: boolean
  /** Whether the limit is a token bucket, which is not leased. */
  readonly isBucket: boolean
  /** Whether the usage of a request settles its reservation. Otherwise requests count as used at once. */
  readonly isReserved: boolean
  /** Whether a request counts only while it is running. */
  readonly isLive: boolean
  readonly unit: Unit
  /** A tenth of the amount, rounded up. */
  readonly tenth: bigint
  /** The amount that this process holds in the current window. It is kept here until the window ends. */
  balance: Balance | null
}

/** Writes every field, because the fields of a spread object would be kept apart from those that are added to it. */
export const limitOf = ({ scope, scopeId, subject, kind, amount, isEnforced, model }: GivenLimit): Limit => ({
  balance: null,
  isEnforced,
  isLive: kind === 'CONCURRENCY',
  isBucket: isBucketKind(kind),
  unit: unitOf(kind),
  kind,
  isReserved: !kind.startsWith('REQUESTS'),
  isRate: isRateKind(kind),
  tenth: (amount + 9n) / 10n,
  amount,
  scope,
  scopeId,
  subject,
  model,
})

const LEASE_AGE_MS = 3_600_000
/** A slice that was not used for this long is returned. */
const IDLE_MS = 2_000
/** A slice is held for at most this long. */
const SLICE_MS = 10_000
const MINUTE_MS = 60_000
/** How long a denial also applies to other requests of this process, unless new information arrives earlier. */
const DENIED_MS = 100
/**
 * One lease of a limit that counts in windows. Amounts are totals since the lease was opened. `reported` contains the
 * used and returned amounts that the authority already knows.
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
 * The part of one limit that this process holds in one window and may spend without asking: requests of a rate, or
 * billionths.
 */
export class Balance {
  available = 0n
  /** Amount of the limit that was left at the last exchange. Null before the first. */
  remaining: bigint | null = null
  /** Whether an exchange is in progress. */
  isBusy = false
  isRecalled = false
  isForgotten = false
  /** A new balance is about to be used, so it counts as used. */
  lastUsedAt: number
  grantedAt = 0
  #deniedAmount = 0n
  #deniedUntil = 0
  #deniedEra: number | undefined
  lease: Lease
  limit: Limit
  /** The end of its window in milliseconds, as the authority announced it. The window does not end earlier. */
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

  /** Whether nothing is held and all used amounts are reported to the authority. */
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

  /** How much of an amount is missing, up to the whole limit. The authority does not accept more. */
  lackOf(amount: bigint): bigint {
    const most = this.limit.amount + 1n
    const lack = (amount < most ? amount : most) - this.available
    return lack > 0n ? lack : 0n
  }

  /**
   * Remembers that the authority has denied an amount. It is forgotten at the latest when the next request of a rate is
   * due. So a client that retries in a loop costs the authority only ten exchanges a second. `era` counts the
   * settlements so far.
   */
  deny(amount: bigint, now: number, era: number | undefined): void {
    // Any running request may end at any time.
    if (this.limit.isLive) return
    this.#deniedEra = era
    this.#deniedAmount = amount
    this.#deniedUntil =
      now + Math.min(DENIED_MS, this.limit.isBucket ? MINUTE_MS / Number(this.limit.amount) : DENIED_MS)
  }

  /** Ends the memory of a denial, because an amount was returned or the limit has changed. */
  allowAgain(): void {
    this.#deniedUntil = 0
  }

  /** Whether the authority has just denied this amount or a smaller one, in the same era. */
  isDenied(amount: bigint, now: number, era: number): boolean {
    return now < this.#deniedUntil && era === this.#deniedEra && amount >= this.#deniedAmount
  }

  /** Gives up the available amount. The next report returns it. */
  giveUp(): bigint {
    const unused = this.available
    this.available = 0n
    this.lease.returned += unused
    return unused
  }

  /** Applies the total amount that the authority has granted for the lease, after the sum `told` was reported. */
  applyGrant(taken: bigint, told: bigint, now: number): void {
    this.lease.reported = told
    // The total includes grants whose response was lost.
    this.available += taken - this.lease.taken
    this.lease.taken = taken
    // A lease in constant use can be settled only at this moment.
    if (this.isSettled && this.#isOld(now)) this.lease = this.#openLease(now)
  }

  /** Whether reservations should come from a new lease, because reconciliation depends on the age of a lease. */
  #isOld(now: number): boolean {
    // A lease of concurrency lapses some time after its last report, so new ones are opened often.
    return now - this.lease.openedAt > (this.limit.isLive ? MINUTE_MS : LEASE_AGE_MS)
  }

  #openLease(openedAt: number): Lease {
    return { id: this.#newId(), openedAt, used: 0n, returned: 0n, reported: 0n, taken: 0n }
  }
}
