import type { Feed, Host } from '../ports.ts'
import type { Cache, Looked } from './cache.ts'

/**
 * Rows that were not confirmed for this long are looked up again. In this case, both notifications and the poll behind
 * them have failed.
 */
export const MAX_STALENESS_MS = 5_000
/** A look-up that takes longer is treated as failed, because a gateway should rather try again than wait. */
const LOOK_UP_MS = 2_000
/** The same limit if memory can answer, so that gateways do not notice an outage, or soon after a failed look-up. */
const SHORT_LOOK_UP_MS = 500
/** After a failed look-up, requests that memory can answer do not look up for this long. */
const AWAY_MS = 1_000

/** The result of a look-up or of memory, and how current that is. */
export interface Known<Row> extends Looked<Row> {
  /** Whether the row should have been refreshed, but its look-up failed. */
  readonly isOutage: boolean
}

/** The database or server cannot be reached, and memory has no row or one that is too old. */
export const UNAVAILABLE = 'UNAVAILABLE'

/** Decides whether memory may answer, by how current the feed of changes is. */
export class Freshness {
  readonly #host: Host
  readonly #feed: Feed
  #awayUntil = 0

  constructor(host: Host, feed: Feed) {
    this.#host = host
    this.#feed = feed
  }

  /**
   * Returns the row from memory if memory is current. Otherwise looks it up. While look-ups fail, returns the row from
   * memory and flags the outage. Callers that have read the row or the clock just now pass them.
   */
  find<Row>(
    cache: Cache<Row>,
    key: string,
    row: Row | undefined = cache.get(key),
    now: number = this.#host.now(),
  ): Known<Row> | Promise<Known<Row> | typeof UNAVAILABLE> {
    const { asOf } = this.#feed
    if (row !== undefined && now - asOf <= MAX_STALENESS_MS) return { row, asOf, isOutage: false }
    return this.#findLater(cache, key, row)
  }

  async #findLater<Row>(
    cache: Cache<Row>,
    key: string,
    row: Row | undefined,
  ): Promise<Known<Row> | typeof UNAVAILABLE> {
    const { asOf, graceMs } = this.#feed
    const staleness = this.#host.now() - asOf
    const remembered = row !== undefined && staleness <= graceMs ? { row, asOf, isOutage: true } : null
    const now = this.#host.elapsed()
    const isAway = now < this.#awayUntil
    if (!remembered || !isAway) {
      // One request tries the look-up again while the others still use memory.
      if (remembered && this.#awayUntil > 0) this.#awayUntil = now + AWAY_MS
      const looked = await this.#inTime(cache.load(key), remembered || isAway ? SHORT_LOOK_UP_MS : LOOK_UP_MS)
      this.#awayUntil = looked ? 0 : this.#host.elapsed() + AWAY_MS
      if (looked) return { ...looked, isOutage: false }
    }
    return remembered ?? UNAVAILABLE
  }

  /** Waits for a look-up. Null if it fails or takes too long. */
  #inTime<Row>(looked: Promise<Looked<Row>>, milliseconds: number): Promise<Looked<Row> | null> {
    return new Promise((resolve) => {
      const cancel = this.#host.after(milliseconds, () => resolve(null))
      looked.then(resolve, () => resolve(null)).finally(cancel)
    })
  }
}
