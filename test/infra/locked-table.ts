import type { Database } from '../../prisma/database.ts'

/**
 * Runs work while a table of PostgreSQL is locked in a mode. `countWaiting` counts the statements that wait for a lock.
 */
export async function whileLocked<T>(
  database: Database,
  lock: string,
  work: (countWaiting: () => Promise<number>) => Promise<T>,
): Promise<T> {
  const pool = database.openPool(2)
  const holder = await pool.connect()
  try {
    await holder.query(`BEGIN; LOCK TABLE ${lock} MODE`)
    return await work(async () => {
      const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
      return (await pool.query(waiting)).rows.length
    })
  } finally {
    await holder.query('COMMIT')
    holder.release()
    await pool.end()
  }
}
