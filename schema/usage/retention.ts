import type { Database } from '@keyward/prisma/database'
import { dropMonths } from './months/months.ts'
import { deleteEvents } from './sql.ts'

/**
 * Minimum retention of single events. It is longer than an event can be late, so that no event is counted twice. The
 * sums of events are kept forever. A month is dropped when its last event is this old.
 */
export const RAW_USAGE_KEPT_DAYS = 90

const DAY_MS = 86_400_000
const BATCH = 5_000

/**
 * Deletes events of the first partition that are past their retention, in batches, so that no other transaction waits
 * long. Drops months that are past it. Returns the number of deleted events.
 */
export async function removeOldUsage(database: Database, batch = BATCH): Promise<number> {
  const before = new Date(database.clock.now().getTime() - RAW_USAGE_KEPT_DAYS * DAY_MS)
  let removed = 0
  for (let count = batch; count === batch; removed += count) count = await deleteEvents(database, before, batch)
  await dropMonths(database, before)
  return removed
}
