import type { Database } from '@keyward/prisma/database'

const PATIENCE_MS = 2_000

async function answers(database: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS)
  })
  const asked = database.sql('SELECT 1').then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * `/health/live`: the process runs. `/health/ready`: it may get requests: the database answers, and the server is not
 * stopping. Migrations are not asked for again: nothing is served before they are applied.
 */
export async function health(path: string, database: Database, stopping: AbortSignal): Promise<Response | null> {
  if (path === '/health/live') return Response.json({ status: 'live' })
  if (path !== '/health/ready') return null
  if (stopping.aborted) return Response.json({ status: 'stopping' }, { status: 503 })
  if (await answers(database)) return Response.json({ status: 'ready' })
  return Response.json({ status: 'database unavailable' }, { status: 503 })
}
