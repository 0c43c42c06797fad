import { CommandError, EXIT_CODES, UsageError } from './exit-codes.ts'
import { askWhether, canAsk } from './prompt.ts'

/** Asks for confirmation and throws without it. Outside a terminal, --yes is required. */
export async function confirm(question: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return
  if (!canAsk()) throw new UsageError(`${question} This is not a terminal: confirm with --yes.`)
  if (!(await askWhether(question))) throw new CommandError('Nothing was changed.', EXIT_CODES.failed)
}
