import { type Database, openDatabase } from '@keyward/prisma/database'
import type { Sharing } from '@keyward/prisma/embedded'
import { DatabaseBusyError } from '@keyward/prisma/errors'
import { migrate, pendingMigrations } from '@keyward/prisma/migrate'
import { requireSettings, requireSupported } from '@keyward/prisma/server-check'
import type { Tracing } from '@keyward/prisma/tracing'
import type { Config } from '../config/config.ts'

/** Opens a configuration's database and checks that this version of Keyward can use it. */
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

/**
 * Opens a configuration's database and applies pending migrations. Does not migrate a database that another process has
 * open.
 */
export async function openMigrated(
  config: Config,
  sharing: Sharing = 'none',
  tracing: Tracing | null = null,
): Promise<Database> {
  const database = await openSupported(config, sharing, tracing)
  try {
    if (database.isJoined) await requireMigrated(database, 'then run the command again')
    else await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Opens a running server's database. Fails if migrations of this version have not been applied. */
export async function openUnchanged(
  config: Config,
  sharing: Sharing = 'none',
  tracing: Tracing | null = null,
): Promise<Database> {
  const database = await openSupported(config, sharing, tracing)
  try {
    await requireMigrated(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Not migrated here, because the running server may not know newer migrations. */
async function requireMigrated(database: Database, next?: string): Promise<void> {
  const pending = await pendingMigrations(database)
  if (pending.length === 0) return
  const restart = ['Restart the server with this version', next].filter(Boolean).join(', ')
  throw new DatabaseBusyError(`The running server has not applied ${pending.join(', ')}. ${restart}.`)
}
