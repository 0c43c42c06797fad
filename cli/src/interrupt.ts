import { EXIT_CODES } from './exit-codes.ts'
import { complain } from './output.ts'

let hint = 'A change that was in progress may have been made.'

/** Sets the advice to print on an interrupt from now on. */
export function hintOnInterrupt(text: string): void {
  hint = text
}

/** Exits at once on SIGINT and SIGTERM, with the exit codes that shells use. */
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
