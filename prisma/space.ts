/** How long a write that failed for lack of space counts, in milliseconds. Meanwhile smaller ones may still succeed. */
const COUNTS_FOR = 30_000

/** Knows whether writes fail because the database has no space. */
export class Space {
  #failedAt = Number.NEGATIVE_INFINITY

  get isFull(): boolean {
    return performance.now() - this.#failedAt < COUNTS_FOR
  }

  /** Notes that a write failed for lack of space. */
  noteFull(): void {
    this.#failedAt = performance.now()
  }
}
