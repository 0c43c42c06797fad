import type { Database, Transaction } from '@keyward/prisma/database'
import { EACH_CONSUMER } from '../part.ts'

/** A part with limits of its own. */
export interface PartRow {
  owner_id: string
  scope_id: string
  part: string
}

/** Finds the consumers of projects that have limits of their own, by name. */
export const findLimitedConsumers = (database: Database, projectIds: readonly string[]): Promise<PartRow[]> =>
  database.sql(
    `SELECT DISTINCT project_id AS owner_id, scope_id, part FROM usage_limit
      WHERE project_id = ANY($1::uuid[]) AND part IS NOT NULL AND api_key_id IS NULL AND part <> $2 ORDER BY part`,
    [projectIds, EACH_CONSUMER],
  )

/** Finds the limited tags of the keys of organizations. */
export const findLimitedTags = (database: Database, organizationIds: readonly string[]): Promise<PartRow[]> =>
  database.sql(
    `SELECT DISTINCT organization_id AS owner_id, scope_id, part FROM usage_limit
      WHERE organization_id = ANY($1::uuid[]) AND part IS NOT NULL AND project_id IS NULL ORDER BY part`,
    [organizationIds],
  )

/** Counts the consumers of a project that have limits of their own. */
export async function countLimitedConsumers(tx: Transaction, projectId: string): Promise<number> {
  const [row] = await tx.$queryRaw<{ found: number }[]>`
    SELECT count(DISTINCT scope_id)::int AS found FROM usage_limit
     WHERE project_id = ${projectId}::uuid AND part IS NOT NULL AND api_key_id IS NULL AND part <> ${EACH_CONSUMER}`
  return row?.found ?? 0
}

/** The names of the limited tags of an organization’s keys, `key=value`. */
export async function findTagNames(tx: Transaction, organizationId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ part: string }[]>`
    SELECT DISTINCT part FROM usage_limit
     WHERE organization_id = ${organizationId}::uuid AND part IS NOT NULL AND project_id IS NULL`
  return rows.map(({ part }) => part)
}

/** Which of some scopes have limits. */
export async function findWithLimits(database: Database, scopeIds: readonly string[]): Promise<Set<string>> {
  const rows = await database.sql<{ scope_id: string }>(
    'SELECT DISTINCT scope_id FROM usage_limit WHERE scope_id = ANY($1::uuid[])',
    [scopeIds],
  )
  return new Set(rows.map(({ scope_id }) => scope_id))
}
