import type { Database } from '@keyward/prisma/database'
import { DatabaseNewerError, MigrationFailedError } from '@keyward/prisma/errors'
import { pendingMigrations } from '@keyward/prisma/migrate'
import { withTimeout } from '@keyward/schema/core/timeout'

const PATIENCE_MS = 2_000

type Readiness = 'ready' | 'database unavailable' | 'database not migrated' | 'database newer than this server'

/** Checks, in one statement, that the database answers and that this code can work with its migrations. */
async function ask(database: Database): Promise<Readiness> {
  try {
    return (await pendingMigrations(database)).length === 0 ? 'ready' : 'database not migrated'
  } catch (error) {
    const isOther = error instanceof DatabaseNewerError || error instanceof MigrationFailedError
    return isOther ? 'database newer than this server' : 'database unavailable'
  }
}

/** Serves `/health/live` (the process runs) and `/health/ready` (send requests here; 503 once the server leaves). */
export async function health(path: string, database: Database, leaving: AbortSignal): Promise<Response | null> {
  if (path === '/health/live') return Response.json({ status: 'live' })
  if (path !== '/health/ready') return null
  const status = leaving.aborted
    ? 'stopping'
    : await withTimeout(ask(database), PATIENCE_MS, () => 'database unavailable')
  return Response.json({ status }, { status: status === 'ready' ? 200 : 503 })
}
