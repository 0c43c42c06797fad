import type { Database } from '@keyward/prisma/database'

/** Reads the id of the key with which the bytes of a column were sealed. `core/sealing.ts` defines the layout. */
const keyOf = (column: string) => `convert_from(substring(${column} FROM 3 FOR get_byte(${column}, 1)), 'UTF8')`

/** Counts legacy keys by the id of the key that sealed them. */
export const countLegacyKeys = (database: Database) =>
  database.sql<{ key: string; count: number }>(
    `SELECT ${keyOf('sealed')} AS key, count(*)::int AS count FROM legacy_key GROUP BY 1 ORDER BY 1`,
  )

/** Counts webhooks by the id of the key that sealed their signing secrets. */
export const countWebhooks = (database: Database) =>
  database.sql<{ key: string; count: number }>(
    `SELECT ${keyOf('sealed_secret')} AS key, count(*)::int AS count FROM webhook GROUP BY 1 ORDER BY 1`,
  )

/** Counts keys of people by the id of the key that sealed them. */
export const countPersonKeys = (database: Database) =>
  database.sql<{ key: string; count: number }>(
    `SELECT ${keyOf('sealed')} AS key, count(*)::int AS count FROM person_key WHERE sealed IS NOT NULL GROUP BY 1 ORDER BY 1`,
  )

/** Counts people's second factors by better-auth's number of the key: `$ba$<number>$<ciphertext>`. */
export const countSecondFactors = (database: Database) =>
  database.sql<{ version: string; count: number }>(
    `SELECT split_part(value, '$', 3) AS version, count(DISTINCT user_id)::int AS count
       FROM two_factor CROSS JOIN LATERAL (VALUES (secret), (backup_codes)) AS sealed(value) GROUP BY 1 ORDER BY 1`,
  )
