/** Exit codes by cause, documented in docs/configuration.md. Scripts may depend on them. */
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
  databaseUnsupported: 10,
  diskFull: 11,
} as const

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** The environment or the secrets file prevents the start. The message never contains a secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  constructor(readonly problems: string[]) {
    super(problems.join('\n'))
  }
}

/** A worker could not start. The worker has already reported its message, and this error has its exit code. */
export class WorkerFailedError extends Error {
  override readonly name = 'WorkerFailedError'
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message)
  }
}

/** A command failed. The message is for the operator. The exit code is 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
