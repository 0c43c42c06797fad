import type { RevocationReason } from '@keyward/prisma/generated/prisma/client'
import { decodeId } from '../core/ids.ts'
import type { Runtime } from '../runtime.ts'
import { operate } from '../write/unit-of-work.ts'
import { endKeys } from './end.ts'
import { record } from './record.ts'
import { REASONS } from './revoke.ts'
import { lockApiKeys } from './sql.ts'

/** A key that was revoked after the backup, and why. */
export interface RevokedSince {
  id: string
  reason: RevocationReason
}

/** Outcome for one key. A key created after the backup is unknown. */
export interface RevokedAgain {
  id: string
  outcome: 'revoked' | 'already revoked' | 'unknown'
}

/** Maximum number of keys in one transaction. */
const BATCH = 500

/** The reason, as it appears in a stored audit event and in a queried one. */
function reasonIn(details: unknown): RevocationReason {
  const values: unknown[] = Array.isArray(details)
    ? details.map((detail) => (detail?.name === 'reason' ? detail.value : null))
    : typeof details === 'object' && details !== null && 'reason' in details
      ? [details.reason]
      : []
  return REASONS.find((reason) => values.includes(reason)) ?? 'OTHER'
}

/**
 * Reads the revocation that an audit event records. Null for other events. Undefined for a value that is not an audit
 * event.
 */
function revocationIn(event: unknown): RevokedSince | null | undefined {
  if (typeof event !== 'object' || event === null || !('action' in event)) return undefined
  if (event.action !== 'apiKey.revoked') return null
  const target = 'target' in event ? event.target : null
  const id = typeof target === 'object' && target !== null && 'id' in target ? target.id : undefined
  if (typeof id !== 'string' || decodeId('ApiKey', id) === null) return undefined
  return { id, reason: reasonIn('details' in event ? event.details : null) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Reads a list of revoked keys: an id or an audit event in each line, or audit events as a JSON array, as `keyward
 * audit list --json` writes them. Events other than revocations are skipped. Each key is listed once.
 * @throws {TypeError} A line is neither. The message names it.
 */
export function readRevokedSince(text: string): RevokedSince[] {
  const whole = parseJson(text)
  const items: readonly unknown[] = Array.isArray(whole) ? whole : text.split('\n')
  const found = new Map<string, RevokedSince>()
  for (const [index, item] of items.entries()) {
    const line = typeof item === 'string' ? item.trim() : item
    if (line === '') continue
    const isId = typeof line === 'string' && decodeId('ApiKey', line) !== null
    const read = isId
      ? { id: line, reason: 'OTHER' as const }
      : revocationIn(typeof line === 'string' ? parseJson(line) : line)
    if (read === undefined) {
      const place = Array.isArray(whole) ? `Entry ${index + 1}` : `Line ${index + 1}`
      throw new TypeError(`${place} is neither the id of a key (key_…) nor an audit event as JSON.`)
    }
    if (read) found.set(read.id, read)
  }
  return [...found.values()]
}

/**
 * Revokes keys again after a restored backup lost their revocation. Each batch commits independently, so that an
 * interrupted run can be repeated.
 */
export async function* revokeAgain(runtime: Runtime, keys: readonly RevokedSince[]): AsyncGenerator<RevokedAgain> {
  for (let from = 0; from < keys.length; from += BATCH)
    yield* await revokeBatch(runtime, keys.slice(from, from + BATCH))
}

const revokeBatch = (runtime: Runtime, given: readonly RevokedSince[]): Promise<RevokedAgain[]> =>
  operate(runtime, async (unit) => {
    const byUuid = new Map(given.map((key) => [decodeId('ApiKey', key.id) ?? '', key]))
    const ids = [...byUuid.keys()]
    await lockApiKeys(unit.tx, ids)
    const rows = await unit.tx.apiKey.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } })
    const live = rows.filter(({ revokedAt }) => revokedAt === null)
    for (const reason of REASONS) {
      const those = live.filter(({ id }) => byUuid.get(id)?.reason === reason)
      if (those.length === 0) continue
      await endKeys(
        unit,
        those.map(({ id }) => id),
        { userId: null, serviceAccountId: null },
        reason,
      )
      for (const key of those) record(unit, key, 'API_KEY_REVOKED', 'apiKey.revoked', { reason, afterRestore: true })
    }
    const known = new Set(rows.map(({ id }) => id))
    const ended = new Set(live.map(({ id }) => id))
    return [...byUuid].map(([uuid, { id }]) => ({
      id,
      outcome: ended.has(uuid) ? 'revoked' : known.has(uuid) ? 'already revoked' : 'unknown',
    }))
  })
