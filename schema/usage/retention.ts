import type { Database } from '@keyward/prisma/database'
import { dropMonths } from './months/months.ts'
import { deleteEvents } from './sql.ts'

/**
 * Minimum retention of single events. Longer than an event can be late, so that none counts twice. Their sums stay forever.
 * A month is dropped once its last event is so old.
 */
export const RAW_USAGE_KEPT_DAYS = 90

const DAY_MS = 86_400_000
const BATCH = 5_000

/**
 * Drops months past their retention. Deletes older events of the first partition in batches, so that no other transaction
 * waits long, and returns their number.
 */
export async function removeOldUsage(database: Database, batch = BATCH): Promise<number> {
  const before = new Date(database.clock.now().getTime() - RAW_USAGE_KEPT_DAYS * DAY_MS)
  await dropMonths(database, before)
  for (let removed = 0; ; ) {
    const count = await deleteEvents(database, before, batch)
    removed += count
    if (count < batch) return removed
  }
}
