import { lockApiKey } from '../api-key/sql.ts'
import { endChildToken } from '../child-token/service.ts'
import { nameOf } from '../write/audit/personal.ts'
import { actAsSystem, type NamingRuntime, type UnitOfWork } from '../write/unit-of-work.ts'
import { actOnLeak, describeSighting, type LeakAction, type Sighting } from './act.ts'
import { findLeaked, type LeakedRow } from './sql.ts'

/** A secret found in public: only its hash, and where it was found. */
export interface Found extends Sighting {
  hash: Uint8Array
}

/** The credential of a leaked secret. */
export interface Recognized {
  kind: LeakedRow['kind']
  /** The UUID of the key, account, person or gateway. */
  id: string
}

/** The result of a report. */
export interface Reported {
  /** The credential of each secret, in order; null if unknown. */
  recognized: (Recognized | null)[]
  /** Errors of secrets that must be reported again. */
  failures: unknown[]
}

const AUDITED = {
  LEGACY_KEY: { action: 'legacyKey.leakReported', targetType: 'LegacyKey' },
  SERVICE_ACCOUNT: { action: 'serviceAccount.leakReported', targetType: 'ServiceAccount' },
  PLAYGROUND: { action: 'playground.leakReported', targetType: 'User' },
} as const

/**
 * Handles leaked secrets. Keys follow their project's key policy. Other credentials are audited and reported to
 * webhooks. Unknown secrets are ignored. A failure does not affect the other secrets.
 */
export async function reportFound(runtime: NamingRuntime, found: readonly Found[]): Promise<Reported> {
  const rows = await findLeaked(runtime.database, [...new Set(found.map(({ hash }) => hash))])
  const byHash = new Map(rows.map((row) => [row.hash.toString('hex'), row]))
  const done = new Set<string>()
  const recognized: (Recognized | null)[] = []
  const failures: unknown[] = []
  for (const { hash, ...sighting } of found) {
    const row = byHash.get(Buffer.from(hash).toString('hex'))
    recognized.push(row ? { kind: row.kind, id: row.id } : null)
    // A secret that a report lists several times is handled once.
    if (!row || done.has(row.hash.toString('hex'))) continue
    done.add(row.hash.toString('hex'))
    await act(runtime, row, sighting).catch((error) => failures.push(error))
  }
  return { recognized, failures }
}

async function act(runtime: NamingRuntime, row: LeakedRow, sighting: Sighting): Promise<void> {
  const { kind, organization_id: organizationId } = row
  // A gateway belongs to no organization, so only the server's log reports it.
  if (kind === 'GATEWAY' || organizationId === null) return
  await actAsSystem(runtime, async (unit) => {
    if (kind === 'API_KEY') {
      await actOnKey(unit, row, sighting)
      return
    }
    if (kind === 'CHILD_TOKEN') {
      await endLeakedChild(unit, row, sighting)
      return
    }
    const details = describeSighting(sighting)
    const targetName = kind === 'PLAYGROUND' ? nameOf(row) : row.name
    unit.audit({ organizationId, ...AUDITED[kind], targetId: row.id, targetName, details })
  })
}

async function actOnKey(unit: UnitOfWork, row: LeakedRow, sighting: Sighting): Promise<LeakAction> {
  await lockApiKey(unit.tx, row.id)
  const key = await unit.tx.apiKey.findUniqueOrThrow({ where: { id: row.id } })
  const secret = await unit.tx.apiKeySecret.findUniqueOrThrow({
    where: { apiKeyId_version: { apiKeyId: row.id, version: row.version } },
    select: { retiresAt: true },
  })
  if (key.revokedAt) return 'NONE'
  const nobody = { userId: null, serviceAccountId: null }
  if (!secret.retiresAt || secret.retiresAt > unit.now) return actOnLeak(unit, key, sighting, nobody, row.version)
  // A retired secret is not a reason to revoke the key.
  const { organizationId, projectId, name: targetName } = key
  const details = { ...describeSighting(sighting), secretVersion: row.version, secretRetired: true }
  const target = { organizationId, projectId, targetType: 'ApiKey', targetId: row.id, targetName }
  unit.audit({ ...target, action: 'apiKey.leakReported', details })
  unit.publish({ organizationId, projectId, kind: 'API_KEY_LEAKED', subjectId: row.id })
  return 'NONE'
}

/** Ends a leaked child token. Its key keeps working: child tokens are made for browsers, where people can see them. */
async function endLeakedChild(unit: UnitOfWork, { id, hash }: LeakedRow, sighting: Sighting): Promise<void> {
  const { organizationId, projectId, name: targetName } = await endChildToken(unit, id, new Uint8Array(hash))
  const target = { organizationId, projectId, targetType: 'ApiKey', targetId: id, targetName }
  unit.audit({ ...target, action: 'apiKey.leakReported', details: { ...describeSighting(sighting), childToken: true } })
}
