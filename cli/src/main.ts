#!/usr/bin/env node
import { CommanderError, mistakeOf } from './cli.ts'
import { ClosedOutputError, EXIT_CODES } from './exit-codes.ts'
import { failureOf } from './failure.ts'
import { listenForInterrupts } from './interrupt.ts'
import { complainOf } from './output.ts'
import { program } from './program.ts'

// CI systems set variables that a job lacks to an empty string.
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith('KEYWARD_') && value === '') delete process.env[name]
}

listenForInterrupts()
const { root, cli } = program()
try {
  await root.parseAsync()
} catch (thrown) {
  const error = thrown instanceof CommanderError ? mistakeOf(thrown) : thrown
  // The reader of a list may stop reading early, like `head`. If a secret was not written, that is a different error.
  if (error !== null && !(error instanceof ClosedOutputError)) {
    const { exitCode, message, document } = failureOf(error, cli.knownBaseUrl, cli.keyId)
    // Options of an invalid command line are not parsed, so the arguments are searched.
    complainOf(message, document, cli.output.isJson || process.argv.some((word) => /^--(json|jq)\b/.test(word)))
    process.exitCode = exitCode
  }
}
process.exitCode ??= EXIT_CODES.ok
