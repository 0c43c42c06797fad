import { removeSecondFactor } from '../../identity/accounts.ts'
import { CommandError } from '../exit-codes.ts'
import { type ResultOptions, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/** `keyward-server user remove-second-factor EMAIL`: for a person who lost their app or their passkeys. */
export async function runRemoveSecondFactor(email: string, options: ResultOptions): Promise<void> {
  const removed = await withRuntime((runtime) => removeSecondFactor(runtime, email))
  if (removed === null) throw new CommandError(`No user has the address ${email}.`)
  showResult(options, { email, removed }, [
    removed
      ? `Removed the second factor and the passkeys of ${email}. Their password now signs them in.`
      : `${email} has neither a second factor nor a passkey.`,
  ])
}
