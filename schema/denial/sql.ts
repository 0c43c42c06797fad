import type { Database, Transaction } from '@keyward/prisma/database'
import type { CredentialKind } from '@keyward/prisma/generated/prisma/enums'
import { startsOf } from '../usage/buckets.ts'
import type { ScopeKind } from '../usage/question.ts'
import type { DenialCount } from './count.ts'
import type { DenialDimension, DenialQuestion } from './question.ts'

/** Records the id of a batch; false if it was already recorded. */
export async function insertBatch(tx: Transaction, id: string, now: Date): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    INSERT INTO denial_batch (id, recorded_at) VALUES (${id}::uuid, ${now}) ON CONFLICT DO NOTHING RETURNING id`
  return rows.length > 0
}

/** Adds counts to the sums of their hours. The caller sorts them, so that replicas do not deadlock. */
export async function addDenials(tx: Transaction, counts: readonly DenialCount[]): Promise<void> {
  const column = (read: (count: DenialCount) => string) => counts.map(read)
  await tx.$executeRaw`
    INSERT INTO denial_hourly AS h (organization_id, hour, project_id, credential_kind, credential_id, reason, denials)
    SELECT * FROM unnest(
      ${column(({ organizationId }) => organizationId)}::uuid[], ${column(({ hour }) => hour.toISOString())}::timestamptz[],
      ${column(({ projectId }) => projectId)}::uuid[], ${column(({ kind }) => kind)}::"CredentialKind"[],
      ${column(({ id }) => id)}::uuid[], ${column(({ reason }) => reason)}::text[],
      ${column(({ count }) => String(count))}::bigint[])
    ON CONFLICT (organization_id, hour, project_id, credential_id, reason) DO UPDATE
       SET denials = h.denials + excluded.denials`
}

/** Denials of one bucket and group. Dimensions that are not grouped by are missing. */
export interface DenialRow {
  scope: string
  start: Date
  reason?: string
  project_id?: string
  credential_kind?: CredentialKind
  credential_id?: string
  denials: string
}

const COLUMNS: Record<DenialDimension, readonly string[]> = {
  REASON: ['reason'],
  PROJECT: ['project_id'],
  CREDENTIAL: ['credential_kind', 'credential_id'],
}

const SCOPES: Record<ScopeKind, string> = {
  ORGANIZATION: 'organization_id',
  PROJECT: 'project_id',
  CREDENTIAL: 'credential_id',
}

/** Reads the sums of a question for several scopes: by bucket, the most frequent first. */
export function readDenials(
  database: Database,
  kind: ScopeKind,
  scopes: readonly string[],
  question: DenialQuestion,
  limit: number,
): Promise<DenialRow[]> {
  const { from, to, groupBy } = question
  const keys = ['scope', 'start', ...groupBy.flatMap((dimension) => COLUMNS[dimension])].join(', ')
  // One statement for each set of dimensions, because each stays prepared.
  return database.sql<DenialRow>(
    `SELECT ${keys}, sum(denials)::text AS denials
       FROM (SELECT *, ${SCOPES[kind]} AS scope, ($4::timestamptz[])[width_bucket(hour, $4::timestamptz[])] AS start FROM denial_hourly
              WHERE ${SCOPES[kind]} = ANY($1::uuid[]) AND hour >= $2::timestamptz AND hour < $3::timestamptz) AS d
      GROUP BY ${keys} ORDER BY scope, start, sum(d.denials) DESC, ${keys} LIMIT $5`,
    [scopes, from, to, startsOf(question), limit],
  )
}

/** Deletes a batch of hourly sums from before a time. Returns their number. */
export async function deleteDenials(database: Database, before: Date, batch: number): Promise<number> {
  const rows = await database.sql(
    `DELETE FROM denial_hourly WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM denial_hourly WHERE hour < $1 LIMIT $2)) RETURNING hour`,
    [before, batch],
  )
  return rows.length
}

/** Deletes the ids of old batches. */
export const deleteBatches = (database: Database, before: Date) =>
  database.sql('DELETE FROM denial_batch WHERE recorded_at < $1', [before])
