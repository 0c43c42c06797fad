/** What the process ends with, by cause. Documented in docs/configuration.md; scripts may depend on them. */
export const EXIT_CODES = {
  failed: 1,
  configuration: 2,
  portInUse: 3,
  databaseUnavailable: 4,
  databaseNewer: 5,
  databaseDamaged: 6,
  databaseBusy: 7,
  migrationFailed: 8,
  auditDoesNotFit: 9,
} as const

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** An environment or a secrets file that the server cannot start with. Its message never holds the value of a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  constructor(readonly problems: string[]) {
    super(problems.join('\n'))
  }
}

/** A command that cannot do what it was told to; the message is for the person who typed it. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
