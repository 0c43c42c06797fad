import { sqlState } from './errors.ts'

const DISK_FULL = '53100'
/** How long a write that failed for lack of space counts, in milliseconds. Meanwhile smaller ones may still succeed. */
const COUNTS_FOR = 30_000

/** Knows whether writes fail because the database has no space. */
export class Space {
  #failedAt = Number.NEGATIVE_INFINITY

  get isFull(): boolean {
    return performance.now() - this.#failedAt < COUNTS_FOR
  }

  /** Runs a write: a statement or a transaction. */
  async watch<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } catch (error) {
      if (sqlState(error) === DISK_FULL) this.#failedAt = performance.now()
      throw error
    }
  }
}
