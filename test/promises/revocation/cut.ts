import type { Database } from '../../../prisma/database.ts'

/** Does the work while changes wake nobody: replicas learn of them by their polls alone. */
export async function withNotificationsCut(database: Database, work: () => Promise<void>): Promise<void> {
  await database.sql('ALTER TABLE change_event DISABLE TRIGGER change_event_notify')
  try {
    await work()
  } finally {
    await database.sql('ALTER TABLE change_event ENABLE TRIGGER change_event_notify')
  }
}
