import type { GivenLimit } from './lease/balance.ts'
import type { LimitKind } from './lease/kind.ts'

/** The process in which the engine runs: its clocks, timers and ids. */
export interface Host {
  /** The time by the authority's clock, in milliseconds since 1970. */
  now(): number
  /** Milliseconds by a clock of this process that never jumps. */
  elapsed(): number
  /** Runs work in the next turn of the event loop, so that the requests of one turn are sent together. */
  soon(work: () => void): void
  /** Runs work once after a delay. Returns a function that cancels it. */
  after(milliseconds: number, work: () => void): () => void
  /** Repeats work without keeping the process alive. Returns a function that stops it. */
  every(milliseconds: number, work: () => void): () => void
  /** A new UUID. */
  newId(): string
}

/**
 * Reports one lease of a limit and requests more. Amounts are billionths: of a dollar, a request or a token. `used` and
 * `returned` are totals since the lease was opened, so that a repeated report counts nothing twice.
 */
export interface LeaseRequest {
  leaseId: string
  scopeId: string
  kind: LimitKind
  used: bigint
  returned: bigint
  /** Amount that waiting requests need. If it is 0, nothing is requested. */
  need: bigint
  /** Expected need. Beyond `need`, at most 1% of the remaining amount is granted. */
  want: bigint
  /** Amount that the smallest waiting request needs. If less is left, nothing is granted. */
  least: bigint
}

export interface LeaseGrant {
  granted: bigint
  /** Total amount granted since the lease was opened, including grants whose response was lost. */
  taken: bigint
  /** Amount of the limit that is still available to all servers and gateways. */
  remaining: bigint
  /** Unused amount that other holders have, if less than the need was granted. */
  idleWithOthers: bigint
  /**
   * The end of the lease's window, in milliseconds since 1970. The authority opens a lease in the window that is
   * current by its own clock and calendar. Infinity: the window never ends.
   */
  end: number
}

/** Returns unused requests of a rate and requests more. */
export interface RateRequest {
  scopeId: string
  back: number
  need: number
  want: number
}

export interface RateGrant {
  granted: number
  remaining: number
}

/**
 * Grants by lease id and by scope id. A limit that no longer exists has no grant. Null: there was no response, although
 * something may have been granted.
 */
export interface Grants {
  leases: ReadonlyMap<string, LeaseGrant> | null
  rates: ReadonlyMap<string, RateGrant> | null
}

/** The authority keeps the counters of limits: the database, or for a gateway the server. */
export interface Authority {
  /** Reports leases, returns unused amounts and requests more. A rejection means that there was no response. */
  exchange(leases: readonly LeaseRequest[], rates: readonly RateRequest[]): Promise<Grants>
  /** Whether the authority can be reached. While it is unreachable, leases are kept, because no new ones can be granted. */
  isReachable(): boolean
  /** A number that grows with each settlement that may have left room in a limit. Missing: any settlement may have. */
  eraOf?(limit: GivenLimit): number
}

/**
 * The result of a look-up, and the time up to which every committed change is included. A missing key has no row. If a
 * row exists but cannot be read, it is null.
 */
export interface Found<Row> {
  rows: ReadonlyMap<string, Row | null>
  asOf: number
}

/** Looks up rows that are not in memory. */
export type LookUp<Row> = (keys: readonly string[]) => Promise<Found<Row>>

/** How current the rows in memory are. The feed delivers every change of them. */
export interface Feed {
  /** The time up to which every committed change was received, in milliseconds. */
  readonly asOf: number
  /** How long after `asOf` memory may answer while look-ups fail, in milliseconds. 0: not at all. */
  readonly graceMs: number
}
