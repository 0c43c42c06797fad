import type { Database } from '@keyward/prisma/database'
import { withTimeout } from '../core/timeout.ts'
import type { ChangeFeed } from '../write/outbox/feed.ts'
import type { RowCache } from './cache.ts'

/** Older knowledge than this is an outage: notifications, and the poll that backs them up, both fail. */
export const MAX_STALENESS_SECONDS = 5
const DEFAULT_OUTAGE_GRACE_SECONDS = 60

/** For how long known keys are answered for while the database is away, in seconds. */
export const outageGraceOf = ({ outageGraceSeconds }: { outageGraceSeconds?: number }): number =>
  outageGraceSeconds ?? DEFAULT_OUTAGE_GRACE_SECONDS

/** How long a look-up may take before a gateway is told to try again. */
const LOOKUP_MS = 2_000
/** How long it may take where memory can answer instead: gateways should not feel an outage. */
const STALE_LOOKUP_MS = 500
/** How long a failed look-up stands for the ones that would have come after it. */
const AWAY_MS = 1_000

/** What a look-up found, and how fresh that is. */
interface Known<Row> {
  row: Row | null
  asOf: Date
  isOutage: boolean
}

/** Thrown where nothing can be said: the database is away, and what is known is too old or is nothing. */
export class UnknownError extends Error {}

interface Options {
  database: Database
  changes: ChangeFeed
  /** For how long memory may answer while the database is away; 0: not at all. */
  outageGraceSeconds: number
}

/** Decides whether memory may answer, or the database has to: by how fresh what this process has heard of changes is. */
export class Knowledge {
  readonly #options: Options
  /** Until when the database counts as away, by this process's own clock. */
  #awayUntil = 0

  constructor(options: Options) {
    this.#options = options
  }

  /** A row from memory while that is fresh, else from the database; from memory again, flagged, while that is away. */
  of<Row>(cache: RowCache<Row>, key: string): Known<Row> | Promise<Known<Row>> {
    const { changes, database } = this.#options
    const known = cache.known(key)
    const now = database.clock.now()
    const asOf = changes.freshAt
    const staleness = (now.getTime() - asOf.getTime()) / 1000
    if (known !== undefined && staleness <= MAX_STALENESS_SECONDS) return { row: known, asOf, isOutage: false }
    return this.#lookUp(cache, key, { known, now, asOf, staleness })
  }

  async #lookUp<Row>(
    cache: RowCache<Row>,
    key: string,
    { known, now, asOf, staleness }: { known: Row | undefined; now: Date; asOf: Date; staleness: number },
  ): Promise<Known<Row>> {
    const { outageGraceSeconds } = this.#options
    if (known === undefined || staleness > outageGraceSeconds) {
      return { row: await inTime(cache.load(key), LOOKUP_MS), asOf: now, isOutage: false }
    }
    // Not to have heard of changes is not an outage yet: what was revoked is revoked wherever the database can say so.
    const row = await this.#ask(cache, key)
    return row === undefined ? { row: known, asOf, isOutage: true } : { row, asOf: now, isOutage: false }
  }

  /**
   * Looks up what memory could answer; undefined while the database is away. A failure stands for a second, in which
   * nobody waits for another one; after that, one look-up tries while the others still go by memory.
   */
  async #ask<Row>(cache: RowCache<Row>, key: string): Promise<Row | null | undefined> {
    const now = performance.now()
    if (now < this.#awayUntil) return undefined
    if (this.#awayUntil > 0) this.#awayUntil = now + AWAY_MS
    try {
      const row = await inTime(cache.load(key), STALE_LOOKUP_MS)
      this.#awayUntil = 0
      return row
    } catch (error) {
      if (!(error instanceof UnknownError)) throw error
      this.#awayUntil = performance.now() + AWAY_MS
      return undefined
    }
  }
}

/** Gives up on a look-up that takes too long: a gateway would rather try again than wait. */
async function inTime<Row>(asked: Promise<Row>, milliseconds: number): Promise<Row> {
  // Whatever fails in a look-up, a gateway gets the one answer that is safe.
  const known = asked.catch((error: unknown) => {
    throw new UnknownError('The look-up failed', { cause: error })
  })
  return withTimeout(known, milliseconds, () => {
    throw new UnknownError()
  })
}
