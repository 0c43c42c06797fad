import type { Database, Transaction } from '@keyward/prisma/database'
import { literally } from '../core/like.ts'

/** Locks a key against other changes to it. */
export const lockApiKey = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM api_key WHERE id = ${id}::uuid FOR UPDATE`

/** Locks keys against other changes to them, in one order. */
export const lockApiKeys = (tx: Transaction, ids: string[]) =>
  tx.$queryRaw`SELECT id FROM api_key WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`

/**
 * Locks a project against being archived and against simultaneous new keys. Returns the time at which it was archived.
 */
export async function lockProjectOfKeys(tx: Transaction, projectId: string): Promise<Date | null> {
  const [project] = await tx.$queryRaw<{ archived_at: Date | null }[]>`
    SELECT archived_at FROM project WHERE id = ${projectId}::uuid FOR NO KEY UPDATE`
  return project?.archived_at ?? null
}

/** A search for keys of an organization. Null: not by this. */
export interface KeySearch {
  organizationId: string
  /** A part of the compared form of a name, of at least `PART_SEARCH` characters. */
  name: string | null
  /** The start of a secret. */
  start: string | null
}

/** The ids of the keys that a search finds by each; null if it did not search by this, or found too many. */
export interface FoundKeys {
  byName: string[] | null
  byStart: string[] | null
}

/** Minimum length of a part of a name that an index finds. */
export const PART_SEARCH = 3

/** The characters of a text that the index searches. The condition on the name compares all of them. */
const MAX_PARTS = 32

/** If more keys match than this, the search checks each key of the list instead. */
const MAX_FOUND = 2_500

/** If so many of the newest keys match, a list soon has a page of them. The index would read all that match first. */
const [NEWEST, MANY_OF_NEWEST] = [1_000, 100]

/** Finds the keys of each search, by indexes of the parts of names and the starts of secrets. */
export async function findKeys({ prisma }: Database, searches: readonly KeySearch[]): Promise<FoundKeys[]> {
  const organizationIds = searches.map(({ organizationId }) => organizationId)
  const names = searches.map(({ name }) => name)
  const patterns = names.map((name) => name && `%${literally(name)}%`)
  const first = searches.map(({ start }) => start)
  const last = first.map((start) => start && `${start}\u{10ffff}`)
  const rows = await prisma.$queryRaw<FoundKeys[]>`
    SELECT CASE WHEN t.name IS NOT NULL AND newest.matches < ${MANY_OF_NEWEST} THEN ARRAY (
             SELECT k.id
               FROM api_key k
              WHERE keyward_name_parts(k.organization_id, k.name_key) @> keyward_name_parts(t.organization_id, left(t.name, ${MAX_PARTS}))
                AND k.organization_id = t.organization_id AND k.name_key LIKE t.pattern
              LIMIT ${MAX_FOUND + 1})::text[] END AS "byName",
           CASE WHEN t.first IS NOT NULL THEN ARRAY (
             SELECT s.api_key_id
               FROM api_key_secret s
              WHERE s.organization_id = t.organization_id AND s.start COLLATE "C" BETWEEN t.first AND t.last
              LIMIT ${MAX_FOUND + 1})::text[] END AS "byStart"
      FROM unnest(${organizationIds}::uuid[], ${names}::text[], ${patterns}::text[], ${first}::text[], ${last}::text[])
             WITH ORDINALITY AS t(organization_id, name, pattern, first, last, place)
     CROSS JOIN LATERAL (
             SELECT count(*) FILTER (WHERE k.name_key LIKE t.pattern) AS matches
               FROM (SELECT name_key FROM api_key
                      WHERE t.name IS NOT NULL AND organization_id = t.organization_id ORDER BY id DESC LIMIT ${NEWEST}) k) newest
     ORDER BY t.place`
  const complete = (ids: string[] | null) => (ids === null || ids.length > MAX_FOUND ? null : ids)
  return rows.map(({ byName, byStart }) => ({ byName: complete(byName), byStart: complete(byStart) }))
}
