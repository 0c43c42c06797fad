import { isInNetworks, parseClientAddress, parseNetworks } from '@keyward/engine/networks'
import { type ParsedSecret, parseSecret, type SecretKind } from '@keyward/engine/secret'
import type { Database } from '@keyward/prisma/database'
import { hashSecret, hexHashOf } from '../api-key/secret.ts'
import type { Actor } from '../core/actor.ts'
import { latest } from '../core/host.ts'
import { readStoredList } from '../core/stored.ts'
import type { Runtime } from '../runtime.ts'
import { type ApiKeyRow, findApiKey, findLegacyKey, findServiceAccount, type UsedTable } from './sql.ts'
import { clientSource } from './unknown-secrets.ts'

/** Secrets whose owners act in the graph. */
const OF_ACTORS: readonly SecretKind[] = ['proj', 'org', 'svc']

/** The actor that a secret authenticates, and the row in which its last use is recorded. */
interface Authenticated {
  actor: Actor
  use: { table: UsedTable; id: string }
}

/** The secret belongs to a credential that does not work now, or not from this address. */
type Ended = 'ENDED'

/** Whether a time has come. A time that cannot be read is treated as past. */
const isOver = (at: Date | null, now: Date): boolean => at !== null && !(at > now)

/** Finds a working key by the hash of one of its secrets. Null if there is none. */
async function findWorkingKey(
  database: Database,
  hash: Uint8Array,
  clientAddress: string | null,
): Promise<ApiKeyRow | Ended | null> {
  const [row] = await findApiKey(database, hash)
  if (!row) return null
  const now = new Date(latest(database.clock))
  if (row.revoked_at || row.paused || row.archived_at) return 'ENDED'
  if (isOver(row.expires_at, now) || isOver(row.retires_at, now)) return 'ENDED'
  const networks = parseNetworks(readStoredList(row.allowed_ips))
  return networks.length > 0 && !isInNetworks(parseClientAddress(clientAddress ?? ''), networks) ? 'ENDED' : row
}

/**
 * Looks up a secret, unless it is remembered as unknown. Null also for a credential that does not work.
 * @throws {UnknownSecretsLimitedError} The client has presented too many unknown secrets.
 */
async function lookUp<Row>(
  { unknownSecrets }: Pick<Runtime, 'unknownSecrets'>,
  secret: string,
  from: string | null,
  find: () => Promise<Row | Ended | null>,
): Promise<Row | null> {
  const found = await unknownSecrets.find(hexHashOf(secret), clientSource(from), find)
  return found === 'ENDED' ? null : found
}

/**
 * Finds the key of a secret that works from an address, and records its use. Null for any other string, and for secrets
 * and tokens of other credentials.
 */
export async function findKeyOfSecret(
  runtime: Runtime,
  secret: string,
  from: string | null,
): Promise<ApiKeyRow | null> {
  const parsed = parseSecret(secret)
  if (parsed.shape === 'malformed' || (parsed.shape === 'keyward' && parsed.kind !== 'proj')) return null
  const row = await lookUp(runtime, secret, from, () => findWorkingKey(runtime.database, hashSecret(secret), from))
  if (row) runtime.lastUsed.note('api_key_secret', row.secret_id)
  return row
}

async function apiKeyOf(
  database: Database,
  hash: Uint8Array,
  clientAddress: string | null,
): Promise<Authenticated | Ended | null> {
  const row = await findWorkingKey(database, hash, clientAddress)
  if (!row || row === 'ENDED') return row
  const { id, name, organization_id: organizationId, project_id: projectId, version: secretVersion, models } = row
  return {
    actor: { kind: 'API_KEY', id, name, organizationId, projectId, secretVersion, models },
    use: { table: 'api_key_secret', id: row.secret_id },
  }
}

async function legacyKeyOf(database: Database, hash: Uint8Array): Promise<Authenticated | null> {
  const [row] = await findLegacyKey(database, hash)
  if (!row) return null
  const { id, organization_id: organizationId, project_id: projectId } = row
  return { actor: { kind: 'LEGACY_KEY', id, organizationId, projectId }, use: { table: 'legacy_key', id } }
}

async function serviceAccountOf(database: Database, hash: Uint8Array): Promise<Authenticated | Ended | null> {
  const [row] = await findServiceAccount(database, hash)
  if (!row) return null
  const { id, name, organization_id: organizationId, seen_by: tokenSeenByUserId } = row
  if (isOver(row.ends_at, new Date(latest(database.clock)))) return 'ENDED'
  const place = row.only_project_id === null ? {} : { onlyProjectId: row.only_project_id }
  const actor = { kind: 'SERVICE_ACCOUNT' as const, id, name, organizationId, tokenSeenByUserId, ...place }
  return { actor, use: { table: 'service_account', id } }
}

async function find(
  database: Database,
  secret: string,
  parsed: ParsedSecret,
  from: string | null,
): Promise<Authenticated | Ended | null> {
  const hash = hashSecret(secret)
  if (parsed.shape !== 'keyward') return (await apiKeyOf(database, hash, from)) ?? (await legacyKeyOf(database, hash))
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
 * Authenticates a secret of any kind but a gateway's, which the KeyVerifier checks. Null if it is unknown, malformed,
 * expired, revoked, paused, retired, of an archived project, or restricted to other networks. A secret with our prefix
 * and a wrong checksum is rejected without a lookup; other shapes may be imported secrets.
 * @throws {UnknownSecretsLimitedError} The client has presented too many unknown secrets.
 * @param from The client's address; null if unknown. An unknown address is outside of every network.
 */
export async function authenticateSecret(runtime: Runtime, secret: string, from: string | null): Promise<Actor | null> {
  const parsed = parseSecret(secret)
  if (parsed.shape === 'malformed' || (parsed.shape === 'keyward' && !OF_ACTORS.includes(parsed.kind))) return null
  const found = await lookUp(runtime, secret, from, () => find(runtime.database, secret, parsed, from))
  if (!found) return null
  runtime.lastUsed.note(found.use.table, found.use.id)
  return found.actor
}
