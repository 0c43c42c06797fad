import type { Database } from '@keyward/prisma/database'
import { DatabaseNewerError, MigrationFailedError } from '@keyward/prisma/errors'
import { pendingMigrations } from '@keyward/prisma/migrate'

const PATIENCE_MS = 2_000

type Readiness = 'ready' | 'database unavailable' | 'database not migrated' | 'database newer than this server'

/** Asks the database, by one statement, whether it answers and has exactly the migrations that this code knows. */
async function ask(database: Database): Promise<Readiness> {
  try {
    return (await pendingMigrations(database)).length === 0 ? 'ready' : 'database not migrated'
  } catch (error) {
    const isOther = error instanceof DatabaseNewerError || error instanceof MigrationFailedError
    return isOther ? 'database newer than this server' : 'database unavailable'
  }
}

async function readiness(database: Database): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve('database unavailable'), PATIENCE_MS)
  })
  try {
    return await Promise.race([ask(database), late])
  } finally {
    clearTimeout(timer)
  }
}

/** `/health/live`: the process runs. `/health/ready`: requests may be sent here; 503 as soon as the server stops. */
export async function health(path: string, database: Database, stopping: AbortSignal): Promise<Response | null> {
  if (path === '/health/live') return Response.json({ status: 'live' })
  if (path !== '/health/ready') return null
  const status = stopping.aborted ? 'stopping' : await readiness(database)
  return Response.json({ status }, { status: status === 'ready' ? 200 : 503 })
}
