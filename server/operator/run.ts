import { failureOf } from './failure.ts'

const print = (message: string): void => {
  process.stderr.write(`${message}\n`)
}

/** Runs a command. A failure is reported in one message, on stderr by default, and sets the exit code of its cause. */
export async function run(command: () => Promise<void>, report = print): Promise<void> {
  try {
    await command()
    process.exitCode ??= 0
  } catch (error) {
    const { exitCode, message } = failureOf(error)
    report(message)
    process.exitCode = exitCode
  }
}
