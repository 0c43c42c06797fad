import type { Database } from '@keyward/prisma/database'
import { CHANGES_KEPT_DAYS } from '../../core/quotas.ts'

const DAY_MS = 86_400_000
/** So many at a time, so that no other transaction waits long. */
const BATCH = 5_000

/**
 * Removes changes that are older than is kept; called from time to time. From the oldest on and without a gap, so that
 * the smallest position that is left tells which cursors can still be gone on from. The newest change always stays.
 */
export async function removeOldChanges(database: Database): Promise<number> {
  const [bound] = await database.sql<{ position: string | null }>(
    `SELECT coalesce((SELECT min(position) FROM change_event WHERE at >= $1),
                     (SELECT max(position) FROM change_event)) AS position`,
    [new Date(database.clock.now().getTime() - CHANGES_KEPT_DAYS * DAY_MS)],
  )
  if (bound?.position == null) return 0
  for (let removed = 0; ; ) {
    const [gone] = await database.sql<{ count: number }>(
      `WITH gone AS (
         DELETE FROM change_event WHERE position IN
           (SELECT position FROM change_event WHERE position < $1 ORDER BY position LIMIT ${BATCH}) RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [bound.position],
    )
    removed += gone?.count ?? 0
    if ((gone?.count ?? 0) < BATCH) return removed
  }
}
