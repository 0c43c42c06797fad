import { type Database, RECALLS_CHANNEL } from '@keyward/prisma/database'

/** Asks every other holder of a limit, by the key of its pool, to return what it does not use. */
export function askBack(database: Database, holderId: string, poolKey: string): void {
  // Whoever waits tries again after a while, heard or not.
  database.sql('SELECT pg_notify($1, $2)', [RECALLS_CHANNEL, `${holderId} ${poolKey}`]).catch(() => {})
}
