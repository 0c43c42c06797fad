import { readFile } from 'node:fs/promises'
import {
  type RevokedAgain,
  type RevokedSince,
  readRevokedSince,
  revokeAgain,
} from '@keyward/schema/api-key/revoke-again'
import { declareRestored } from '@keyward/schema/write/outbox/history-sql'
import { CommandError } from '../exit-codes.ts'
import { count, type ResultOptions, showResult } from '../result.ts'
import { withRuntime } from './with-runtime.ts'

/** Reads the whole list before anything is changed. */
async function readList(file: string): Promise<RevokedSince[]> {
  try {
    const list = readRevokedSince(await readFile(file, 'utf8'))
    if (list.length === 0) throw new TypeError('The file lists no revoked key.')
    return list
  } catch (error) {
    throw new CommandError(`${file}: ${error instanceof Error ? error.message : String(error)} Nothing was changed.`)
  }
}

function summaryOf(keys: readonly RevokedAgain[]): string {
  const countOf = (outcome: RevokedAgain['outcome']) => keys.filter((key) => key.outcome === outcome).length
  return `${count(countOf('revoked'), 'key')} revoked again, ${countOf('already revoked')} already revoked, ${countOf('unknown')} unknown.`
}

/**
 * `keyward-server database restored`: announces that the database was restored, for cases that Keyward cannot detect.
 * Also revokes the keys on a list of revocations that were lost with the restore.
 */
export async function runDatabaseRestored({
  revoked: file,
  json,
}: ResultOptions & { revoked: string | undefined }): Promise<void> {
  const listed = file === undefined ? null : await readList(file)
  const keys: RevokedAgain[] = []
  await withRuntime(async (runtime) => {
    // Done first: once servers and gateways drop their caches of the lost history, they no longer deny these keys.
    for await (const key of revokeAgain(runtime, listed ?? [])) {
      keys.push(key)
      // Printed immediately, so that an interrupted run shows its progress.
      if (!json) showResult({ json }, key, [`${key.id}\t${key.outcome}`])
    }
    await declareRestored(runtime.database)
  })
  showResult({ json }, { restored: true, ...(listed && { keys }) }, [
    ...(listed ? [summaryOf(keys)] : []),
    'A new history begins. Servers and gateways drop their caches, and subscribers start again.',
  ])
}
