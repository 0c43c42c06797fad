import type { Database, Transaction } from '@keyward/prisma/database'
import type { KeyPolicyBound, LeakedKeyAction } from '@keyward/prisma/generated/prisma/client'
import type { LimitRow } from '../limit/settings/sql.ts'

interface PolicyRow {
  project_id: string
  max_lifetime_seconds: number | null
  leaked_key_action: LeakedKeyAction
  models: string[]
  bound: KeyPolicyBound | null
  limit: LimitRow | null
}

/** Reads the key policies of projects. Amounts are text: decimals of a joined row would lose digits as numbers. */
export const readPolicies = (database: Transaction | Database['prisma'], projectIds: string[]) =>
  database.$queryRaw<PolicyRow[]>`
    SELECT p.project_id, p.max_lifetime_seconds, p.leaked_key_action::text AS leaked_key_action, p.models, l.bound::text AS bound,
           CASE WHEN l.kind IS NULL THEN NULL ELSE jsonb_build_object('kind', l.kind, 'amount', l.amount::text,
             'action', l.action, 'thresholds', l.thresholds) END AS limit
      FROM key_policy p LEFT JOIN key_policy_limit l ON l.project_id = p.project_id
     WHERE p.project_id = ANY(${projectIds}::uuid[])`
