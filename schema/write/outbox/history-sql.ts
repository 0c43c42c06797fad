import type { Database } from '@keyward/prisma/database'
import type { Change } from './kinds.ts'
import { type ChangeRow, toChange } from './sql.ts'

/**
 * A position in one history of the database. The time is that of the change at the position, or 0 if there is none.
 * After a restore, another change has the same position at another time.
 */
export interface Point {
  history: string
  position: bigint
  at: number
}

/**
 * The reason why changes after a point cannot be read. TOO_OLD: they were deleted. OTHER_HISTORY: the point is from
 * another history. DIVERGED: the database lost the point's change, and no restore was announced.
 */
export type PointProblem = 'TOO_OLD' | 'OTHER_HISTORY' | 'DIVERGED'

/** Changes after a point, oldest first. */
export interface Continuation {
  problem: PointProblem | null
  changes: Change[]
  /** Whether there are no more changes. */
  isAll: boolean
}

interface ClockRow {
  history: string
  is_here: boolean
  newest: string
}

/**
 * Begins a new history, unless another process has already done so. From then on, every cursor of the old history is
 * invalid. Wakes the replicas.
 */
export async function renewHistory(database: Database, old: string): Promise<void> {
  await database.sql(
    `WITH renewed AS (
       UPDATE change_clock SET history = gen_random_uuid(), place = change_place($2) WHERE id = 1 AND history = $1 RETURNING 1)
     SELECT pg_notify('keyward_changes', '') FROM renewed`,
    [old, database.place],
  )
}

/** Begins a new history at the operator's request. */
export async function declareRestored(database: Database): Promise<void> {
  const { history } = await readNewest(database)
  await renewHistory(database, history)
}

/** Reads the newest committed point. If the database runs in another place than before, a new history begins first. */
export async function readNewest(database: Database): Promise<Point> {
  for (;;) {
    const [row] = await database.sql<ClockRow & { at: number | null }>(
      `SELECT c.history, c.place = change_place($1) AS is_here, c.position AS newest,
              round(extract(epoch FROM e.at) * 1000)::float8 AS at
         FROM change_clock c LEFT JOIN change_event e ON e.position = c.position WHERE c.id = 1`,
      [database.place],
    )
    if (!row) throw new Error('The row of change_clock is missing.')
    if (row.is_here) return { history: row.history, position: BigInt(row.newest), at: row.at ?? 0 }
    await renewHistory(database, row.history)
  }
}

function problemOf(point: Point, { history, newest }: ClockRow, first: Change | undefined): PointProblem | null {
  if (history !== point.history) return 'OTHER_HISTORY'
  if (point.position > BigInt(newest)) return 'DIVERGED'
  if (first?.position === point.position) return first.at.getTime() === point.at ? null : 'DIVERGED'
  const next = first?.position ?? BigInt(newest) + 1n
  if (next > point.position + 1n) return 'TOO_OLD'
  if (point.at === 0) return null
  // Changes are deleted from the oldest on, without a gap. The newest is never deleted.
  return first === undefined ? 'DIVERGED' : 'TOO_OLD'
}

/** Reads a batch of changes after a point. The same statement checks whether the database continues from the point. */
export async function readAfter(
  database: Database,
  point: Point,
  upTo: bigint | null,
  batch: number,
): Promise<Continuation> {
  const rows = await database.sql<ClockRow & (ChangeRow | { position: null })>(
    `SELECT c.history, c.place = change_place($3) AS is_here, c.position AS newest,
            e.position, e.at, e.organization_id, e.project_id, e.kind, e.subject_id
       FROM change_clock c LEFT JOIN LATERAL (
         SELECT * FROM change_event WHERE position >= $1 AND ($2::bigint IS NULL OR position <= $2)
          ORDER BY position LIMIT ${batch + 1}) e ON true
      WHERE c.id = 1 ORDER BY e.position`,
    [point.position.toString(), upTo?.toString() ?? null, database.place],
  )
  const [clock] = rows
  if (!clock) throw new Error('The row of change_clock is missing.')
  if (!clock.is_here) {
    await renewHistory(database, clock.history)
    return { problem: 'OTHER_HISTORY', changes: [], isAll: false }
  }
  const found = rows.flatMap((row) => (row.position === null ? [] : [toChange(row)]))
  const problem = problemOf(point, clock, found[0])
  if (problem !== null) return { problem, changes: [], isAll: false }
  const changes = found.filter(({ position }) => position > point.position).slice(0, batch)
  return { problem, changes, isAll: changes.length < batch }
}
