import type { Database } from '@keyward/prisma/database'
import { deleteDeliveries } from './sql.ts'

const DAY_MS = 86_400_000
/** Retention of deliveries. */
export const DELIVERIES_KEPT_DAYS = 30
/** Batches are small, so that no other transaction waits long. */
const BATCH = 5_000

/** Deletes deliveries past their retention. */
export async function removeOldDeliveries(database: Database): Promise<void> {
  const before = new Date(database.clock.now().getTime() - DELIVERIES_KEPT_DAYS * DAY_MS)
  for (;;) {
    if ((await deleteDeliveries(database, before, BATCH)) < BATCH) return
  }
}
