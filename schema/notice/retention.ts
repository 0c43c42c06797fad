import type { Database } from '@keyward/prisma/database'
import { deleteNotices } from './sql.ts'

const DAY_MS = 86_400_000
/** Retention of notices: longer than the time in which any of them could be raised again. The audit log keeps them. */
const NOTICES_KEPT_DAYS = 400
/** Batches are small, so that no other transaction waits long. */
const BATCH = 5_000

/** Deletes notices past their retention. */
export async function removeOldNotices(database: Database): Promise<void> {
  const before = new Date(database.clock.now().getTime() - NOTICES_KEPT_DAYS * DAY_MS)
  for (;;) {
    if ((await deleteNotices(database, before, BATCH)) < BATCH) return
  }
}
