import type { Database } from '@keyward/prisma/database'
import { HAS_SECOND_FACTOR, SIGNS_IN_BY_PASSWORD } from '../core/sql.ts'

/**
 * Reads which people have a second factor. Null for people who sign in without a password, because they need none here.
 */
export const readSecondFactors = (database: Database, userIds: readonly string[]) =>
  database.sql<{ id: string; has: boolean | null }>(
    `SELECT u.id, CASE WHEN ${HAS_SECOND_FACTOR} THEN true WHEN ${SIGNS_IN_BY_PASSWORD} THEN false END AS has
       FROM "user" u WHERE u.id = ANY($1::uuid[])`,
    [userIds],
  )
