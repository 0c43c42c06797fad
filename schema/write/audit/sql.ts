import type { Database, Transaction } from '@keyward/prisma/database'
import type { Place } from './personal.ts'

/** A key of a person. `sealed` is null once it is destroyed. */
export interface PersonKeyRow {
  id: string
  organization_id: string
  subject_id: string
  sealed: Uint8Array | null
}

/** Finds the keys of subjects in organizations, newest first. */
export const findPersonKeys = (tx: Transaction, places: readonly Place[]) =>
  tx.$queryRaw<PersonKeyRow[]>`
    SELECT k.id, k.organization_id, k.subject_id, k.sealed
      FROM unnest(${places.map(({ organizationId }) => organizationId)}::uuid[],
                  ${places.map(({ subject }) => subject.id)}::uuid[]) AS place (organization_id, subject_id)
      JOIN person_key k USING (organization_id, subject_id) ORDER BY k.id DESC`

/** Locks subjects, in one order, against new keys and erasures until the transaction ends. */
export const lockSubjects = (tx: Transaction, ids: readonly string[]) =>
  tx.$queryRaw`
    SELECT pg_advisory_xact_lock(hashtextextended('person key ' || id, 0))::text FROM
      (SELECT DISTINCT id FROM unnest(${[...ids]}::text[]) AS subject (id) ORDER BY id) AS ordered`

/** Reads keys of people by their ids. */
export const readPersonKeys = (database: Database, ids: readonly string[]) =>
  database.sql<PersonKeyRow>(
    'SELECT id, organization_id, subject_id, sealed FROM person_key WHERE id = ANY($1::uuid[])',
    [ids],
  )
