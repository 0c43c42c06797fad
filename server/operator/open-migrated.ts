import { type Database, openDatabase } from '@keyward/prisma/database'
import { migrate } from '@keyward/prisma/migrate'
import { requireSettings, requireSupported } from '@keyward/prisma/server-check'
import type { Config } from '../config/config.ts'

/** Opens the database of a configuration and checks that this version of Keyward can use it. */
export async function openSupported(config: Config): Promise<Database> {
  const { databaseUrl, directDatabaseUrl: directUrl, databasePool: poolSize } = config
  const database = await openDatabase(databaseUrl, { poolSize, ...(directUrl !== null && { directUrl }) })
  try {
    if (config.databaseKind === 'postgresql') await requireSupported(database)
    if (directUrl !== null) await requireSettings(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Opens the database of a configuration and applies pending migrations. */
export async function openMigrated(config: Config): Promise<Database> {
  const database = await openSupported(config)
  try {
    await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
