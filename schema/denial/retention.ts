import type { Database } from '@keyward/prisma/database'
import { deleteBatches, deleteDenials } from './sql.ts'

/** Retention of counts, which is also the longest time span of a query. */
export const DENIALS_KEPT_DAYS = 400
/** After this time, a batch is no longer repeated. */
const BATCHES_KEPT_DAYS = 2

const DAY_MS = 86_400_000
const BATCH = 5_000

/** Deletes counts past their retention, in batches, and the ids of old batches. */
export async function removeOldDenials(database: Database, batch = BATCH): Promise<number> {
  const now = database.clock.now().getTime()
  await deleteBatches(database, new Date(now - BATCHES_KEPT_DAYS * DAY_MS))
  for (let removed = 0; ; ) {
    const count = await deleteDenials(database, new Date(now - DENIALS_KEPT_DAYS * DAY_MS), batch)
    removed += count
    if (count < batch) return removed
  }
}
