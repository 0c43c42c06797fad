/** The database's time. It is estimated, so that a reading needs no query. */
export interface Clock {
  /** The current time of the database. */
  now(): Date
  /** The clocks of this process at the last measurement. */
  readonly measured: { wall: number; elapsed: number }
  /** Measures again. Simultaneous calls share one measurement. */
  measure(): Promise<void>
  /** How far tests have shifted the time, in milliseconds. Otherwise 0. */
  readonly ahead: number
  /** Shifts the time. For tests. */
  advance(milliseconds: number): void
}

/** Time between measurements of the offset from the database's clock, in milliseconds. */
const INTERVAL = 30_000

/** Samples in a measurement; the one with the shortest round trip is the most accurate. */
const SAMPLES = 3

/**
 * Follows the database's clock. The time is counted with the monotonic clock of this process, so that a jump of the
 * local wall clock changes nothing.
 */
export class DatabaseClock implements Clock {
  readonly #query: () => Promise<number>
  #offset: number
  #timer: NodeJS.Timeout | undefined
  ahead: number
  #measuring: Promise<void> | null = null
  measured = { wall: Date.now(), elapsed: performance.now() }

  /** `query` returns the database's time in milliseconds since 1970. `ahead` shifts the clock in tests. */
  constructor(query: () => Promise<number>, ahead = 0) {
    this.#query = query
    this.ahead = ahead
    this.#offset = performance.timeOrigin
  }

  now(): Date {
    return new Date(performance.now() + this.#offset + this.ahead)
  }

  advance(milliseconds: number): void {
    this.ahead += milliseconds
  }

  /** Measures now and every 30 seconds. If a later measurement fails, the previous offset is kept. */
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

  measure(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = null
    })
    return this.#measuring
  }

  /** Measures the offset from the database's clock. */
  async #measure(): Promise<void> {
    let best = Number.POSITIVE_INFINITY
    for (let sample = 0; sample < SAMPLES; sample++) {
      const wall = Date.now()
      const before = performance.now()
      const database = await this.#query()
      const after = performance.now()
      if (after - before >= best) continue
      best = after - before
      this.#offset = database - (before + after) / 2
      this.measured = { wall, elapsed: before }
    }
  }
}
