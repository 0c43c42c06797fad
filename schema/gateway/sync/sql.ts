import type { Database } from '@keyward/prisma/database'

/** Saves the position up to which a connection has every change. False if the connection belongs to another gateway. */
export async function saveVerifier(
  database: Database,
  { connectionId, gatewayId, position }: { connectionId: string; gatewayId: string; position: bigint },
  now: Date,
): Promise<boolean> {
  const rows = await database.sql(
    `INSERT INTO verifier AS v (id, gateway_id, position, connected_at, seen_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (id) DO UPDATE SET position = excluded.position, seen_at = excluded.seen_at
      WHERE v.gateway_id = excluded.gateway_id RETURNING 1`,
    [connectionId, gatewayId, position.toString(), now],
  )
  return rows.length > 0
}

/** Deletes a connection that stops. */
export async function deleteVerifier(database: Database, connectionId: string, gatewayId: string): Promise<void> {
  await database.sql('DELETE FROM verifier WHERE id = $1 AND gateway_id = $2', [connectionId, gatewayId])
}

/** Finds the connections that were seen after a time. */
export const findVerifiers = (
  database: Database,
  since: Date,
): Promise<{ id: string; gateway_id: string; name: string; position: string }[]> =>
  database.sql(
    `SELECT v.id, v.gateway_id, g.name, v.position FROM verifier v JOIN gateway g ON g.id = v.gateway_id
      WHERE v.seen_at > $1 ORDER BY g.name, v.id`,
    [since],
  )

/** Deletes connections that were not seen since a time. */
export async function deleteVerifiersBefore(database: Database, before: Date): Promise<void> {
  await database.sql('DELETE FROM verifier WHERE seen_at < $1', [before])
}

/** Counts the connections that were seen after a time, with the age and the position of the last one. */
export async function readConnectionFigures(
  database: Database,
  since: Date,
): Promise<{ connections: number; seenAt: Date | null; position: bigint | null }> {
  const [row] = await database.sql<{ connections: number; seen_at: Date | null; position: string | null }>(
    'SELECT count(*)::int AS connections, min(seen_at) AS seen_at, min(position) AS position FROM verifier WHERE seen_at > $1',
    [since],
  )
  return {
    connections: row?.connections ?? 0,
    seenAt: row?.seen_at ?? null,
    position: row?.position == null ? null : BigInt(row.position),
  }
}
