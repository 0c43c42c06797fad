#!/usr/bin/env node
import { CommanderError, mistakeOf } from './cli.ts'
import { ClosedOutputError, EXIT_CODES } from './exit-codes.ts'
import { failureOf } from './failure.ts'
import { listenForInterrupts } from './interrupt.ts'
import { complainOf } from './output.ts'
import { program } from './program.ts'

listenForInterrupts()
const { root, cli } = program()
try {
  await root.parseAsync()
} catch (thrown) {
  const error = thrown instanceof CommanderError ? mistakeOf(thrown) : thrown
  // Whoever reads a list may have read enough; a secret that could not be written is another error.
  if (error !== null && !(error instanceof ClosedOutputError)) {
    const { exitCode, message, document } = failureOf(error, cli.about)
    // A command line that cannot be read has not said whether it wants JSON.
    complainOf(message, document, cli.output.isJson || process.argv.includes('--json'))
    process.exitCode = exitCode
  }
}
process.exitCode ??= EXIT_CODES.ok
