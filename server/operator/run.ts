import { failureOf } from './failure.ts'

/** Runs a command. A failure prints one message on stderr and sets the exit code of its cause. */
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
