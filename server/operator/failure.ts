import {
  DatabaseBusyError,
  DatabaseDamagedError,
  DatabaseNewerError,
  DatabaseUnsupportedError,
  DirectUnavailableError,
  isUnavailable,
  MigrationFailedError,
} from '@keyward/prisma/errors'
import { PortInUseError } from '../http/listen.ts'
import { CommandError, ConfigurationError, EXIT_CODES, type ExitCode, WorkerFailedError } from './exit-codes.ts'

/** Why the process ends, as text for the operator. */
export interface Failure {
  exitCode: ExitCode
  message: string
}

/** Whether the disk of the system or PostgreSQL is full, according to an error or its causes. */
function isDiskFull(error: unknown): boolean {
  for (let layer = error; layer instanceof Error; layer = layer.cause) {
    if ('code' in layer && ['ENOSPC', 'EDQUOT', '53100'].includes(String(layer.code))) return true
    if (/No space left on device/i.test(layer.message)) return true
  }
  return false
}

/** Describes a failure. Unexpected errors keep their stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ConfigurationError) {
    const problems = error.problems.map((problem) => `  ${problem}`).join('\n')
    return { exitCode: EXIT_CODES.configuration, message: `The configuration is wrong:\n${problems}` }
  }
  if (error instanceof CommandError) return { exitCode: EXIT_CODES.failed, message: error.message }
  if (error instanceof WorkerFailedError) return { exitCode: error.exitCode, message: error.message }
  if (error instanceof PortInUseError) {
    return { exitCode: EXIT_CODES.portInUse, message: `${error.message} Set PORT to another one.` }
  }
  if (error instanceof DatabaseNewerError) return { exitCode: EXIT_CODES.databaseNewer, message: error.message }
  if (error instanceof DatabaseUnsupportedError) {
    return { exitCode: EXIT_CODES.databaseUnsupported, message: error.message }
  }
  if (isDiskFull(error)) {
    return { exitCode: EXIT_CODES.diskFull, message: 'The disk is full. Free some space and start again.' }
  }
  if (error instanceof DatabaseDamagedError) return { exitCode: EXIT_CODES.databaseDamaged, message: error.message }
  if (error instanceof DatabaseBusyError) return { exitCode: EXIT_CODES.databaseBusy, message: error.message }
  if (error instanceof MigrationFailedError) return { exitCode: EXIT_CODES.migrationFailed, message: error.message }
  if (isUnavailable(error)) {
    const variable = error instanceof DirectUnavailableError ? 'KEYWARD_DIRECT_DATABASE_URL' : 'DATABASE_URL'
    const detail = error instanceof Error ? ` (${error.message.split('\n').at(-1)})` : ''
    return {
      exitCode: EXIT_CODES.databaseUnavailable,
      message: `The database of ${variable} does not answer${detail}. Run the command again once it does.`,
    }
  }
  return {
    exitCode: EXIT_CODES.failed,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}
