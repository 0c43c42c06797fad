import { readConfig } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { openMigrated } from '../open-migrated.ts'

/** `keyward-server migrate`: applies pending migrations. */
export async function runMigrate(): Promise<void> {
  const database = await openMigrated(await withSecrets(readConfig(process.env)))
  await database.close()
  process.stdout.write('The database is up to date.\n')
}
