import { stat } from 'node:fs/promises'
import type { Database } from '@keyward/prisma/database'
import { type Head, HeadSigner } from '@keyward/schema/audit/heads'
import { findPlaces, placeOf } from '@keyward/schema/audit/verify'
import type { SealingKey } from '@keyward/schema/core/sealing'
import type { Log } from '../telemetry/log.ts'
import { append } from './append.ts'

const EVERY_MS = 60_000
const PAGE = 500

/** Writes the heads of all audit logs to a file outside the database. */
export interface AuditHeads {
  /** Appends the heads that changed since the last run. Failures are logged, and the next run tries again. */
  write(): Promise<void>
  /** Writes the heads one last time and stops. */
  stop(): Promise<void>
}

interface Options {
  database: Database
  file: string
  /** The instance's keys. The first one signs. */
  encryptionKeys: readonly SealingKey[]
  log: Log
}

// Organizations without events have no head to sign.
const CHANGED = `
  SELECT organization_id, sequence, encode(hash, 'hex') AS hash FROM audit_head
   WHERE organization_id > $1 AND sequence > 0 ORDER BY organization_id LIMIT ${PAGE}`

/** Appends every changed head to the file, immediately and then once a minute until `stop()`. */
export function keepAuditHeads({ database, file, encryptionKeys, log }: Options): AuditHeads {
  const [key] = encryptionKeys
  if (!key) throw new Error('No key-encryption key is configured')
  const signer = new HeadSigner(key)
  /** The last head that this process signed, per organization. */
  const signed = new Map<string, Head>()

  /** Returns the start of the next page. Null after the last page. */
  async function writePage(after: string): Promise<string | null> {
    const rows = await database.sql<{ organization_id: string; sequence: string; hash: string }>(CHANGED, [after])
    const at = database.clock.now().toISOString()
    const heads = rows
      .map(({ organization_id: organizationId, sequence, hash }): Head => ({ organizationId, sequence, hash, at }))
      .filter((head) => signed.get(head.organizationId)?.hash !== head.hash)
    if (heads.length > 0) {
      await warnOfRewritten(heads.flatMap((head) => signed.get(head.organizationId) ?? []))
      await append(file, heads.map((head) => `${signer.sign(head)}\n`).join(''))
      for (const head of heads) signed.set(head.organizationId, head)
    }
    return rows.length < PAGE ? null : (rows.at(-1)?.organization_id ?? null)
  }

  /** Warns immediately about a log that no longer contains a signed head, which `audit verify` would report. */
  async function warnOfRewritten(before: Head[]): Promise<void> {
    const rows = await findPlaces(database, before)
    for (const head of before) {
      if (rows.get(placeOf(head))?.hash === head.hash) continue
      const { organizationId, sequence, at } = head
      log.warn('an audit log was rewritten or truncated; run keyward-server audit verify', {
        organizationId,
        sequence,
        at,
      })
    }
  }

  async function writeAll(): Promise<void> {
    // The file was moved or emptied. The new file needs a line for each log, even if the log does not change.
    if (signed.size > 0 && (await sizeOf(file)) === 0) signed.clear()
    let after: string | null = '00000000-0000-0000-0000-000000000000'
    while (after !== null) after = await writePage(after)
  }

  let writing: Promise<void> = Promise.resolve()
  const write = (): Promise<void> => {
    writing = writing.then(writeAll).catch((error) => log.error('the heads of audit logs were not written', error))
    return writing
  }
  void write()
  const timer = setInterval(write, EVERY_MS)
  timer.unref()
  return {
    write,
    async stop() {
      clearInterval(timer)
      await write()
    },
  }
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  )
