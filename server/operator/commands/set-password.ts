import { randomBytes } from 'node:crypto'
import { createRuntime } from '@keyward/schema/create-runtime'
import { readConfig } from '../../config/config.ts'
import { withSecrets } from '../../config/secrets.ts'
import { settingsOf } from '../../config/settings.ts'
import { setPassword } from '../../identity/accounts.ts'
import { CommandError } from '../exit-codes.ts'
import { openMigrated } from '../open-migrated.ts'

const [SHORTEST, LONGEST] = [10, 128]

async function passwordFromStdin(): Promise<string | null> {
  if (process.stdin.isTTY) return null
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
  return text.replace(/\r?\n$/, '') || null
}

/** `keyward-server user set-password EMAIL`: the password comes on stdin, or is made and printed once. */
export async function runSetPassword(email: string): Promise<void> {
  const given = await passwordFromStdin()
  if (given !== null && (given.length < SHORTEST || given.length > LONGEST)) {
    throw new CommandError(`A password has ${SHORTEST} to ${LONGEST} characters.`)
  }
  const password = given ?? randomBytes(15).toString('base64url')
  const config = await withSecrets(readConfig(process.env))
  const database = await openMigrated(config)
  try {
    const runtime = await createRuntime({ database, settings: settingsOf(config) })
    const changed = await setPassword(runtime, email, password)
    await runtime.close()
    if (!changed) throw new CommandError(`Nobody here has the address ${email}.`)
  } finally {
    await database.close()
  }
  process.stdout.write(`The password of ${email} is changed, and every session of theirs has ended.\n`)
  if (given === null) process.stdout.write(`The new password, shown this once: ${password}\n`)
}
