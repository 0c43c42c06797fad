import type { Database, Transaction } from '@keyward/prisma/database'
import type { Place } from './personal.ts'

/** A key of a person. `sealed` is null after the key was destroyed. */
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

/** Locks subjects, always in the same order, against new keys and erasures until the transaction ends. */
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

/** The audit event of a removal. */
export interface RemovalRow {
  organization_id: string
  project_id: string | null
  target_name: string | null
  /** The person or service account that held the removed role. */
  holder_id: string | null
}

/**
 * Reads the removals of an object, while its organization and project exist. The condition on `action` is that of the
 * index `audit_event_removals`.
 */
export const findRemovals = (database: Database, event: string, targetId: string) =>
  database.sql<RemovalRow>(
    `SELECT e.organization_id, e.project_id, e.target_name,
            coalesce(e.details->>'userId', e.details->>'serviceAccountId') AS holder_id
       FROM audit_event e JOIN organization o ON o.id = e.organization_id
       LEFT JOIN project p ON p.id = e.project_id AND p.deletes_at IS NULL
      WHERE e.target_id = $1 AND e.action = $2 AND e.action ~ '[.](removed|deleted|deletionRequested)$'
        AND (e.project_id IS NULL OR e.project_id = e.target_id OR p.id IS NOT NULL)`,
    [targetId, event],
  )

/** The last entry of an organization's audit log. */
interface AuditHead {
  sequence: bigint
  hash: Uint8Array<ArrayBuffer>
}

/** Reads and locks the head of an organization's audit log. Undefined if the organization does not exist. */
export async function lockAuditHead(tx: Transaction, organizationId: string): Promise<AuditHead | undefined> {
  const [head] = await tx.$queryRaw<AuditHead[]>`
    SELECT sequence, hash FROM audit_head WHERE organization_id = ${organizationId}::uuid FOR UPDATE`
  return head
}
