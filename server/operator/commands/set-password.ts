import { randomBytes } from 'node:crypto'
import { setPassword } from '../../identity/accounts.ts'
import { CommandError } from '../exit-codes.ts'
import { type ResultOptions, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

const [SHORTEST, LONGEST] = [10, 128]

async function passwordFromStdin(): Promise<string | null> {
  if (process.stdin.isTTY) return null
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
  return text.replace(/\r?\n$/, '') || null
}

/** Reads a password from stdin, or generates one. */
export async function newPassword(): Promise<{ given: boolean; password: string }> {
  const given = await passwordFromStdin()
  if (given !== null && (given.length < SHORTEST || given.length > LONGEST)) {
    throw new CommandError(`A password must have ${SHORTEST} to ${LONGEST} characters.`)
  }
  return { given: given !== null, password: given ?? randomBytes(15).toString('base64url') }
}

/** `keyward-server user set-password EMAIL`: reads the password from stdin, or generates one and prints it once. */
export async function runSetPassword(email: string, options: ResultOptions): Promise<void> {
  const { given, password } = await newPassword()
  const changed = await withRuntime((runtime) => setPassword(runtime, email, password))
  if (!changed) throw new CommandError(`No user has the address ${email}.`)
  showResult(options, { email, password: given ? null : password }, [
    `Changed the password of ${email} and ended all their sessions.`,
    ...(given ? [] : [`The new password, shown only once: ${password}`]),
  ])
}
