import type { Database } from '@keyward/prisma/database'

/**
 * For how long events are kept one by one. Longer than they can be late, so that none counts twice; their sums stay for
 * good.
 */
export const RAW_USAGE_KEPT_DAYS = 90

const DAY_MS = 86_400_000
const BATCH = 5_000

/** Removes old events in batches, so that none of them holds others up for long; called from time to time. */
export async function removeOldUsage(database: Database, batch = BATCH): Promise<number> {
  const before = new Date(database.clock.now().getTime() - RAW_USAGE_KEPT_DAYS * DAY_MS)
  for (let removed = 0; ; ) {
    const rows = await database.sql<{ id: string }>(
      `DELETE FROM usage_event WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM usage_event WHERE recorded_at < $1 LIMIT $2)) RETURNING id`,
      [before, batch],
    )
    removed += rows.length
    if (rows.length < batch) return removed
  }
}
