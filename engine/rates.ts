const MINUTE_MS = 60_000

/**
 * The token bucket of a rate, kept in this process while its authority is unreachable. Known keys keep working, with
 * the full rate in each process.
 */
export class LocalBucket {
  #tokens = 0
  /** Null before the first use, because a bucket begins full. */
  #at: number | null = null

  /** Grants as much of the needed amount as the bucket contains. */
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

/** Tracks demand, which decays over about ten seconds, so that leases are as large as will soon be needed. */
export class Demand {
  #sum = 0
  #at = 0

  add(amount: bigint, now: number): void {
    this.#sum = this.#faded(now) + Number(amount)
    this.#at = now
  }

  /** The recent demand, but at most the whole limit, because more is never granted. */
  recent(now: number, most: bigint): bigint {
    return BigInt(Math.round(Math.min(this.#faded(now), Number(most))))
  }

  #faded(now: number): number {
    return this.#sum === 0 ? 0 : this.#sum * Math.exp((this.#at - now) / FADE_MS)
  }
}
