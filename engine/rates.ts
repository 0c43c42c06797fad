const MINUTE_MS = 60_000

/**
 * The token bucket of a rate, kept in this process while its authority is away: known keys keep working, at the full
 * rate in each process.
 */
export class LocalBucket {
  #tokens = 0
  /** Null before first use: a bucket begins full. */
  #at: number | null = null

  /** Grants as much of a need as the bucket holds. */
  take(need: number, perMinute: number, now: number): number {
    const refilled = this.#at === null ? perMinute : ((now - this.#at) * perMinute) / MINUTE_MS
    const filled = Math.min(perMinute, this.#tokens + refilled)
    const granted = Math.min(need, Math.floor(filled))
    this.#tokens = filled - granted
    this.#at = now
    return granted
  }
}

const FADE_MS = 10_000

/** Remembers demand and lets it fade over about ten seconds, so that leases are as large as will soon be needed. */
export class Demand {
  #sum = 0
  #at = 0

  add(amount: bigint, now: number): void {
    this.#sum = this.#faded(now) + Number(amount)
    this.#at = now
  }

  /** The recent demand, capped: more than the whole limit is never granted. */
  recent(now: number, most: bigint): bigint {
    return BigInt(Math.round(Math.min(this.#faded(now), Number(most))))
  }

  #faded(now: number): number {
    return this.#sum === 0 ? 0 : this.#sum * Math.exp((this.#at - now) / FADE_MS)
  }
}
