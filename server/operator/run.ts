import { EXIT_CODES, type ExitCode } from './exit-codes.ts'
import { failureOf } from './failure.ts'

const print = (message: string): void => {
  process.stderr.write(`${message}\n`)
}

/** An exit code's name, such as `DATABASE_BUSY`. */
function codeOf(exitCode: ExitCode): string {
  const [name = 'failed'] = Object.entries(EXIT_CODES).find(([, code]) => code === exitCode) ?? []
  return name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
}

/** Reports a failure as a single JSON document, as the `keyward` command does. */
export const printJson = (message: string, exitCode: ExitCode): void =>
  print(JSON.stringify({ error: { name: 'Error', message, code: codeOf(exitCode), exitCode } }, null, 2))

/** Runs a command. A failure is reported as one message, on stderr by default, and sets the exit code for its cause. */
export async function run(
  command: () => Promise<void>,
  report: (message: string, exitCode: ExitCode) => void = print,
): Promise<void> {
  try {
    await command()
    process.exitCode ??= 0
  } catch (error) {
    const { exitCode, message } = failureOf(error)
    report(message, exitCode)
    process.exitCode = exitCode
  }
}
