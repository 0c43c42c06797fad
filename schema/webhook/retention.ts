import type { Database } from '@keyward/prisma/database'

const DAY_MS = 86_400_000
/** For how long it is kept what became of a message. */
export const DELIVERIES_KEPT_DAYS = 30
/** So many at a time, so that nothing else waits long. */
const BATCH = 5_000

/** Removes deliveries that are older than is kept; called from time to time. */
export async function removeOldDeliveries(database: Database): Promise<void> {
  const before = new Date(database.clock.now().getTime() - DELIVERIES_KEPT_DAYS * DAY_MS)
  for (;;) {
    const gone = await database.sql<{ id: string }>(
      `DELETE FROM webhook_delivery WHERE id IN
         (SELECT id FROM webhook_delivery WHERE created_at < $1 ORDER BY created_at LIMIT ${BATCH}) RETURNING id`,
      [before],
    )
    if (gone.length < BATCH) return
  }
}
