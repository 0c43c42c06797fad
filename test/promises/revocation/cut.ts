import type { Database } from '../../../prisma/database.ts'

/** Runs a function without change notifications, so that replicas learn of changes only by polling. */
export async function withNotificationsCut(database: Database, work: () => Promise<void>): Promise<void> {
  await database.sql('ALTER TABLE change_event DISABLE TRIGGER change_event_notify')
  try {
    await work()
  } finally {
    await database.sql('ALTER TABLE change_event ENABLE TRIGGER change_event_notify')
  }
}
