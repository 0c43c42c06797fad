import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Database } from '@keyward/prisma/database'
import { type Head, HeadSigner } from '@keyward/schema/audit/heads'
import { findPlaces, placeOf } from '@keyward/schema/audit/verify'
import type { SealingKey } from '@keyward/schema/core/sealing'
import type { Log } from '../telemetry/log.ts'

const EVERY_MS = 60_000
const PAGE = 500

/** Keeps the heads of all audit logs in a file outside the database. */
export interface AuditHeads {
  /** Appends the heads that changed since the last time. A failure is logged, and made up for the next time. */
  write(): Promise<void>
  /** Writes a last time, and ends. */
  stop(): Promise<void>
}

interface Options {
  database: Database
  file: string
  /** The keys of the instance; the first one signs. */
  encryptionKeys: readonly SealingKey[]
  log: Log
}

// An organization without events has nothing to be signed.
const CHANGED = `
  SELECT organization_id, sequence, encode(hash, 'hex') AS hash FROM audit_head
   WHERE organization_id > $1 AND sequence > 0 ORDER BY organization_id LIMIT ${PAGE}`

/** Appends every changed head to the file once a minute, from now until `stop()`. */
export function keepAuditHeads({ database, file, encryptionKeys, log }: Options): AuditHeads {
  const [key] = encryptionKeys
  if (!key) throw new Error('No key-encryption key is configured')
  const signer = new HeadSigner(key)
  /** What this process signed last, by organization. */
  const signed = new Map<string, Head>()

  /** Answers where the next page begins; null after the last one. */
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

  /** Says at once what `audit verify` would find: that a log does not hold any more what was signed of it. */
  async function warnOfRewritten(before: Head[]): Promise<void> {
    const rows = await findPlaces(database, before)
    for (const head of before) {
      if (rows.get(placeOf(head))?.hash === head.hash) continue
      const { organizationId, sequence, at } = head
      log.warn('an audit log was rewritten or cut; run keyward-server audit verify', { organizationId, sequence, at })
    }
  }

  async function writeAll(): Promise<void> {
    let after: string | null = '00000000-0000-0000-0000-000000000000'
    while (after !== null) after = await writePage(after)
  }

  let writing: Promise<void> = Promise.resolve()
  const write = (): Promise<void> => {
    writing = writing.then(writeAll).catch((error) => log.error('the heads of audit logs were not written', error))
    return writing
  }
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

/** Adds to the end of the file, durably. A line that a crash cut off is ended first. */
async function append(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    const isWhole = size === 0 || buffer.toString() === '\n'
    await handle.appendFile(isWhole ? text : `\n${text}`)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}
