import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { importOrganization } from '@keyward/schema/transfer/import'
import { CommandError } from '../exit-codes.ts'
import { count, type ResultOptions, showResult } from '../result.ts'
import { readPassphrase } from './passphrase.ts'
import { withRuntime } from './with-runtime.ts'

interface ImportOptions extends ResultOptions {
  passphraseFile?: string | undefined
  acceptUnverified: boolean
}

/** A generator, so that the file is opened when it is read, and again if the transaction is retried. */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
}

/** `keyward-server organization import FILE`: imports an exported organization, completely or not at all. */
export async function runOrganizationImport(file: string, options: ImportOptions): Promise<void> {
  await access(file).catch((error: unknown) => {
    throw new CommandError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  })
  const passphrase = await readPassphrase(options.passphraseFile)
  const imported = await withRuntime((runtime) =>
    importOrganization(runtime, () => linesOf(file), { passphrase, acceptsUnverified: options.acceptUnverified }),
  )
  const { id, name, matched, created, rows } = imported
  showResult(options, imported, [
    `Imported "${name}" (${id}): ${count(rows.project ?? 0, 'project')}, ${count(rows.api_key ?? 0, 'key')}, ${count(rows.audit_event ?? 0, 'audit event')}.`,
    ...(matched.length > 0 ? [`Existing accounts that received roles: ${matched.join(', ')}.`] : []),
    ...(created.length > 0
      ? [
          `New accounts: ${created.join(', ')}. Send each a link to set a password: keyward-server user reset-link EMAIL.`,
        ]
      : []),
  ])
}
