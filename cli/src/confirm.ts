import { CommandError, EXIT_CODES, UsageError } from './exit-codes.ts'
import { askLine, askWhether, canAsk } from './prompt.ts'

/** Asks for confirmation and throws if it is denied. Without a terminal, --yes is required. */
export async function confirm(question: string, isConfirmed: boolean): Promise<void> {
  if (isConfirmed) return
  if (!canAsk()) throw new UsageError(`${question} This is not a terminal: confirm with --yes.`)
  if (!(await askWhether(question))) throw new CommandError('Nothing was changed.', EXIT_CODES.failed)
}

/**
 * Asks for the name of the object to delete and throws if it does not match. Without a terminal, --confirm is required.
 */
export async function confirmName(question: string, name: string, given: string | undefined): Promise<string> {
  if (given === undefined && !canAsk()) {
    throw new UsageError(`${question} This is not a terminal: confirm with --confirm ${JSON.stringify(name)}.`)
  }
  const typed = given ?? (await askLine(`${question} Type its name to confirm: `))
  if (typed.trim() !== name) throw new CommandError('That is not its name. Nothing was changed.', EXIT_CODES.failed)
  return name
}
