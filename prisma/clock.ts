/** The database's time, as closely as this process can know it without asking for every look. */
export interface Clock {
  /** The present time of the database. */
  now(): Date
  /** Moves time forward by that much. For tests. */
  advance(milliseconds: number): void
}

/** How often the distance to the database's clock is measured again. */
const INTERVAL = 30_000

/** Samples of one measurement: the one with the shortest round trip is the most exact. */
const SAMPLES = 3

/**
 * Follows the clock of the database. The base is the monotonic clock of this process, never its wall clock, so that a
 * jump of the local time moves nothing.
 */
export class DatabaseClock implements Clock {
  readonly #ask: () => Promise<number>
  #offset: number
  #timer: NodeJS.Timeout | undefined

  /** `ask` answers the database's time in milliseconds since 1970; `ahead` shifts the clock, in tests. */
  constructor(ask: () => Promise<number>, ahead = 0) {
    this.#ask = ask
    this.#ahead = ahead
    this.#offset = performance.timeOrigin
  }

  #ahead: number

  now(): Date {
    return new Date(performance.now() + this.#offset + this.#ahead)
  }

  advance(milliseconds: number): void {
    this.#ahead += milliseconds
  }

  /** Measures once, then again every 30 seconds. A later measurement that fails leaves the earlier one in force. */
  async start(): Promise<void> {
    await this.measure()
    this.#timer = setInterval(() => {
      this.measure().catch(() => undefined)
    }, INTERVAL)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Measures the distance to the database's clock now. */
  async measure(): Promise<void> {
    let best = Number.POSITIVE_INFINITY
    for (let sample = 0; sample < SAMPLES; sample++) {
      const before = performance.now()
      const database = await this.#ask()
      const after = performance.now()
      if (after - before >= best) continue
      best = after - before
      this.#offset = database - (before + after) / 2
    }
  }
}
