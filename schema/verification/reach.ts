import type { Database } from '@keyward/prisma/database'

/** Where a resource lives. */
export interface ResourceRecord {
  id: string
  projectId: string
}

/** Whether a model can be called, and by whom: everyone where it has no project. */
export interface ModelRecord {
  id: string
  online: boolean
  projectId: string | null
}

/** Finds resources by their UUIDs in one statement. */
export async function findResources(database: Database, ids: readonly string[]): Promise<Map<string, ResourceRecord>> {
  const rows = await database.sql<{ id: string; project_id: string }>(
    'SELECT id, project_id FROM resource WHERE id = ANY($1::uuid[])',
    [ids],
  )
  return new Map(rows.map((row) => [row.id, { id: row.id, projectId: row.project_id }]))
}

/** Finds models by their slugs in one statement. */
export async function findModels(database: Database, slugs: readonly string[]): Promise<Map<string, ModelRecord>> {
  const rows = await database.sql<{ id: string; slug: string; online: boolean; project_id: string | null }>(
    "SELECT id, slug, status = 'ONLINE' AS online, project_id FROM model WHERE slug = ANY($1::text[])",
    [slugs],
  )
  return new Map(rows.map((row) => [row.slug, { id: row.id, online: row.online, projectId: row.project_id }]))
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
