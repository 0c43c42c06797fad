import type { Database } from '@keyward/prisma/database'
import { sqlState } from '@keyward/prisma/errors'
import { addMonth, dropMonth, findMonths, type Month } from './sql.ts'

/*
 * Usage events are stored by the month in which they are recorded, each month in its own partition, so that retention
 * can drop whole months. An id is unique only within a month, so `insertEvents` also looks for it in the other months.
 */

export const monthOf = (time: Date): Month => `${time.toISOString().slice(0, 7)}-01`

/** The end of a month. */
export function endOf(month: Month): Date {
  const end = new Date(`${month}T00:00:00Z`)
  end.setUTCMonth(end.getUTCMonth() + 1)
  return end
}

/** The months whose partitions are known to this process. */
export class UsageMonths {
  readonly #database: Database
  /** Promises by month, including those of partitions that are still being created. */
  readonly #known = new Map<Month, Promise<unknown>>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Creates the partition of a month, unless it exists. */
  async ensure(month: Month): Promise<void> {
    const made = this.#known.get(month) ?? addMonth(this.#database, month)
    this.#known.set(month, made)
    try {
      await made
    } catch (error) {
      this.#known.delete(month)
      throw error
    }
  }

  /** Forgets a month whose partition no longer exists, for example after a restore. */
  forget(month: Month): void {
    this.#known.delete(month)
  }
}

/** Whether PostgreSQL found no partition for an event. */
export const lacksMonth = (error: unknown): boolean =>
  sqlState(error) === '23514' && error instanceof Error && error.message.includes('no partition of relation')

/** Drops the months that ended before a time, and returns their names. */
export async function dropMonths(database: Database, before: Date): Promise<Month[]> {
  const ended = (await findMonths(database)).filter((month) => endOf(month) <= before)
  for (const month of ended) await dropMonth(database, month)
  return ended
}
