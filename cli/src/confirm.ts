import { CommandError, EXIT_CODES, UsageError } from './exit-codes.ts'
import { askWhether, canAsk } from './prompt.ts'

/** Goes on only if somebody says yes; where nobody can be asked, --yes has to have been given. */
export async function confirm(question: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return
  if (!canAsk()) throw new UsageError(`${question} Nobody can be asked here: confirm with --yes.`)
  if (!(await askWhether(question))) throw new CommandError('Nothing was changed.', EXIT_CODES.failed)
}
