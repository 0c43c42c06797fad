import type { Database } from '@keyward/prisma/database'
import type { Point } from '../../write/outbox/history-sql.ts'

/**
 * Saves the position up to which a connection has every change. False if the connection belongs to another gateway, or
 * if the database does not have the position: the database may have been replaced after the position was checked.
 */
export async function saveVerifier(
  database: Database,
  { connectionId, gatewayId, point }: { connectionId: string; gatewayId: string; point: Point },
  now: Date,
): Promise<boolean> {
  const rows = await database.sql(
    `INSERT INTO verifier AS v (id, gateway_id, position, history, connected_at, seen_at)
     SELECT $1, $2, $3, $5, $4, $4 FROM change_clock c
      WHERE c.id = 1 AND c.history = $5 AND c.place = change_place($7) AND c.position >= $3
        AND NOT EXISTS (SELECT 1 FROM change_event e WHERE e.position = $3 AND e.at <> $6)
     ON CONFLICT (id) DO UPDATE
        SET position = excluded.position, history = excluded.history, seen_at = excluded.seen_at
      WHERE v.gateway_id = excluded.gateway_id RETURNING 1`,
    [connectionId, gatewayId, point.position.toString(), now, point.history, new Date(point.at), database.place],
  )
  return rows.length > 0
}

/** Deletes a connection that is shutting down. */
export async function deleteVerifier(database: Database, connectionId: string, gatewayId: string): Promise<void> {
  await database.sql('DELETE FROM verifier WHERE id = $1 AND gateway_id = $2', [connectionId, gatewayId])
}

/** Finds the connections that were seen after a time. */
export const findVerifiers = (
  database: Database,
  since: Date,
): Promise<{ id: string; gateway_id: string; name: string; position: string; history: string | null }[]> =>
  database.sql(
    `SELECT v.id, v.gateway_id, g.name, v.position, v.history FROM verifier v JOIN gateway g ON g.id = v.gateway_id
      WHERE v.seen_at > $1 ORDER BY g.name, v.id`,
    [since],
  )

/** Deletes connections that were not seen since a time. */
export async function deleteVerifiersBefore(database: Database, before: Date): Promise<void> {
  await database.sql('DELETE FROM verifier WHERE seen_at < $1', [before])
}

/**
 * Counts the connections that were seen after a time, with the age and the position of the last one, and the time of the
 * oldest change that it has not acknowledged.
 */
export async function readConnectionFigures(
  database: Database,
  since: Date,
): Promise<{ connections: number; seenAt: Date | null; position: bigint | null; changedAt: Date | null }> {
  const [row] = await database.sql<{
    connections: number
    seen_at: Date | null
    position: string | null
    changed_at: Date | null
  }>(
    `SELECT v.*, (SELECT e.at FROM change_event e WHERE e.position > v.position ORDER BY e.position LIMIT 1) AS changed_at
       FROM (SELECT count(*)::int AS connections, min(seen_at) AS seen_at, min(position) AS position
               FROM verifier WHERE seen_at > $1) v`,
    [since],
  )
  return {
    connections: row?.connections ?? 0,
    seenAt: row?.seen_at ?? null,
    position: row?.position == null ? null : BigInt(row.position),
    changedAt: row?.changed_at ?? null,
  }
}
