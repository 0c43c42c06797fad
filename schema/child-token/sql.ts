import type { Database } from '@keyward/prisma/database'
import type { Workload } from '@keyward/prisma/generated/prisma/enums'

interface NewChildToken {
  id: string
  apiKeyId: string
  secretId: string
  hash: Uint8Array
  workloads: readonly Workload[]
  models: readonly string[]
  createdAt: Date
  expiresAt: Date
}

/** Inserts a child token unless its key has as many live ones as allowed. Returns whether it did. */
export async function insertChildToken(database: Database, token: NewChildToken, most: number): Promise<boolean> {
  const { id, apiKeyId, secretId, hash, workloads, models, createdAt, expiresAt } = token
  const rows = await database.sql(
    `INSERT INTO child_token (id, secret_id, hash, workloads, models, created_at, expires_at)
     SELECT $1, $2, $3, $4::"Workload"[], $5::text[], $6, $7
      WHERE (SELECT count(*) FROM (
               SELECT 1 FROM api_key_secret s JOIN child_token t ON t.secret_id = s.id
                WHERE s.api_key_id = $8 AND t.expires_at > $6 LIMIT ${most}) AS live) < ${most}
     RETURNING 1`,
    [id, secretId, hash, workloads, models, createdAt, expiresAt, apiKeyId],
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
