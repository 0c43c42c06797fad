import { KeywardError, ValidationError } from '@keyward/schema/core/errors'
import { createRuntime } from '@keyward/schema/create-runtime'
import type { Runtime } from '@keyward/schema/runtime'
import { readConfig, type ServerConfig } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { settingsOf } from '../../config/settings.ts'
import { CommandError } from '../exit-codes.ts'
import { openMigrated } from '../open-migrated.ts'

/** Lists the issues, one per line. */
const messageOf = (error: KeywardError): string =>
  error instanceof ValidationError
    ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n')
    : error.message

/** Opens the database for a single operation and closes it afterwards. Removes the stack of expected errors. */
export async function withRuntime<Result>(
  work: (runtime: Runtime, config: ServerConfig) => Promise<Result>,
): Promise<Result> {
  const config = await withSecrets(readConfig(process.env))
  const database = await openMigrated(config, 'join')
  try {
    // A command must read its own changes, so it does not use the replica.
    const runtime = await createRuntime({ database, settings: { ...settingsOf(config), replica: null } })
    try {
      return await work(runtime, config)
    } catch (error) {
      throw error instanceof KeywardError ? new CommandError(messageOf(error)) : error
    } finally {
      await runtime.close()
    }
  } finally {
    await database.close()
  }
}
