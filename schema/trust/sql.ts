import type { Database, Transaction } from '@keyward/prisma/database'
import { liveTrustSql } from './live-sql.ts'

interface LiveTrustRow {
  id: string
  organization_id: string
  project_id: string
  name: string
  service_account_id: string
  service_account_name: string
  issuer: string
  audience: string
  conditions: unknown
}

/** Finds a trust whose tokens work now. */
export const findLiveTrust = (database: Database, id: string) =>
  database.sql<LiveTrustRow>(
    `SELECT t.id, t.organization_id, t.project_id, t.name, t.service_account_id, a.name AS service_account_name,
            t.issuer, t.audience, t.conditions
       FROM trust t ${liveTrustSql('$2')} WHERE t.id = $1`,
    [id, database.clock.now()],
  )

/** Locks a trust against other changes to it, and against new tokens. */
export async function lockTrust(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`SELECT id FROM trust WHERE id = ${id}::uuid FOR UPDATE`
  return rows.length > 0
}

/** Records a denial in its trust, at most once a minute, because strangers can cause denials. */
export const noteDenial = (database: Database, id: string, reason: string) =>
  database.sql(
    `UPDATE trust SET last_denied_at = $2, last_denial = $3
      WHERE id = $1 AND (last_denied_at IS NULL OR last_denied_at < $2::timestamptz - interval '1 minute')`,
    [id, database.clock.now(), reason],
  )
