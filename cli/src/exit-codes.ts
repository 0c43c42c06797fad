/** Exit codes, documented in docs/cli.md. Scripts depend on them. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  authentication: 3,
  forbidden: 4,
  notFound: 5,
  rejected: 6,
  rateLimited: 7,
  unavailable: 8,
  rowsRejected: 9,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** The command line, the configuration or an input file is invalid. No request for a change was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A command failed. The message is for the person who ran it. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  constructor(
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message)
  }
}

/** The reader of standard output stopped reading. */
export class ClosedOutputError extends Error {
  override readonly name = 'ClosedOutputError'
}
