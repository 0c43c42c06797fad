/** How long a failed write is remembered, in milliseconds. In this time, smaller writes may still succeed. */
const COUNTS_FOR = 30_000

/** Tracks whether writes fail because the database has no space. */
export class Space {
  #failedAt = Number.NEGATIVE_INFINITY

  get isFull(): boolean {
    return performance.now() - this.#failedAt < COUNTS_FOR
  }

  /** Records that a write failed for lack of space. */
  noteFull(): void {
    this.#failedAt = performance.now()
  }
}
