import type { Database } from '@keyward/prisma/database'

/** Where a resource lives. */
export interface ResourceRecord {
  id: string
  projectId: string
}

/** Finds resources by their UUIDs in one statement. */
export async function findResources(database: Database, ids: readonly string[]): Promise<Map<string, ResourceRecord>> {
  const rows = await database.sql<{ id: string; project_id: string }>(
    'SELECT id, project_id FROM resource WHERE id = ANY($1::uuid[])',
    [ids],
  )
  return new Map(rows.map((row) => [row.id, { id: row.id, projectId: row.project_id }]))
}

/** Who asks. */
export interface GatewayRecord {
  id: string
  name: string
}

/** Finds gateways by the hashes of their tokens in one statement. */
export async function findGateways(
  database: Database,
  hashes: readonly Uint8Array[],
): Promise<Map<string, GatewayRecord>> {
  const rows = await database.sql<{ token_hash: Buffer; id: string; name: string }>(
    'SELECT token_hash, id, name FROM gateway WHERE token_hash = ANY($1::bytea[])',
    [hashes],
  )
  return new Map(rows.map((row) => [row.token_hash.toString('hex'), { id: row.id, name: row.name }]))
}
