import type { Database } from '@keyward/prisma/database'
import { CHANGES_KEPT_DAYS } from '../../core/quotas.ts'
import { deleteChanges, findPositionAt } from './sql.ts'

const DAY_MS = 86_400_000
/** Batches are small, so that no other transaction waits long. */
const BATCH = 5_000

/**
 * Deletes changes past their retention, from the oldest on and without a gap. So the smallest remaining position shows
 * which cursors can be resumed from. The newest change is always kept.
 */
export async function removeOldChanges(database: Database): Promise<number> {
  const since = new Date(database.clock.now().getTime() - CHANGES_KEPT_DAYS * DAY_MS)
  const bound = await findPositionAt(database, since)
  if (bound === null) return 0
  for (let removed = 0; ; ) {
    const count = await deleteChanges(database, bound, BATCH)
    removed += count
    if (count < BATCH) return removed
  }
}
