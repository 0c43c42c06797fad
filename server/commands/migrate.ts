import { readConfig } from '../config.ts'
import { withSecrets } from '../secrets.ts'
import { openMigrated } from '../start.ts'

/** `keyward-server migrate`: brings the database up to date and ends. */
export async function runMigrate(): Promise<void> {
  const database = await openMigrated(await withSecrets(readConfig(process.env)))
  await database.close()
  process.stdout.write('The database is up to date.\n')
}
