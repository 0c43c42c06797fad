import { KeywardError } from '@keyward/schema/core/errors'
import { createRuntime } from '@keyward/schema/create-runtime'
import { removeUser } from '@keyward/schema/user/remove'
import { readConfig } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { settingsOf } from '../../config/settings.ts'
import { CommandError } from '../exit-codes.ts'
import { openMigrated } from '../open-migrated.ts'

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

/** `keyward-server user remove EMAIL`: removes a person from the instance; refused for whoever owns an organization. */
export async function runUserRemove(email: string): Promise<void> {
  const config = await withSecrets(readConfig(process.env))
  const database = await openMigrated(config)
  try {
    const runtime = await createRuntime({ database, settings: settingsOf(config) })
    try {
      const removed = await removeUser(runtime, email)
      if (!removed) throw new CommandError(`Nobody here has the address ${email}.`)
      const { organizations, sessions } = removed
      process.stdout.write(
        `${email} is removed, from ${count(organizations, 'organization')} and with ${count(sessions, 'session')}. The keys they made keep working.\n`,
      )
    } catch (error) {
      throw error instanceof KeywardError ? new CommandError(error.message) : error
    } finally {
      await runtime.close()
    }
  } finally {
    await database.close()
  }
}
