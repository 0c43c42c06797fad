import { readFile } from 'node:fs/promises'
import { CommandError } from '../exit-codes.ts'

const SHORTEST = 16

/** Reads the passphrase of an export file. Null if no passphrase file is given. */
export async function readPassphrase(file: string | undefined): Promise<string | null> {
  if (file === undefined) return null
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandError(`Cannot read the passphrase: ${error instanceof Error ? error.message : String(error)}`)
  })
  const passphrase = text.replace(/\r?\n$/, '')
  if (passphrase.length < SHORTEST) throw new CommandError(`A passphrase has at least ${SHORTEST} characters.`)
  return passphrase
}
