import type { Database } from '@keyward/prisma/database'

/** An audit event as it is stored. Times are text: the hash covers microseconds, which a JavaScript Date lacks. */
export interface EventRow {
  id: string
  sequence: string
  at: string
  action: string
  actor_kind: string
  actor_id: string | null
  actor_name: string | null
  target_type: string
  target_id: string
  target_name: string | null
  project_id: string | null
  details: unknown
  request_id: string | null
  previous_hash: Buffer
  hash: Buffer
}

/** Reads a page of an organization's events by sequence. */
export const readEvents = (database: Database, organizationId: string, after: string, limit: number) =>
  database.sql<EventRow>(
    `SELECT id, sequence, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, action, actor_kind,
            actor_id, actor_name, target_type, target_id, target_name, project_id, details, request_id, previous_hash, hash
       FROM audit_event WHERE organization_id = $1 AND sequence > $2 ORDER BY sequence LIMIT ${limit}`,
    [organizationId, after],
  )

/** Reads the predecessor's hash stored in an event. Null if there is no such event. */
export async function findPreviousHash(database: Database, organizationId: string, sequence: bigint) {
  const [row] = await database.sql<{ previous_hash: Buffer }>(
    'SELECT previous_hash FROM audit_event WHERE organization_id = $1 AND sequence = $2',
    [organizationId, sequence.toString()],
  )
  return row?.previous_hash ?? null
}

/** An organization's audit head and its highest event sequence. */
export interface EndsRow {
  organization_id: string
  name: string | null
  sequence: string | null
  hash: Buffer | null
  last: string | null
}

/** Reads a page of organizations with the ends of their chains. One statement reads head and events at one moment. */
export const readEnds = (database: Database, after: string, limit: number) =>
  database.sql<EndsRow>(
    `SELECT coalesce(o.id, h.organization_id) AS organization_id, o.name, h.sequence, h.hash,
            (SELECT max(e.sequence) FROM audit_event e WHERE e.organization_id = coalesce(o.id, h.organization_id)) AS last
       FROM organization o FULL JOIN audit_head h ON h.organization_id = o.id
      WHERE coalesce(o.id, h.organization_id) > $1 ORDER BY 1 LIMIT ${limit}`,
    [after],
  )

/** How long a log can be without a signed head. A running server signs each log within a minute. */
const UNSIGNED_FOR = "interval '10 minutes'"

/** Finds the first events of logs that have had no signed head for longer than that. */
export const findOldFirstEvents = (database: Database, organizationIds: readonly string[]) =>
  database.sql<{ organization_id: string; id: string }>(
    `SELECT organization_id, id FROM audit_event
      WHERE organization_id = ANY($1::uuid[]) AND sequence = 1 AND at < now() - ${UNSIGNED_FOR}`,
    [organizationIds],
  )

/** Finds events by their chain positions. */
export const findEvents = (database: Database, places: readonly { organizationId: string; sequence: string }[]) =>
  database.sql<{ organization_id: string; sequence: string; id: string; hash: string }>(
    `SELECT DISTINCT e.organization_id, e.sequence, e.id, encode(e.hash, 'hex') AS hash
       FROM unnest($1::uuid[], $2::bigint[]) AS place(organization_id, sequence)
       JOIN audit_event e USING (organization_id, sequence)`,
    [places.map(({ organizationId }) => organizationId), places.map(({ sequence }) => sequence)],
  )
