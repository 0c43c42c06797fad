import type { Database } from '@keyward/prisma/database'
import type { UsedTable } from '../api-key/last-used.ts'
import { hashSecret, parseSecret } from '../api-key/secret.ts'
import type { Actor } from '../core/actor.ts'
import type { Runtime } from '../runtime.ts'
import { isInNetworks, parseNetwork } from '../verification/record.ts'

/** What a secret stands for, and where its use is noted. */
interface Authenticated {
  actor: Actor
  use: { table: UsedTable; id: string }
}

interface ApiKeyRow {
  secret_id: string
  version: number
  retires_at: Date | null
  id: string
  name: string
  organization_id: string
  project_id: string
  expires_at: Date | null
  revoked_at: Date | null
  archived_at: Date | null
  allowed_ips: string[]
}

async function apiKeyOf(
  database: Database,
  hash: Uint8Array,
  clientAddress: string | null,
): Promise<Authenticated | null> {
  const [row] = await database.sql<ApiKeyRow>(
    `SELECT s.id AS secret_id, s.version, s.retires_at, k.id, k.name, k.organization_id, k.project_id, k.expires_at,
            k.revoked_at, p.archived_at, k.allowed_ips
       FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id JOIN project p ON p.id = k.project_id
      WHERE s.hash = $1`,
    [hash],
  )
  if (!row) return null
  const now = database.clock.now()
  const over = (at: Date | null) => at !== null && at <= now
  if (row.revoked_at || row.archived_at || over(row.expires_at) || over(row.retires_at)) return null
  const networks = row.allowed_ips.map(parseNetwork)
  if (networks.length > 0 && !(clientAddress && isInNetworks(clientAddress, networks))) return null
  const { id, name, organization_id: organizationId, project_id: projectId, version: secretVersion } = row
  return {
    actor: { kind: 'API_KEY', id, name, organizationId, projectId, secretVersion },
    use: { table: 'api_key_secret', id: row.secret_id },
  }
}

async function legacyKeyOf(database: Database, hash: Uint8Array): Promise<Authenticated | null> {
  const [row] = await database.sql<{ id: string; organization_id: string; project_id: string }>(
    'SELECT id, organization_id, project_id FROM legacy_key WHERE hash = $1',
    [hash],
  )
  if (!row) return null
  const { id, organization_id: organizationId, project_id: projectId } = row
  return { actor: { kind: 'LEGACY_KEY', id, organizationId, projectId }, use: { table: 'legacy_key', id } }
}

async function serviceAccountOf(database: Database, hash: Uint8Array): Promise<Authenticated | null> {
  const [row] = await database.sql<{ id: string; name: string; organization_id: string }>(
    'SELECT id, name, organization_id FROM service_account WHERE token_hash = $1',
    [hash],
  )
  if (!row) return null
  const { id, name, organization_id: organizationId } = row
  return { actor: { kind: 'SERVICE_ACCOUNT', id, name, organizationId }, use: { table: 'service_account', id } }
}

async function find(database: Database, secret: string, from: string | null): Promise<Authenticated | null> {
  const parsed = parseSecret(secret)
  if (parsed.shape === 'malformed') return null
  const hash = hashSecret(secret)
  if (parsed.shape === 'foreign') return (await apiKeyOf(database, hash, from)) ?? (await legacyKeyOf(database, hash))
  switch (parsed.kind) {
    case 'proj':
      return apiKeyOf(database, hash, from)
    case 'org':
      return legacyKeyOf(database, hash)
    case 'svc':
      return serviceAccountOf(database, hash)
    default:
      return null
  }
}

/**
 * Who presents a secret, gateways aside, which the verifier knows: null when it is unknown, malformed, expired, revoked,
 * retired, of an archived project, or a key's that is for other networks. What carries our prefix with a wrong checksum is
 * refused without a look-up; other shapes can be imported secrets.
 * @param from The address that it comes from; null where that is not known, which is in no network.
 */
export async function authenticateSecret(runtime: Runtime, secret: string, from: string | null): Promise<Actor | null> {
  const found = await find(runtime.database, secret, from)
  if (!found) return null
  runtime.lastUsed.note(found.use.table, found.use.id)
  return found.actor
}
