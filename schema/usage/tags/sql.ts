import type { Database } from '@keyward/prisma/database'

/** Maximum number of tag names in one response. */
export const MAX_TAG_KEYS = 200

interface TagKeysRow {
  scope: string
  keys: string[]
}

/** Finds the names of the tags that keys of organizations or projects have or had. One index probe for each name. */
export const findTagKeys = (
  database: Database,
  column: 'organization_id' | 'project_id',
  ids: readonly string[],
): Promise<TagKeysRow[]> =>
  database.sql(
    `SELECT s.id AS scope, ARRAY(
       WITH RECURSIVE each_one AS (
         (SELECT key FROM api_key_tag_period WHERE ${column} = s.id ORDER BY key LIMIT 1)
         UNION ALL
         SELECT (SELECT p.key FROM api_key_tag_period p WHERE p.${column} = s.id AND p.key > each_one.key ORDER BY p.key LIMIT 1)
           FROM each_one WHERE each_one.key IS NOT NULL)
       SELECT key FROM each_one WHERE key IS NOT NULL LIMIT ${MAX_TAG_KEYS}) AS keys
       FROM unnest($1::uuid[]) AS s (id)`,
    [ids],
  )
