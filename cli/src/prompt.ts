import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CommandError, EXIT_CODES } from './exit-codes.ts'

/** Whether somebody can be asked: questions are written to standard error and answered on standard input. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

function ask(question: string, isHidden: boolean): Promise<string> {
  // The terminal does not echo while the question is open, and what the line editor would show goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = isHidden ? nowhere : process.stderr
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      // First, since closing is told as if no answer had come.
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

/** Asks for something that must not be seen. */
export const askHidden = (question: string): Promise<string> => ask(question, true)

/** Asks whether to go on; anything but yes is no. */
export async function askWhether(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `, false)).trim())
}

/** All that standard input has. */
export const readStandardInput = (): Promise<string> => text(process.stdin)
