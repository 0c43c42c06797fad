import type { Database } from '@keyward/prisma/database'
import { DatabaseNewerError, MigrationFailedError } from '@keyward/prisma/errors'
import { pendingMigrations } from '@keyward/prisma/migrate'
import { withTimeout } from '@keyward/schema/core/timeout'
import type { KeyVerifier } from '@keyward/schema/verification/verifier'
import type { ServedPath } from './served-paths.ts'

const PATIENCE_MS = 2_000
/**
 * Shorter than usual, because requests can still be decided from memory, and a load balancer waits only about a second
 * for its check.
 */
const DECIDING_PATIENCE_MS = 500

type Readiness =
  | 'ready'
  | 'no space for writes'
  | 'database unavailable'
  | 'database not migrated'
  | 'database newer than this server'

/** Checks in a single statement that the database responds and that its migrations are compatible with this code. */
async function ask(database: Database): Promise<Readiness> {
  try {
    if ((await pendingMigrations(database)).length > 0) return 'database not migrated'
    return database.isFull ? 'no space for writes' : 'ready'
  } catch (error) {
    const isOther = error instanceof DatabaseNewerError || error instanceof MigrationFailedError
    return isOther ? 'database newer than this server' : 'database unavailable'
  }
}

export type HealthPath = Extract<ServedPath, `/health/${string}`>

interface Parts {
  database: Database
  verifier: Pick<KeyVerifier, 'isWithinGrace'>
  /** Aborts when the server announces that it will stop. */
  leaving: AbortSignal
}

/**
 * Serves the health paths:
 * - `/health/live`: the process runs.
 * - `/health/ready`: this server is ready for requests.
 * - `/health/authorize`: this server is ready for `/authorize` requests. During a database outage, it stays ready while
 *   known keys are decided from memory.
 *
 * While the database has no space for writes, the last two return 200 and say so: reads and decisions still work, and
 * otherwise no replica would be ready. They return 503 once the server announces that it will stop.
 */
export async function health(path: HealthPath, { database, verifier, leaving }: Parts): Promise<Response> {
  if (path === '/health/live') return Response.json({ status: 'live' })
  const isAuthorize = path === '/health/authorize'
  if (leaving.aborted) return Response.json({ status: 'stopping' }, { status: 503 })
  const patience = isAuthorize ? DECIDING_PATIENCE_MS : PATIENCE_MS
  const status = await withTimeout(ask(database), patience, () => 'database unavailable')
  if (isAuthorize && status === 'database unavailable' && verifier.isWithinGrace)
    return Response.json({ status: 'deciding from memory' })
  const isReady = status === 'ready' || status === 'no space for writes'
  return Response.json({ status }, { status: isReady ? 200 : 503 })
}
