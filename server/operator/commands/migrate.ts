import { rehearse } from '@keyward/prisma/migrate'
import { readConfig } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { openMigrated, openSupported } from '../open-migrated.ts'

/** `keyward-server migrate`: applies pending migrations. With `check`, it runs them and rolls them back. */
export async function runMigrate({ check }: { check: boolean }): Promise<void> {
  if (check) return runCheck()
  const database = await openMigrated(await withSecrets(readConfig(process.env)))
  await database.close()
  process.stdout.write('The database is up to date.\n')
}

async function runCheck(): Promise<void> {
  const database = await openSupported(readConfig(process.env))
  try {
    const rehearsed = await rehearse(database)
    if (rehearsed.length === 0) process.stdout.write('The database is up to date.\n')
    for (const { name, compatibleDownTo, milliseconds } of rehearsed) {
      const took =
        milliseconds === null ? 'not rehearsed: it runs outside a transaction' : `${Math.round(milliseconds)} ms`
      const replicas =
        compatibleDownTo === null
          ? 'stop older replicas first'
          : `older replicas down to ${compatibleDownTo} keep working`
      process.stdout.write(`${name}: ${took}; ${replicas}\n`)
    }
    if (rehearsed.length > 0) process.stdout.write('Nothing was changed. Apply them: keyward-server migrate\n')
  } finally {
    await database.close()
  }
}
