import type { Database, Transaction } from '@keyward/prisma/database'

/** Locks a key against other changes to it. */
export const lockApiKey = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM api_key WHERE id = ${id}::uuid FOR UPDATE`

/** Locks keys against other changes to them, in one order. */
export const lockApiKeys = (tx: Transaction, ids: string[]) =>
  tx.$queryRaw`SELECT id FROM api_key WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`

/** Locks a project against being archived and against simultaneous new keys; returns when it was archived. */
export async function lockProjectOfKeys(tx: Transaction, projectId: string): Promise<Date | null> {
  const [project] = await tx.$queryRaw<{ archived_at: Date | null }[]>`
    SELECT archived_at FROM project WHERE id = ${projectId}::uuid FOR NO KEY UPDATE`
  return project?.archived_at ?? null
}

/** The start of a secret, and the organization whose keys are meant. */
export interface StartOfSecret {
  organizationId: string
  start: string
}

/** If more secrets match than this, the search checks each key of the list instead. */
const MAX_BY_START = 1_000

/** Finds the keys with a secret that begins with each of these starts; null where there are too many. */
export async function findKeysByStart(
  { prisma }: Database,
  starts: readonly StartOfSecret[],
): Promise<(string[] | null)[]> {
  const organizationIds = starts.map(({ organizationId }) => organizationId)
  const first = starts.map(({ start }) => start)
  const last = starts.map(({ start }) => `${start}\u{10ffff}`)
  const rows = await prisma.$queryRaw<{ place: number; id: string }[]>`
    SELECT t.place::int AS place, found.api_key_id::text AS id
      FROM unnest(${organizationIds}::uuid[], ${first}::text[], ${last}::text[])
             WITH ORDINALITY AS t(organization_id, first, last, place)
     CROSS JOIN LATERAL (
             SELECT s.api_key_id
               FROM api_key_secret s
              WHERE s.organization_id = t.organization_id AND s.start COLLATE "C" BETWEEN t.first AND t.last
              LIMIT ${MAX_BY_START + 1}) found`
  const ids = starts.map((): string[] => [])
  for (const { place, id } of rows) ids[place - 1]?.push(id)
  return ids.map((found) => (found.length > MAX_BY_START ? null : [...new Set(found)]))
}
