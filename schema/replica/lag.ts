interface Position {
  position: bigint
  at: number
}

/** The longest history of samples that are not replayed: an hour, sampled every second. */
const MOST = 3_600

/**
 * Measures how old a standby's state is, by the time since which the primary has a position that the standby has not replayed.
 * The times of replayed transactions would not do: an idle primary makes none.
 */
export class Lag {
  /** Positions of the primary that are not replayed, oldest first. */
  #waiting: Position[] = []
  /** The last moment whose position is replayed. Null before the first one is. */
  #currentAt: number | null = null
  #hasSample = false
  #sampledAt = 0
  readonly #validMs: number

  /** Without a newer sample for that long, the primary may have written more than is known. */
  constructor(validMs: number) {
    this.#validMs = validMs
  }

  /** Notes the primary's position. `at` is from before the position was read. */
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

  /** Whether there is something to compare with. */
  get isKnown(): boolean {
    return this.#hasSample
  }

  /** The age of the standby's state in milliseconds. Infinite until it has replayed what the primary had at the start. */
  ageAt(now: number): number {
    if (this.#currentAt === null) return Number.POSITIVE_INFINITY
    const isKnown = this.#waiting.length === 0 && now - this.#sampledAt <= this.#validMs
    return isKnown ? 0 : now - this.#currentAt
  }

  /** Begins again, since positions of other servers do not compare. */
  reset(): void {
    this.#waiting = []
    this.#currentAt = null
    this.#hasSample = false
  }
}
