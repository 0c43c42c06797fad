import { removeUser } from '@keyward/schema/user/remove'
import { CommandError } from '../exit-codes.ts'
import { count, type ResultOptions, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/** `keyward-server user remove EMAIL`: removes a person from the instance, unless they own an organization. */
export async function runUserRemove(email: string, options: ResultOptions): Promise<void> {
  const removed = await withRuntime((runtime) => removeUser(runtime, email))
  if (!removed) throw new CommandError(`No user has the address ${email}.`)
  const { organizations, sessions, tokensEnded, keysPaused } = removed
  const keys =
    keysPaused === 0
      ? 'The keys they created keep working.'
      : `Key policies paused ${count(keysPaused, 'key')} that they created; the others keep working.`
  showResult(options, { email, ...removed }, [
    `Removed ${email} from ${count(organizations, 'organization')} and ended ${count(sessions, 'session')} and ${count(tokensEnded, 'token')} that they knew. ${keys}`,
  ])
}
