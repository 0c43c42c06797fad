import { type CredentialKind, NEVER } from '@keyward/engine/decide'
import { type Limit, limitOf } from '@keyward/engine/lease/balance'
import { isBucketKind } from '@keyward/engine/lease/kind'
import { commonPatterns } from '@keyward/engine/models'
import { parseNetworks } from '@keyward/engine/networks'
import type { Database } from '@keyward/prisma/database'
import type { LimitAction, LimitKind, Workload } from '@keyward/prisma/generated/prisma/client'
import { UnreadableValueError } from '@keyward/prisma/session'
import { encodeId } from '../core/ids.ts'
import { readStoredCount, readStoredList, readStoredUsd } from '../core/stored.ts'
import { EACH_CONSUMER, NO_LIMIT_OF_KIND, ownersOf, writeModel, writePart } from '../limit/part.ts'
import { isPausedSql, pausedUntilSql } from '../pause/sql.ts'
import { credentialId, type KeyRecord } from './credential.ts'

interface LimitRow {
  /** Null for the limits of each consumer. For a rate by model, the value of its owner. */
  scopeId: string | null
  kind: LimitKind
  amount: string
  action: LimitAction
  /** The limited part of the owner. Null: the whole owner. */
  part: string | null
  /** The pattern of the models to which the limit applies. Null: all. */
  model: string | null
}

interface Row {
  kind: CredentialKind
  hash: Buffer
  use_id: string
  id: string
  name: string
  organization_id: string
  project_id: string
  version: number
  retires_at: Date | null
  expires_at: Date | null
  revoked: boolean
  archived: boolean
  /** Milliseconds; `Infinity` for a pause without an end. */
  paused_until: number | null
  workloads: Workload[]
  allowed_ips: string[]
  models: string[]
  /** The narrower scopes of a child token, and the origins to which it is restricted. Null for other secrets. */
  child: { id: string; workloads: Workload[]; models: string[]; origins: string[] } | null
  limits: LimitRow[] | null
}

/**
 * The highest limit of any consumer of a project, of each kind. No request can need more. If a consumer has no limit of
 * the kind, a request may need any amount.
 */
const OF_CONSUMERS = `
  WITH own AS MATERIALIZED (SELECT * FROM usage_limit c WHERE c.project_id = r.project_id AND c.part IS NOT NULL AND c.api_key_id IS NULL)
  SELECT NULL::uuid, kind, CASE WHEN count(*) = (SELECT count(DISTINCT scope_id) FROM own)
              AND EXISTS (SELECT FROM own WHERE part = '${EACH_CONSUMER}') THEN max(amount) ELSE ${NO_LIMIT_OF_KIND} END,
         CASE WHEN bool_or(action = 'REJECT') THEN 'REJECT' ELSE 'ALERT' END::"LimitAction", '', NULL, NULL
    FROM own GROUP BY kind`

const LIMITS = `
  SELECT json_agg(json_build_object('scopeId', coalesce(u.model_of, u.scope_id), 'kind', u.kind, 'amount', u.amount::text, 'action', u.action, 'part', u.part, 'model', u.model) ORDER BY u.kind, u.scope_id) FROM (
    SELECT scope_id, kind, amount, action, part, model, model_of FROM usage_limit WHERE scope_id IN (r.id, r.project_id, r.organization_id)
    UNION ALL
    SELECT scope_id, kind, amount, action, part, model, model_of FROM usage_limit WHERE model_of IN (r.id, r.project_id, r.organization_id)
    UNION ALL
    SELECT g.scope_id, g.kind, g.amount, g.action, g.part, NULL, NULL FROM api_key_tag t JOIN usage_limit g
           ON g.organization_id = r.organization_id AND g.project_id IS NULL AND g.part = t.key || '=' || t.value
     WHERE t.api_key_id = r.id
    UNION ALL
    SELECT scope_id, kind, amount, action, part, NULL, NULL FROM usage_limit WHERE api_key_id = r.id AND part = r.child ->> 'id'
    UNION ALL (${OF_CONSUMERS})) AS u`

