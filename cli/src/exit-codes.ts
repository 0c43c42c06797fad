/** What the process ends with, by what a script does next. Documented in docs/cli.md; scripts may depend on them. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  authentication: 3,
  forbidden: 4,
  notFound: 5,
  refused: 6,
  rateLimited: 7,
  unavailable: 8,
  rowsRefused: 9,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** The command, its configuration or its input is not as it has to be; nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** A command that cannot do what it was told to; the message is for the person who typed it. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  constructor(
    message: string,
    readonly exitCode: ExitCode,
  ) {
    super(message)
  }
}

/** Whoever read standard output has stopped reading. */
export class ClosedOutputError extends Error {
  override readonly name = 'ClosedOutputError'
}
