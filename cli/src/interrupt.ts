import { EXIT_CODES } from './exit-codes.ts'
import { complain } from './output.ts'

let hint = 'A change that was under way may have happened.'

/** What to tell whoever interrupts the command from now on. */
export function hintOnInterrupt(text: string): void {
  hint = text
}

/** Ends at once when asked to, with the exit codes of shells. */
export function listenForInterrupts(): void {
  process.once('SIGINT', () => {
    complain(`\nInterrupted. ${hint}`)
    process.exit(EXIT_CODES.interrupted)
  })
  process.once('SIGTERM', () => {
    complain(`Terminated. ${hint}`)
    process.exit(EXIT_CODES.terminated)
  })
}
