import { rehearse } from '@keyward/prisma/migrate'
import { readConfig } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { openMigrated, openSupported } from '../open-migrated.ts'
import { type ResultOptions, showResult } from '../result.ts'

/** `keyward-server migrate`: applies pending migrations. With `check`, the migrations are rolled back afterwards. */
export async function runMigrate({ check, ...options }: ResultOptions & { check: boolean }): Promise<void> {
  if (check) return runCheck(options)
  const database = await openMigrated(await withSecrets(readConfig(process.env)))
  await database.close()
  showResult(options, { upToDate: true }, ['The database is up to date.'])
}

async function runCheck(options: ResultOptions): Promise<void> {
  const database = await openSupported(readConfig(process.env))
  try {
    const rehearsed = await rehearse(database)
    const lines = rehearsed.length === 0 ? ['The database is up to date.'] : []
    for (const { name, compatibleDownTo, milliseconds } of rehearsed) {
      const took =
        milliseconds === null
          ? 'not rehearsed: it, or a migration that it needs, runs outside a transaction'
          : `${Math.round(milliseconds)} ms`
      const replicas =
        compatibleDownTo === null
          ? 'stop older replicas first'
          : `older replicas down to ${compatibleDownTo} keep working`
      lines.push(`${name}: ${took}; ${replicas}`)
    }
    if (rehearsed.length > 0) lines.push('Nothing was changed. Apply them: keyward-server migrate')
    showResult(options, { pending: rehearsed }, lines)
  } finally {
    await database.close()
  }
}
