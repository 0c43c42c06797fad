import { type Database, openDatabase } from '@keyward/prisma/database'
import { migrate } from '@keyward/prisma/migrate'
import type { ServerConfig } from '../config/config.ts'

/** Opens the database of a configuration and applies pending migrations. */
export async function openMigrated(config: ServerConfig): Promise<Database> {
  const database = await openDatabase(config.databaseUrl, {})
  try {
    await migrate(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
