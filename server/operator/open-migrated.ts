import { type Database, openDatabase } from '@keyward/prisma/database'
import type { Sharing } from '@keyward/prisma/embedded'
import { DatabaseBusyError } from '@keyward/prisma/errors'
import { migrate, pendingMigrations } from '@keyward/prisma/migrate'
import { requireSettings, requireSupported } from '@keyward/prisma/server-check'
import type { Tracing } from '@keyward/prisma/tracing'
import type { Config } from '../config/config.ts'

/** Opens the database of a configuration and checks that this version of Keyward can use it. */
export async function openSupported(
  config: Config,
  sharing: Sharing = 'none',
  tracing: Tracing | null = null,
): Promise<Database> {
  const { databaseUrl, directDatabaseUrl: directUrl, databasePool: poolSize } = config
  const direct = directUrl !== null && { directUrl }
  const database = await openDatabase(databaseUrl, { poolSize, sharing, tracing, ...direct })
  try {
    if (config.databaseKind === 'postgresql') await requireSupported(database)
    if (directUrl !== null) await requireSettings(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Opens the database of a configuration and applies pending migrations. Joined databases are not migrated. */
export async function openMigrated(
  config: Config,
  sharing: Sharing = 'none',
  tracing: Tracing | null = null,
): Promise<Database> {
  const database = await openSupported(config, sharing, tracing)
  try {
    if (database.isJoined) await requireMigrated(database)
    else await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The server that runs the embedded database may not know newer migrations. */
async function requireMigrated(database: Database): Promise<void> {
  const pending = await pendingMigrations(database)
  if (pending.length === 0) return
  throw new DatabaseBusyError(
    `The running server has not applied ${pending.join(', ')}. Restart the server with this version, then run the command again.`,
  )
}
