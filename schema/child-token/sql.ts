import type { Database } from '@keyward/prisma/database'
import type { Workload } from '@keyward/prisma/generated/prisma/enums'

interface NewChildToken {
  id: string
  apiKeyId: string
  secretId: string
  hash: Uint8Array
  workloads: readonly Workload[]
  models: readonly string[]
  origins: readonly string[]
  createdAt: Date
  expiresAt: Date
}

/**
 * Inserts a child token and its budget, unless its key already has the maximum number of live ones. Returns whether the
 * token was inserted.
 */
export async function insertChildToken(
  database: Database,
  token: NewChildToken,
  budget: { scopeId: string; amount: string } | null,
  most: number,
): Promise<boolean> {
  const { id, apiKeyId, secretId, hash, workloads, models, origins, createdAt, expiresAt } = token
  const rows = await database.sql(
    `WITH made AS (
       INSERT INTO child_token (id, secret_id, hash, workloads, models, created_at, expires_at, origins)
       SELECT $1, $2, $3, $4::"Workload"[], $5::text[], $6, $7, $11::text[]
        WHERE (SELECT count(*) FROM (
                 SELECT 1 FROM api_key_secret s JOIN child_token t ON t.secret_id = s.id
                  WHERE s.api_key_id = $8 AND t.expires_at > $6 LIMIT ${most}) AS live) < ${most}
       RETURNING id),
     capped AS (
       INSERT INTO usage_limit (scope_id, kind, organization_id, project_id, api_key_id, part, amount, action, thresholds, set_at)
       SELECT $9::uuid, 'TOTAL', k.organization_id, k.project_id, k.id, made.id::text, $10::numeric, 'REJECT', '{}', $6
         FROM made, api_key k WHERE k.id = $8 AND $10::numeric IS NOT NULL)
     SELECT 1 FROM made`,
    [
      id,
      secretId,
      hash,
      workloads,
      models,
      createdAt,
      expiresAt,
      apiKeyId,
      budget?.scopeId ?? null,
      budget?.amount ?? null,
      origins,
    ],
  )
  return rows.length > 0
}

/** Counts the child tokens of keys that have not ended, by key. */
export async function countLiveChildTokens(
  database: Database,
  apiKeyIds: readonly string[],
  now: Date,
): Promise<Map<string, number>> {
  const rows = await database.sql<{ api_key_id: string; live: number }>(
    `SELECT s.api_key_id, count(*)::int AS live
       FROM api_key_secret s JOIN api_key k ON k.id = s.api_key_id JOIN child_token t ON t.secret_id = s.id
      WHERE s.api_key_id = ANY($1::uuid[]) AND t.expires_at > $2 AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > $2) AND (s.retires_at IS NULL OR s.retires_at > $2)
      GROUP BY s.api_key_id`,
    [apiKeyIds, now],
  )
  return new Map(rows.map((row) => [row.api_key_id, row.live]))
}

/** Deletes child tokens that expired before a time, and their budgets. Returns the number of deleted tokens. */
export async function deleteExpiredChildTokens(database: Database, now: Date): Promise<number> {
  const [row] = await database.sql<{ gone: number }>(
    `WITH gone AS (DELETE FROM child_token WHERE expires_at <= $1 RETURNING id, secret_id),
          freed AS (
            DELETE FROM usage_limit u USING gone g JOIN api_key_secret s ON s.id = g.secret_id
             WHERE u.api_key_id = s.api_key_id AND u.part = g.id::text)
     SELECT count(*)::int AS gone FROM gone`,
    [now],
  )
  return row?.gone ?? 0
}