const RECORDS = `
  SELECT r.*, (${LIMITS}) AS limits FROM (
  SELECT 'API_KEY' AS kind, s.hash, s.id AS use_id, k.id, k.name, k.organization_id, k.project_id, s.version, s.retires_at,
         k.expires_at, k.revoked_at IS NOT NULL AS revoked, p.archived_at IS NOT NULL AS archived,
         ${pausedUntilSql('k', 'p', 'o')} AS paused_until, k.workloads::text[] AS workloads, k.allowed_ips, k.models,
         NULL::json AS child
    FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id JOIN project p ON p.id = k.project_id
         JOIN organization o ON o.id = k.organization_id
   WHERE s.hash = ANY($1::bytea[])
  UNION ALL
  SELECT 'API_KEY', t.hash, s.id, k.id, k.name, k.organization_id, k.project_id, s.version, s.retires_at,
         least(k.expires_at, t.expires_at), k.revoked_at IS NOT NULL, p.archived_at IS NOT NULL,
         ${pausedUntilSql('k', 'p', 'o')}, k.workloads::text[], k.allowed_ips, k.models,
         json_build_object('id', t.id, 'workloads', t.workloads, 'models', t.models, 'origins', t.origins)
    FROM child_token t JOIN api_key_secret s ON s.id = t.secret_id JOIN api_key k ON k.id = s.api_key_id
         JOIN project p ON p.id = k.project_id JOIN organization o ON o.id = k.organization_id
   WHERE t.hash = ANY($1::bytea[])
  UNION ALL
  SELECT 'LEGACY_KEY', l.hash, l.id, l.id, 'Legacy key', l.organization_id, l.project_id, l.version, NULL, NULL, false,
         p.archived_at IS NOT NULL, ${pausedUntilSql('p', 'o')}, '{}'::text[], '{}'::text[], '{}'::text[], NULL
    FROM legacy_key l JOIN project p ON p.id = l.project_id JOIN organization o ON o.id = l.organization_id
   WHERE l.hash = ANY($1::bytea[])
  UNION ALL
  SELECT 'PLAYGROUND', t.hash, t.id, t.user_id, 'Playground', t.organization_id, t.project_id, 1, NULL, t.expires_at,
         false, false, ${pausedUntilSql('p', 'o')}, '{}'::text[], '{}'::text[], '{}'::text[], NULL
    FROM playground_token t JOIN project p ON p.id = t.project_id JOIN organization o ON o.id = t.organization_id
   WHERE t.hash = ANY($1::bytea[])) AS r`

/** The scope of a limit, and the engine's name of it. */
function scopeOf({ scopeId, part }: LimitRow, row: Row): Pick<Limit, 'scope' | 'scopeId'> {
  if (scopeId === null) return { scope: 'CONSUMER', scopeId: ownersOf('CONSUMER', row.project_id) }
  if (part !== null) {
    const isTag = part !== row.child?.id
    const [kind, ownerId] = isTag ? (['TAG', row.organization_id] as const) : (['CHILD_TOKEN', row.id] as const)
    return { scope: kind, scopeId: writePart({ kind, ownerId, name: part }) }
  }
  const scope = scopeId === row.organization_id ? 'ORGANIZATION' : scopeId === row.project_id ? 'PROJECT' : 'API_KEY'
  return { scope, scopeId }
}

function limitFrom(limit: LimitRow, row: Row): Limit {
  const { kind, amount, action, model } = limit
  const { scope, scopeId } = scopeOf(limit, row)
  return limitOf({
    scope,
    scopeId: model === null ? scopeId : writeModel(scopeId, model),
    // Changes and recalls of the owner also apply to its rates by model.
    subject: scopeId,
    kind,
    model,
    amount: isBucketKind(kind) ? readStoredCount(amount) : readStoredUsd(amount),
    isEnforced: action === 'REJECT',
  })
}

/**
 * The scopes of a secret. The scopes of a child token are intersected with the key's current scopes. Null if the
 * intersection is empty, because an empty list would allow everything.
 */
function scopesOf({ child, ...key }: Row): { workloads: Workload[]; models: readonly string[] } | null {
  const [workloads, models] = [readStoredList(key.workloads), readStoredList(key.models)]
  if (!child) return { workloads, models }
  const narrower = readStoredList(child.workloads)
  const all = narrower.length === 0 ? workloads : narrower
  const common = workloads.length === 0 ? all : all.filter((each) => workloads.includes(each))
  const patterns = commonPatterns(models, readStoredList(child.models))
  if (!patterns || (common.length === 0 && all.length > 0)) return null
  return { workloads: common, models: patterns }
}

