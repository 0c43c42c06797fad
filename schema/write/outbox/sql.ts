import type { Database } from '@keyward/prisma/database'
import type { Change, ChangeKind } from './kinds.ts'

interface ChangeRow {
  position: string
  at: Date
  organization_id: string | null
  project_id: string | null
  kind: ChangeKind
  subject_id: string
}

const toChange = (row: ChangeRow): Change => ({
  position: BigInt(row.position),
  at: row.at,
  organizationId: row.organization_id,
  projectId: row.project_id,
  kind: row.kind,
  subjectId: row.subject_id,
})

/** Reads the position of the newest committed change. */
export async function readNewestPosition(database: Database): Promise<bigint> {
  const [clock] = await database.sql<{ position: string }>('SELECT position FROM change_clock WHERE id = 1')
  return BigInt(clock?.position ?? 0)
}

/** Reads the position of the oldest retained change; null if there is none. */
export async function readOldestPosition(database: Database): Promise<bigint | null> {
  const [row] = await database.sql<{ position: string | null }>('SELECT min(position) AS position FROM change_event')
  return row?.position == null ? null : BigInt(row.position)
}

/** Reads changes after a position, oldest first. */
export async function readChanges(database: Database, after: bigint, upTo: bigint | null, limit: number) {
  const rows = await database.sql<ChangeRow>(
    `SELECT position, at, organization_id, project_id, kind, subject_id FROM change_event
      WHERE position > $1 AND ($2::bigint IS NULL OR position <= $2) ORDER BY position LIMIT ${limit}`,
    [after.toString(), upTo?.toString() ?? null],
  )
  return rows.map(toChange)
}

/** Reads changes of a project after a position, oldest first. */
export async function readProjectChanges(database: Database, projectId: string, after: bigint, limit: number) {
  const rows = await database.sql<ChangeRow>(
    `SELECT position, at, organization_id, project_id, kind, subject_id FROM change_event
      WHERE project_id = $1 AND position > $2 ORDER BY position LIMIT ${limit}`,
    [projectId, after.toString()],
  )
  return rows.map(toChange)
}

/** Finds the position of the first change since a time, or else of the newest one; null if there is none. */
export async function findPositionAt(database: Database, since: Date): Promise<string | null> {
  const [row] = await database.sql<{ position: string | null }>(
    `SELECT coalesce((SELECT min(position) FROM change_event WHERE at >= $1),
                     (SELECT max(position) FROM change_event)) AS position`,
    [since],
  )
  return row?.position ?? null
}

/** Deletes a batch of the oldest changes before a position; returns their number. */
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
