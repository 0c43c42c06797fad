import type { Database } from '@keyward/prisma/database'
import type { EventRow } from '../sql.ts'

/** A due event with its organization, and whether the organization's stream restarts. */
export type DueRow = EventRow & { organization_id: string; restarts: boolean }

/**
 * Whether the log contains the event that a cursor names. After a failover or a restore, the log may contain another
 * event there, or none.
 */
const HAS_EVENT = `(c.sequence <= h.sequence AND (c.hash IS NULL OR (c.sequence = h.sequence AND c.hash = h.hash) OR EXISTS (
    SELECT FROM audit_event x
     WHERE x.organization_id = c.organization_id AND x.sequence = c.sequence AND x.hash = c.hash)))`

const SENT = `CASE WHEN ${HAS_EVENT} THEN c.sequence ELSE 0 END`

/**
 * Finds organizations with unconfirmed events. Each transaction writes the head after its event. If an organization's
 * cursor names an event that the log lacks, its stream restarts with its first event.
 */
const BEHIND = `
  SELECT h.organization_id, ${SENT} AS sent, h.sequence AS last, ${HAS_EVENT} IS FALSE AS restarts
    FROM audit_head h LEFT JOIN audit_sink_cursor c USING (organization_id)
   WHERE h.sequence > ${SENT}`

/** Reads the next events of each organization after an id, in the order of the chains. */
export const readDue = (database: Database, after: string, { ofEach, atMost }: { ofEach: number; atMost: number }) =>
  database.sql<DueRow>(
    `SELECT e.organization_id, behind.restarts, e.id, e.sequence, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
            e.action, e.actor_kind, e.actor_id, e.actor_name, e.target_type, e.target_id, e.target_name, e.project_id,
            e.details, e.request_id, e.previous_hash, e.hash
       FROM (${BEHIND} AND h.organization_id > $1 ORDER BY h.organization_id LIMIT ${atMost}) behind
      CROSS JOIN LATERAL (
        SELECT * FROM audit_event WHERE organization_id = behind.organization_id AND sequence > behind.sent
         ORDER BY sequence LIMIT ${ofEach}) e
      ORDER BY e.organization_id, e.sequence LIMIT ${atMost}`,
    [after],
  )

/** An event's place in the chain of its organization, and its hash, as hexadecimal. */
export interface Place {
  sequence: string
  hash: string
}

/**
 * Records the last confirmed event of each organization, if the log still has it. Returns whether the log has all of
 * them.
 */
export async function confirm(database: Database, last: ReadonlyMap<string, Place>): Promise<boolean> {
  const places = [...last.values()]
  const rows = await database.sql(
    `INSERT INTO audit_sink_cursor (organization_id, sequence, hash)
     SELECT e.organization_id, e.sequence, e.hash
       FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS place(organization_id, sequence, hash)
       JOIN audit_event e ON e.organization_id = place.organization_id AND e.sequence = place.sequence
        AND e.hash = decode(place.hash, 'hex')
     ON CONFLICT (organization_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash
     RETURNING organization_id`,
    [[...last.keys()], places.map(({ sequence }) => sequence), places.map(({ hash }) => hash)],
  )
  return rows.length === last.size
}

/** Makes this process the sender unless there is another one. Returns whether this process is the sender. */
export async function own(database: Database, owner: string, { now, until }: { now: Date; until: Date }) {
  const rows = await database.sql(
    `INSERT INTO audit_sink AS s (id, owner, owned_until) VALUES (1, $1, $2)
     ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, owned_until = excluded.owned_until
      WHERE s.owner = excluded.owner OR s.owner IS NULL OR s.owned_until < $3
     RETURNING id`,
    [owner, until, now],
  )
  return rows.length > 0
}

/** Allows another process to become the sender. */
export const disown = (database: Database, owner: string) =>
  database.sql('UPDATE audit_sink SET owner = NULL WHERE owner = $1', [owner])

/** Records the failure of an attempt. Null: the attempt succeeded. */
export const noteAttempt = (database: Database, owner: string, now: Date, error: string | null) =>
  database.sql(
    `UPDATE audit_sink SET failures = CASE WHEN $3::text IS NULL THEN 0 ELSE failures + 1 END,
            failing_since = CASE WHEN $3::text IS NULL THEN NULL ELSE coalesce(failing_since, $2::timestamptz) END, last_error = $3
      WHERE owner = $1 AND ($3::text IS NOT NULL OR failures > 0)`,
    [owner, now, error],
  )

/** The state of the stream. */
export interface SinkFigures {
  /** Events that are not confirmed. */
  pending: string
  /** Time of the oldest unconfirmed event. Null if the log has no such event. */
  oldest: Date | null
  /** Failed attempts since the last successful one. */
  failures: number
  last_error: string | null
}

/** Reads the state of the stream. The times of at most 1,000 organizations are compared. */
export async function readSinkFigures(database: Database): Promise<SinkFigures> {
  const [row] = await database.sql<SinkFigures>(
    `WITH behind AS (${BEHIND})
     SELECT (SELECT coalesce(sum(last - sent), 0) FROM behind) AS pending,
            (SELECT min(e.at) FROM (SELECT * FROM behind LIMIT 1000) b
              CROSS JOIN LATERAL (SELECT at FROM audit_event
                WHERE organization_id = b.organization_id AND sequence > b.sent ORDER BY sequence LIMIT 1) e) AS oldest,
            coalesce((SELECT failures FROM audit_sink), 0) AS failures, (SELECT last_error FROM audit_sink) AS last_error`,
  )
  if (!row) throw new Error('An aggregate without a row')
  return row
}
