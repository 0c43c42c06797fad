import type { Database } from '@keyward/prisma/database'
import { deleteEvents } from './sql.ts'

/** Retention of single events. Longer than an event can be late, so that none counts twice. Their sums stay forever. */
export const RAW_USAGE_KEPT_DAYS = 90

const DAY_MS = 86_400_000
const BATCH = 5_000

/** Deletes events past their retention, in batches, so that no other transaction waits long. */
export async function removeOldUsage(database: Database, batch = BATCH): Promise<number> {
  const before = new Date(database.clock.now().getTime() - RAW_USAGE_KEPT_DAYS * DAY_MS)
  for (let removed = 0; ; ) {
    const count = await deleteEvents(database, before, batch)
    removed += count
    if (count < batch) return removed
  }
}
