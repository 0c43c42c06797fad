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
 * Deletes events of the first partition past their retention in batches, so that no other transaction waits long, and returns
 * their number. Drops months that are past it.
 */
export async function removeOldUsage(database: Database, batch = BATCH): Promise<number> {
  const before = new Date(database.clock.now().getTime() - RAW_USAGE_KEPT_DAYS * DAY_MS)
  let removed = 0
  for (let count = batch; count === batch; removed += count) count = await deleteEvents(database, before, batch)
  await dropMonths(database, before)
  return removed
}
