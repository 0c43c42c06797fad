import { failureOf } from './failure.ts'

/** Runs a command to its end; a failure is one message on stderr and its own exit code. */
export async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command()
    process.exitCode ??= 0
  } catch (error) {
    const { exitCode, message } = failureOf(error)
    process.stderr.write(`${message}\n`)
    process.exitCode = exitCode
  }
}
