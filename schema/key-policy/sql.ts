import type { Database, Transaction } from '@keyward/prisma/database'
import type {
  CreatorLeaves,
  KeyCreators,
  KeyPolicyBound,
  LeakedKeyAction,
  Workload,
} from '@keyward/prisma/generated/prisma/client'
import type { LimitRow } from '../limit/settings/sql.ts'

export interface PolicyRow {
  scope_id: string
  max_lifetime_seconds: number | null
  requires_expiration: boolean
  rotate_every_days: number | null
  workloads: Workload[]
  models: string[]
  allowed_ips: string[]
  creators: KeyCreators
  leaked_key_action: LeakedKeyAction | null
  when_creator_leaves: CreatorLeaves | null
  bound: KeyPolicyBound | null
  limit: LimitRow | null
}

/**
 * Reads the key policies of given projects and organizations, or all of one organization. Amounts are read as text,
 * because decimals of a joined row would lose digits as numbers.
 */
export const readPolicies = (
  database: Transaction | Database['prisma'],
  scopeIds: string[],
  allOf: string | null = null,
) =>
  database.$queryRaw<PolicyRow[]>`
    SELECT p.scope_id, p.max_lifetime_seconds, p.requires_expiration, p.rotate_every_days, p.workloads::text[] AS workloads,
           p.models, p.allowed_ips, p.creators::text AS creators, p.leaked_key_action::text AS leaked_key_action,
           p.when_creator_leaves::text AS when_creator_leaves, l.bound::text AS bound,
           CASE WHEN l.kind IS NULL THEN NULL ELSE jsonb_build_object('kind', l.kind, 'amount', l.amount::text,
             'action', l.action, 'thresholds', l.thresholds) END AS limit
      FROM key_policy p LEFT JOIN key_policy_limit l ON l.scope_id = p.scope_id
     WHERE p.scope_id = ANY(${scopeIds}::uuid[]) OR p.organization_id = ${allOf}::uuid`

/** Finds the distinct models and networks that the keys of projects are restricted to. */
export const findScopesInUse = (database: Transaction | Database['prisma'], organizationId: string) =>
  database.$queryRaw<{ models: string[]; networks: string[] }[]>`
    SELECT coalesce((SELECT array_agg(DISTINCT model) FROM api_key k, unnest(k.models) AS model
                      WHERE k.organization_id = ${organizationId}::uuid AND k.revoked_at IS NULL), '{}') AS models,
           coalesce((SELECT array_agg(DISTINCT network) FROM api_key k, unnest(k.allowed_ips) AS network
                      WHERE k.organization_id = ${organizationId}::uuid AND k.revoked_at IS NULL), '{}') AS networks`

/**
 * Returns the live keys of a person or service account that has left an organization, if the organization's policy
 * pauses or flags them. Keys that are already paused are not paused again.
 */
export const findKeysOfLeaver = (
  tx: Transaction,
  organizationId: string,
  { userId, serviceAccountId }: { userId: string | null; serviceAccountId: string | null },
  now: Date,
) =>
  tx.$queryRaw<{ id: string; name: string; projectId: string; action: 'PAUSE' | 'FLAG' }[]>`
    SELECT k.id, k.name, k.project_id AS "projectId", p.when_creator_leaves::text AS action
      FROM key_policy p, api_key k
     WHERE p.scope_id = ${organizationId}::uuid AND p.when_creator_leaves <> 'KEEP'
       AND k.organization_id = ${organizationId}::uuid
       AND (k.created_by_user_id = ${userId}::uuid OR k.created_by_service_account_id = ${serviceAccountId}::uuid)
       AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${now})
       AND (p.when_creator_leaves = 'FLAG' OR k.paused_at IS NULL OR (k.paused_until > '-infinity' AND k.paused_until <= ${now}))
       AND NOT EXISTS (SELECT FROM member m WHERE m.organization_id = ${organizationId}::uuid
                          AND (m.user_id = ${userId}::uuid OR m.service_account_id = ${serviceAccountId}::uuid))
       AND NOT EXISTS (SELECT FROM collaborator c WHERE c.organization_id = ${organizationId}::uuid
                          AND (c.user_id = ${userId}::uuid OR c.service_account_id = ${serviceAccountId}::uuid))
     ORDER BY k.id
       FOR NO KEY UPDATE OF k`
