import type { Database } from '@keyward/prisma/database'
import { actAsSystem, type ChangeUnit } from '../write/unit-of-work.ts'
import { actOnLeak, describeSighting, type LeakAction, type Sighting } from './act.ts'

/** A secret that was found in public: its hash alone, and where. */
export interface Found extends Sighting {
  hash: Uint8Array
}

/** Whose secret was found. */
export interface Recognized {
  kind: 'API_KEY' | 'LEGACY_KEY' | 'SERVICE_ACCOUNT' | 'PLAYGROUND' | 'GATEWAY'
  /** The UUID of the key, account, person or gateway. */
  id: string
}

/** What became of secrets that were found. */
export interface Reported {
  /** Whose each one is, in the order of what was found; null for what is nobody's. */
  recognized: (Recognized | null)[]
  /** Why something could not be done: it has to be reported once more. */
  failures: unknown[]
}

interface Row {
  hash: Buffer
  kind: Recognized['kind']
  id: string
  name: string
  organization_id: string | null
  version: number
}

const FIND = `
  SELECT s.hash, 'API_KEY' AS kind, k.id, k.name, k.organization_id, s.version
    FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id WHERE s.hash = ANY($1::bytea[])
  UNION ALL
  SELECT hash, 'LEGACY_KEY', id, 'Legacy key', organization_id, version FROM legacy_key WHERE hash = ANY($1::bytea[])
  UNION ALL
  SELECT token_hash, 'SERVICE_ACCOUNT', id, name, organization_id, 0 FROM service_account WHERE token_hash = ANY($1::bytea[])
  UNION ALL
  SELECT t.hash, 'PLAYGROUND', t.user_id, u.name, t.organization_id, 0
    FROM playground_token t JOIN "user" u ON u.id = t.user_id WHERE t.hash = ANY($1::bytea[])
  UNION ALL
  SELECT token_hash, 'GATEWAY', id, name, NULL, 0 FROM gateway WHERE token_hash = ANY($1::bytea[])`

const AUDITED = {
  LEGACY_KEY: { action: 'legacyKey.leakReported', targetType: 'LegacyKey' },
  SERVICE_ACCOUNT: { action: 'serviceAccount.leakReported', targetType: 'ServiceAccount' },
  PLAYGROUND: { action: 'playground.leakReported', targetType: 'User' },
} as const

/**
 * Does what has to be done about secrets that were found in public: keys by the key policy of their project; what cannot
 * be taken back by itself is audited and told to webhooks. What is nobody's writes nothing, and one that fails stops nothing
 * of the others.
 */
export async function reportFound(database: Database, found: readonly Found[]): Promise<Reported> {
  const rows = await database.sql<Row>(FIND, [[...new Set(found.map(({ hash }) => hash))]])
  const byHash = new Map(rows.map((row) => [row.hash.toString('hex'), row]))
  const done = new Set<string>()
  const recognized: (Recognized | null)[] = []
  const failures: unknown[] = []
  for (const { hash, ...sighting } of found) {
    const row = byHash.get(Buffer.from(hash).toString('hex'))
    recognized.push(row ? { kind: row.kind, id: row.id } : null)
    // A report can name one secret at many places: it is acted on once.
    if (!row || done.has(row.hash.toString('hex'))) continue
    done.add(row.hash.toString('hex'))
    await act(database, row, sighting).catch((error) => failures.push(error))
  }
  return { recognized, failures }
}

async function act(database: Database, row: Row, sighting: Sighting): Promise<void> {
  const { kind, organization_id: organizationId } = row
  // A gateway is of no organization: the operator is told by the log.
  if (kind === 'GATEWAY' || organizationId === null) return
  await actAsSystem({ database }, async (unit) => {
    if (kind === 'API_KEY') {
      await actOnKey(unit, row, sighting)
      return
    }
    const details = describeSighting(sighting)
    unit.audit({ organizationId, ...AUDITED[kind], targetId: row.id, targetName: row.name, details })
  })
}

async function actOnKey(unit: ChangeUnit, row: Row, sighting: Sighting): Promise<LeakAction> {
  await unit.tx.$queryRaw`SELECT id FROM api_key WHERE id = ${row.id}::uuid FOR UPDATE`
  const key = await unit.tx.apiKey.findUniqueOrThrow({ where: { id: row.id } })
  const secret = await unit.tx.apiKeySecret.findUniqueOrThrow({
    where: { apiKeyId_version: { apiKeyId: row.id, version: row.version } },
    select: { retiresAt: true },
  })
  if (key.revokedAt) return 'NONE'
  const nobody = { userId: null, serviceAccountId: null }
  if (!secret.retiresAt || secret.retiresAt > unit.now) return actOnLeak(unit, key, sighting, nobody, row.version)
  // What a rotation has already ended is no reason to stop what answers instead of it.
  const { organizationId, projectId, name: targetName } = key
  const details = { ...describeSighting(sighting), secretVersion: row.version, secretRetired: true }
  const target = { organizationId, projectId, targetType: 'ApiKey', targetId: row.id, targetName }
  unit.audit({ ...target, action: 'apiKey.leakReported', details })
  unit.announce({ organizationId, projectId, kind: 'API_KEY_LEAKED', subjectId: row.id })
  return 'NONE'
}
