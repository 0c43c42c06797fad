import type { Database, Transaction } from '@keyward/prisma/database'
import type { Change, ChangeKind, Publication } from './kinds.ts'

/** A row of the outbox, with the history in which it was read. */
export interface ChangeRow {
  history: string
  position: string
  at: Date
  organization_id: string | null
  project_id: string | null
  kind: ChangeKind
  subject_id: string
}

/** The change that a row of the outbox records. */
export const toChange = (row: ChangeRow): Change => ({
  history: row.history,
  position: BigInt(row.position),
  at: row.at,
  organizationId: row.organization_id,
  projectId: row.project_id,
  kind: row.kind,
  subjectId: row.subject_id,
})

/**
 * Inserts changes after the current position, in one statement, because the clock that numbers them is locked for all
 * tenants in the meantime.
 */
export const insertChanges = (tx: Transaction, at: Date, after: bigint, changes: readonly Publication[]) =>
  tx.$executeRaw`
    INSERT INTO change_event (position, at, organization_id, project_id, kind, subject_id)
    SELECT ${after} + n, ${at}, "organizationId", "projectId", kind, "subjectId"
      FROM jsonb_to_recordset(${JSON.stringify(changes.map((change, index) => ({ ...change, n: index + 1 })))}::jsonb)
        AS e(n bigint, "organizationId" uuid, "projectId" uuid, kind text, "subjectId" uuid)`

/** An organization or a project, by its UUID. */
export type ChangeOwner = { organizationId: string } | { projectId: string }

/** Reads changes of an organization or a project after a position up to another, oldest first. */
export async function readChangesOf(
  database: Database,
  owner: ChangeOwner,
  { after, upTo }: { after: bigint; upTo: bigint },
  limit: number,
) {
  const [column, id] =
    'projectId' in owner ? ['project_id', owner.projectId] : ['organization_id', owner.organizationId]
  const rows = await database.sql<ChangeRow>(
    `SELECT c.history, e.position, e.at, e.organization_id, e.project_id, e.kind, e.subject_id
       FROM change_clock c, change_event e
      WHERE c.id = 1 AND e.${column} = $1 AND e.position > $2 AND e.position <= $3 ORDER BY e.position LIMIT ${limit}`,
    [id, after.toString(), upTo.toString()],
  )
  return rows.map(toChange)
}

/** Finds the position of the first change since a time, or else of the newest change. Null if there is none. */
export async function findPositionAt(database: Database, since: Date): Promise<string | null> {
  const [row] = await database.sql<{ position: string | null }>(
    `SELECT coalesce((SELECT min(position) FROM change_event WHERE at >= $1),
                     (SELECT max(position) FROM change_event)) AS position`,
    [since],
  )
  return row?.position ?? null
}

/** Deletes a batch of the oldest changes before a position. Returns their number. */
export async function deleteChanges(database: Database, before: string, batch: number): Promise<number> {
  const [row] = await database.sql<{ count: number }>(
    `WITH gone AS (
       DELETE FROM change_event WHERE position IN
         (SELECT position FROM change_event WHERE position < $1 ORDER BY position LIMIT ${batch}) RETURNING 1)
     SELECT count(*)::int AS count FROM gone`,
    [before],
  )
  return row?.count ?? 0
}
