import { parseUsd } from '@keyward/engine/money'
import { type Network, parseNetworks } from '@keyward/engine/networks'
import type { Database } from '@keyward/prisma/database'
import type { LimitAction, LimitKind, Workload } from '@keyward/prisma/generated/prisma/client'
import { encodeId } from '../core/ids.ts'
import type { Limit, LimitScopeKind } from '../limit/leases/pool.ts'
import { type AttributedTo, type CredentialKind, credentialId } from './answer.ts'

/** Everything that deciding about a secret takes, as the database had it. */
export interface KeyRecord {
  kind: CredentialKind
  /** The row whose last use is noted: a secret version, or the legacy key. A playground token's is not. */
  useId: string
  /** The key, the legacy key, or the person whose playground token it is. */
  id: string
  /** What answers say of it. */
  ids: AttributedTo
  name: string
  organizationId: string
  projectId: string
  version: number
  retiresAt: Date | null
  expiresAt: Date | null
  revoked: boolean
  archived: boolean
  workloads: ReadonlySet<Workload>
  networks: readonly Network[]
  /** The same, as they were given. */
  allowedIps: readonly string[]
  /** Its own limits, and those of its project and organization. */
  limits: readonly Limit[]
}

interface LimitRow {
  scopeId: string
  kind: LimitKind
  amount: string
  action: LimitAction
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
  workloads: Workload[]
  allowed_ips: string[]
  limits: LimitRow[] | null
}

const STATEMENT = `
  SELECT r.*, (SELECT json_agg(json_build_object('scopeId', u.scope_id, 'kind', u.kind, 'amount', u.amount::text, 'action', u.action) ORDER BY u.kind, u.scope_id)
                 FROM usage_limit u WHERE u.scope_id IN (r.id, r.project_id, r.organization_id)) AS limits FROM (
  SELECT 'API_KEY' AS kind, s.hash, s.id AS use_id, k.id, k.name, k.organization_id, k.project_id, s.version, s.retires_at,
         k.expires_at, k.revoked_at IS NOT NULL AS revoked, p.archived_at IS NOT NULL AS archived,
         k.workloads::text[] AS workloads, k.allowed_ips
    FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id JOIN project p ON p.id = k.project_id
   WHERE s.hash = ANY($1::bytea[])
  UNION ALL
  SELECT 'LEGACY_KEY', l.hash, l.id, l.id, 'Legacy key', l.organization_id, l.project_id, l.version, NULL, NULL, false,
         p.archived_at IS NOT NULL, '{}'::text[], '{}'::text[]
    FROM legacy_key l JOIN project p ON p.id = l.project_id
   WHERE l.hash = ANY($1::bytea[])
  UNION ALL
  SELECT 'PLAYGROUND', t.hash, t.id, t.user_id, 'Playground', t.organization_id, t.project_id, 1, NULL, t.expires_at,
         false, false, '{}'::text[], '{}'::text[]
    FROM playground_token t
   WHERE t.hash = ANY($1::bytea[])
     AND (EXISTS (SELECT FROM member m WHERE m.organization_id = t.organization_id AND m.user_id = t.user_id)
       OR EXISTS (SELECT FROM collaborator c WHERE c.organization_id = t.organization_id AND c.user_id = t.user_id))) AS r`

function limitOf({ scopeId, kind, amount, action }: LimitRow, row: Row): Limit {
  const scope: LimitScopeKind =
    scopeId === row.organization_id ? 'ORGANIZATION' : scopeId === row.project_id ? 'PROJECT' : 'API_KEY'
  const isRate = kind === 'REQUESTS_PER_MINUTE'
  return { scope, scopeId, kind, amount: isRate ? BigInt(Math.trunc(Number(amount))) : parseUsd(amount), action }
}

/** Looks many hashes up in one statement; those of nothing are missing from the answer. Keys are hexadecimal. */
export async function findRecords(database: Database, hashes: readonly Uint8Array[]): Promise<Map<string, KeyRecord>> {
  const rows = await database.sql<Row>(STATEMENT, [hashes])
  return new Map(
    rows.map((row) => [
      row.hash.toString('hex'),
      {
        kind: row.kind,
        useId: row.use_id,
        id: row.id,
        ids: {
          credential: credentialId(row.kind, row.id),
          project: encodeId('Project', row.project_id),
          organization: encodeId('Organization', row.organization_id),
        },
        name: row.name,
        organizationId: row.organization_id,
        projectId: row.project_id,
        version: row.version,
        retiresAt: row.retires_at,
        expiresAt: row.expires_at,
        revoked: row.revoked,
        archived: row.archived,
        workloads: new Set(row.workloads),
        networks: parseNetworks(row.allowed_ips),
        allowedIps: row.allowed_ips,
        limits: (row.limits ?? []).map((limit) => limitOf(limit, row)),
      },
    ]),
  )
}
