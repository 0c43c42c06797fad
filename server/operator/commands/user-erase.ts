import { createInterface } from 'node:readline/promises'
import { encodeId } from '@keyward/schema/core/ids'
import { eraseByOperator } from '@keyward/schema/erasure/service'
import { CommandError } from '../exit-codes.ts'
import { count, type ResultOptions, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/**
 * `keyward-server user erase EMAIL`: erases a person, or an address that was only invited. Erasure cannot be undone.
 */
export async function runUserErase(who: string, { yes, ...options }: ResultOptions & { yes: boolean }): Promise<void> {
  if (!yes) await confirm(who)
  const erased = await withRuntime((runtime) => eraseByOperator(runtime, who))
  if (!erased) throw new CommandError(`No user and no invitation has the address or id ${who}.`)
  const { userId, organizations, sessions, tokensEnded, keysPaused, invitations, eventsWithName } = erased
  const id = userId === null ? null : encodeId('User', userId)
  const lines =
    id === null
      ? [`Erased the address from ${count(invitations, 'invitation')}. It had no account.`]
      : [
          `Erased ${id}: removed from ${count(organizations, 'organization')}; ended ${count(sessions, 'session')} and ${count(tokensEnded, 'token')}; deleted ${count(invitations, 'invitation')}.`,
          keysPaused === 0
            ? 'The keys they created keep working.'
            : `Key policies paused ${count(keysPaused, 'key')} that they created; the others keep working.`,
          'Keep this id. After you restore a backup from before now, erase it again.',
        ]
  if (eventsWithName > 0) {
    lines.push(
      `${count(eventsWithName, 'audit event')} of an older version still ${eventsWithName === 1 ? 'has' : 'have'} the name, because it is part of their hashes. See docs/operations/erase.md.`,
    )
  }
  showResult(options, { ...erased, userId: id }, lines)
}

/** Asks for confirmation on the terminal. Scripts pass `--yes`. */
async function confirm(who: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CommandError('Erasing cannot be undone. Repeat the command with --yes.')
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`Erase ${who}? It cannot be undone. Type the address or id again: `)
    if (answer.trim() !== who) throw new CommandError('Nothing was erased.')
  } finally {
    terminal.close()
  }
}
