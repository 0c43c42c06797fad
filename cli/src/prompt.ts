import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CommandError, EXIT_CODES, UsageError } from './exit-codes.ts'

/**
 * Whether a person can answer questions. Questions are written to standard error, and answers are read from standard
 * input.
 */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

function ask(question: string, isHidden: boolean): Promise<string> {
  // The terminal does not echo while the question is open. The line editor's echo is discarded here.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = isHidden ? nowhere : process.stderr
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      // Settled first, because the `close` handler rejects the promise.
      settle()
      lines.close()
      if (isHidden) process.stderr.write('\n')
    }
    lines.on('SIGINT', () => end(() => reject(new CommandError('Interrupted.', EXIT_CODES.interrupted))))
    lines.on('close', () => reject(new CommandError('No answer was given.', EXIT_CODES.usage)))
    if (isHidden) process.stderr.write(question)
    lines.question(isHidden ? '' : question, (answer) => end(() => resolve(answer)))
  })
}

/** Asks for a value without echoing it. */
export const askHidden = (question: string): Promise<string> => ask(question, true)

/** Asks for a line of text. */
export const askLine = (question: string): Promise<string> => ask(question, false)

/** Asks for confirmation. Any answer except yes means no. */
export async function askWhether(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `, false)).trim())
}

/** Reads standard input until it ends. */
export const readStandardInput = (): Promise<string> => text(process.stdin)

/** Reads a secret from a hidden prompt, or from standard input if there is no terminal. */
export async function readSecret(): Promise<string> {
  const secret = (canAsk() ? await askHidden('Secret: ') : await readStandardInput()).trim()
  if (secret === '') throw new UsageError('The secret is empty. Type it at the prompt, or pass it on standard input.')
  return secret
}
