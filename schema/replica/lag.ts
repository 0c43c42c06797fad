interface Position {
  position: bigint
  at: number
}

/** Maximum number of samples that are not yet replayed: those of an hour, at one a second. */
const MOST = 3_600

/**
 * Measures how old a standby's state is, by the time since which the primary has a position that the standby has not
 * replayed. The times of replayed transactions cannot be used, because an idle primary makes none.
 */
export class Lag {
  /** Positions of the primary that are not yet replayed, oldest first. */
  #waiting: Position[] = []
  /** The last moment whose position was replayed. Null before the first one. */
  #currentAt: number | null = null
  #hasSample = false
  #sampledAt = 0
  readonly #validMs: number

  /** After this long without a newer sample, the primary may have written more than is known. */
  constructor(validMs: number) {
    this.#validMs = validMs
  }

  /** Records the primary's position. `at` is a time before the position was read. */
  sample(position: bigint, at: number): void {
    this.#hasSample = true
    this.#sampledAt = at
    if (this.#waiting.length < MOST) this.#waiting.push({ position, at })
  }

  replayed(upTo: bigint): void {
    for (;;) {
      const [first] = this.#waiting
      if (!first || first.position > upTo) return
      this.#currentAt = first.at
      this.#waiting.shift()
    }
  }

  /** Whether there are samples to compare with. */
  get isKnown(): boolean {
    return this.#hasSample
  }

  /**
   * The age of the standby's state in milliseconds. Infinite until the standby has replayed the primary's position at
   * the start.
   */
  ageAt(now: number): number {
    if (this.#currentAt === null) return Number.POSITIVE_INFINITY
    const isKnown = this.#waiting.length === 0 && now - this.#sampledAt <= this.#validMs
    return isKnown ? 0 : now - this.#currentAt
  }

  /** Discards all samples, because positions of other servers cannot be compared. */
  reset(): void {
    this.#waiting = []
    this.#currentAt = null
    this.#hasSample = false
  }
}
