import type { Database } from '@keyward/prisma/database'
import { GRANTS, type GrantRow } from '../core/sql.ts'

/** A position in the write-ahead log as a number, so that positions can be compared. */
const offset = (position: string): string => `(${position} - '0/0'::pg_lsn)::bigint`

/** NULL on a standby, where the functions of a primary fail. */
const onPrimary = (expression: string): string => `CASE WHEN pg_is_in_recovery() THEN NULL ELSE ${expression} END`

/** The end of the written log. Everything that was committed before is within it. */
const WRITTEN = offset('pg_current_wal_insert_lsn()')

/** The timeline to which the server writes. Each promotion of a standby begins a new one. */
const TIMELINE = onPrimary(`('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int`)

const SYSTEM = '(SELECT system_identifier::text FROM pg_control_system())'

/** Identifies the database cluster to which a server belongs. */
export interface Line {
  history: string
  /** Null if the server does not write, as during a switchover. */
  timeline: number | null
}

/** The state of the primary, for a reader. */
export interface Requirement extends Line {
  /** The newest position of the outbox. */
  changes: string
  /** The position after the reader's newest change; null if there is none. */
  written: string | null
}

/**
 * Reads the roles of a person or a service account, like `readGrants`. The same statement reads the position that a
 * replica must have reached for this reader. If the log has not reached a stored position, the position is from before
 * a restore by a dump, and the dump contains everything older.
 */
export async function readStanding(database: Database, principalId: string) {
  const [first, ...others] = await database.sql<Requirement & (GrantRow | { principal_id: null })>(
    `SELECT c.history, c.position::text AS changes, p.timeline, w.position::text AS written, g.*
       FROM change_clock c
       CROSS JOIN (SELECT ${TIMELINE} AS timeline, ${onPrimary(WRITTEN)} AS reached) p
       LEFT JOIN write_position w ON w.principal_id = $2 AND w.position <= p.reached
       LEFT JOIN (${GRANTS}) g ON true
      WHERE c.id = 1`,
    [[principalId], principalId],
  )
  if (!first) throw new Error('The row of change_clock is missing.')
  const { history, changes, timeline, written } = first
  const grants = [first, ...others].flatMap((row) => (row.principal_id === null ? [] : [row]))
  return { required: { history, changes, timeline, written }, grants }
}

/** Records that people and service accounts have made changes, which are now committed. */
export const notePositions = (database: Database, principalIds: string[], at: Date) =>
  database.sql(
    `INSERT INTO write_position (principal_id, position, at)
     SELECT id, ${WRITTEN}, $2 FROM unnest($1::uuid[]) AS id ORDER BY id
     ON CONFLICT (principal_id) DO UPDATE SET position = ${WRITTEN}, at = excluded.at`,
    [principalIds, at],
  )

/** Deletes positions that every replica in use has replayed. */
export const deletePositions = (database: Database, before: Date) =>
  database.sql('DELETE FROM write_position WHERE at < $1', [before])

/** The state of the primary at one moment. */
export interface Sample extends Line {
  system: string
  /** Null on a server that does not write. */
  flushed: string | null
}

/** Reads the position up to which the primary has written its log to disk. Standbys receive no more than that. */
export async function readSample(database: Database): Promise<Sample> {
  const [row] = await database.sql<Sample>(
    `SELECT ${SYSTEM} AS system, history, ${TIMELINE} AS timeline,
            (${onPrimary(offset('pg_current_wal_flush_lsn()'))})::text AS flushed
       FROM change_clock WHERE id = 1`,
  )
  if (!row) throw new Error('The row of change_clock is missing.')
  return row
}

/** The state of a server that may be a standby, at one moment. */
export interface Standing {
  /** Identifies this run of the server. */
  started: string
  is_standby: boolean
  system: string
  /**
   * Timelines of which the server has received or replayed a part. A database role may lack the right to read the first
   * one.
   */
  timelines: (number | null)[]
  /** Null on a server that is not a standby. */
  replayed: string | null
  history: string
  position: string
  at: number
}

/**
 * Everything that was committed up to `replayed`, and up to the position of the outbox, is visible to later statements.
 */
export async function readStandby(database: Database): Promise<Standing> {
  const [row] = await database.sql<Standing>(
    `SELECT pg_postmaster_start_time()::text AS started, pg_is_in_recovery() AS is_standby, ${SYSTEM} AS system,
            ARRAY[(SELECT received_tli FROM pg_stat_wal_receiver), (SELECT timeline_id FROM pg_control_checkpoint()),
                  (SELECT min_recovery_end_timeline FROM pg_control_recovery())] AS timelines,
            ${offset('pg_last_wal_replay_lsn()')}::text AS replayed,
            c.history, c.position::text, coalesce(round(extract(epoch FROM e.at) * 1000), 0)::float8 AS at
       FROM change_clock c LEFT JOIN change_event e ON e.position = c.position WHERE c.id = 1`,
  )
  if (!row) throw new Error('The row of change_clock is missing.')
  return row
}

/** Checks that a connection leads to the same server process, which is still a standby. */
export const IS_SAME_STANDBY = 'SELECT pg_postmaster_start_time()::text = $1 AND pg_is_in_recovery() AS is_same'