function recordFrom(row: Row): KeyRecord {
  const scopes = scopesOf(row)
  const allowedIps = readStoredList(row.allowed_ips)
  return {
    kind: row.kind,
    useId: row.use_id,
    id: row.id,
    ids: {
      credential: credentialId(row.kind, row.id),
      project: encodeId('Project', row.project_id),
      organization: encodeId('Organization', row.organization_id),
    },
    name: row.name,
    isChild: row.child !== null,
    organizationId: row.organization_id,
    projectId: row.project_id,
    version: row.version,
    retiresAt: row.retires_at?.getTime() ?? NEVER,
    expiresAt: row.expires_at?.getTime() ?? NEVER,
    isRevoked: row.revoked || scopes === null,
    isArchived: row.archived,
    pausedUntil: row.paused_until ?? Number.NEGATIVE_INFINITY,
    workloads: new Set(scopes?.workloads),
    models: scopes?.models ?? [],
    networks: parseNetworks(allowedIps),
    allowedIps,
    origins: row.child ? readStoredList(row.child.origins) : [],
    limits: (row.limits ?? []).map((limit) => limitFrom(limit, row)),
  }
}

const buffersOf = (hashes: readonly string[]): Buffer[] => hashes.map((hash) => Buffer.from(hash, 'hex'))

/**
 * Finds the credentials of secrets by SHA-256 in hexadecimal. Unknown hashes are missing from the result. For
 * playground tokens, the roles of their people are not checked.
 */
export async function findStoredRecords(
  database: Database,
  hashes: readonly string[],
): Promise<Map<string, KeyRecord>> {
  if (hashes.length === 0) return new Map()
  const rows = await database.sql<Row>(RECORDS, [buffersOf(hashes)])
  return new Map(rows.map((row) => [row.hash.toString('hex'), readRecord(row)]))
}

/** @throws {UnreadableValueError} A value cannot be read. The message names the credential. */
function readRecord(row: Row): KeyRecord {
  try {
    return recordFrom(row)
  } catch (error) {
    if (!(error instanceof UnreadableValueError)) throw error
    throw new UnreadableValueError(`${error.message} It belongs to ${credentialId(row.kind, row.id)}.`)
  }
}

/** The project of a resource. */
export interface ResourceRecord {
  id: string
  projectId: string
}

/** Finds resources by UUID. */
export async function findResources(database: Database, ids: readonly string[]): Promise<Map<string, ResourceRecord>> {
  if (ids.length === 0) return new Map()
  const rows = await database.sql<{ id: string; project_id: string }>(
    'SELECT id, project_id FROM resource WHERE id = ANY($1::uuid[])',
    [ids],
  )
  return new Map(rows.map((row) => [row.id, { id: row.id, projectId: row.project_id }]))
}

/** A gateway that authenticated with its token. */
export interface GatewayRecord {
  id: string
  name: string
}

/** Finds gateways by the hashes of their tokens. */
export async function findGateways(database: Database, hashes: readonly string[]): Promise<Map<string, GatewayRecord>> {
  const rows = await database.sql<{ token_hash: Buffer; id: string; name: string }>(
    'SELECT token_hash, id, name FROM gateway WHERE token_hash = ANY($1::bytea[])',
    [buffersOf(hashes)],
  )
  return new Map(rows.map((row) => [row.token_hash.toString('hex'), { id: row.id, name: row.name }]))
}

/** Finds the organizations of projects that are neither archived nor paused, by project. */
export async function findOrganizationsOf(
  database: Database,
  projectIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await database.sql<{ id: string; organization_id: string }>(
    `SELECT p.id, p.organization_id FROM project p
      WHERE p.id = ANY($1::uuid[]) AND p.archived_at IS NULL AND NOT ${isPausedSql('p', '$2')}`,
    [projectIds, database.clock.now()],
  )
  return new Map(rows.map((row) => [row.id, row.organization_id]))
}
