import type { Transaction } from '@keyward/prisma/database'
import { ERASED } from '../write/audit/sealed-text.ts'

/** Finds the ids by which audit events name a person: also those of other instances, from imported organizations. */
export async function findSubjects(tx: Transaction, userId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT ${userId}::uuid AS id UNION SELECT subject_id FROM person_key WHERE user_id = ${userId}::uuid`
  return rows.map(({ id }) => id)
}

/** Finds the organizations in which a person has a role, or is named by the audit log. */
export async function findOrganizationsNaming(
  tx: Transaction,
  userId: string,
  subjects: readonly string[],
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT organization_id AS id FROM person_key WHERE user_id = ${userId}::uuid
     UNION SELECT organization_id FROM member WHERE user_id = ${userId}::uuid
     UNION SELECT organization_id FROM collaborator WHERE user_id = ${userId}::uuid
     UNION SELECT organization_id FROM api_key WHERE created_by_user_id = ${userId}::uuid
     UNION SELECT h.organization_id FROM audit_head h
            WHERE EXISTS (SELECT FROM audit_event e WHERE e.organization_id = h.organization_id AND e.actor_id = ANY(${subjects}::uuid[]))
               OR EXISTS (SELECT FROM audit_event e WHERE e.organization_id = h.organization_id AND e.target_id = ANY(${subjects}::uuid[]))
     ORDER BY 1`
  return rows.map(({ id }) => id)
}

/** The types of targets that have the name of the person who holds them. */
const HOLDING = ['Member', 'Collaborator', 'OwnershipOffer']

interface Named {
  userId: string
  /** As audit events name the person. */
  subjects: readonly string[]
  organizationIds: readonly string[]
}

/** The ids of the objects that a person made, by the audit log. Rows name their creator only by name. */
const MADE = `SELECT target_id FROM audit_event
   WHERE organization_id = ANY($2::uuid[]) AND actor_id = ANY($3::uuid[]) AND action = ANY($4::text[])`

/** Replaces the name of a person in the rows of what they made. */
export async function renameCreator(
  tx: Transaction,
  { userId, subjects, organizationIds }: Named,
  name: string,
): Promise<void> {
  const rename = (table: string, where: string, actions: string[], ...more: string[]) =>
    tx.$executeRawUnsafe(
      `UPDATE ${table} SET created_by_name = $1 WHERE ${where}`,
      name,
      organizationIds,
      subjects,
      actions,
      ...more,
    )
  const created = `organization_id = ANY($2::uuid[]) AND id IN (${MADE})`
  await rename(
    'api_key',
    `created_by_user_id = $5::uuid OR (${created})`,
    ['apiKey.created', 'apiKey.imported'],
    userId,
  )
  await rename('webhook', created, ['webhook.created'])
  await rename('trust', created, ['trust.created'])
  await rename(
    'usage_adjustment',
    `(organization_id, adjustment_id) IN (${MADE.replace('target_id', "organization_id, details->>'adjustmentId'")})`,
    ['usage.adjusted'],
  )
}

/** Destroys the keys of subjects. */
export const destroyKeys = (tx: Transaction, subjects: readonly string[], at: Date) =>
  tx.$executeRaw`
    UPDATE person_key SET sealed = NULL, erased_at = coalesce(erased_at, ${at}) WHERE subject_id = ANY(${subjects}::uuid[])`

/** Deletes what was mailed to a person, or begun by one, and not completed. */
export const deleteVerifications = (tx: Transaction, texts: readonly string[]) =>
  tx.$executeRaw`
    DELETE FROM verification v USING unnest(${texts}::text[]) AS given (text)
     WHERE position(given.text IN lower(v.value)) > 0 OR position(given.text IN lower(v.identifier)) > 0`

/** Counts events that an older version wrote with the name of the person as it was. */
export async function countPlainEvents(
  tx: Transaction,
  subjects: readonly string[],
  organizationIds: readonly string[],
): Promise<number> {
  const [row] = await tx.$queryRaw<{ events: number }[]>`
    SELECT count(*)::int AS events FROM audit_event
     WHERE organization_id = ANY(${organizationIds}::uuid[])
       AND ((actor_id = ANY(${subjects}::uuid[]) AND actor_name NOT LIKE 'sealed:%' AND actor_name <> ${ERASED})
         OR ((target_id = ANY(${subjects}::uuid[]) OR (target_type = ANY(${HOLDING}) AND details->>'userId' = ANY(${subjects}::text[])))
             AND target_name NOT LIKE 'sealed:%' AND target_name <> ${ERASED}))`
  return row?.events ?? 0
}
