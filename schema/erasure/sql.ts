import type { Database, Transaction } from '@keyward/prisma/database'
import { ERASED } from '../write/audit/sealed-text.ts'

/** A person or address in an organization's audit log. An imported log can contain the id from another instance. */
export interface Named {
  organizationId: string
  subjectId: string
}

const columnsOf = (named: readonly Named[]): [string[], string[]] => [
  named.map(({ organizationId }) => organizationId),
  named.map(({ subjectId }) => subjectId),
]

/**
 * Finds where a person is named, and by which id: in organizations in which they have a role, and in audit logs. An id
 * in an imported audit log belongs to a person only if the import assigned it to them.
 */
export async function findNamed(tx: Transaction, userId: string): Promise<Named[]> {
  const rows = await tx.$queryRaw<{ organization_id: string; subject_id: string }[]>`
    SELECT organization_id, subject_id FROM person_key WHERE user_id = ${userId}::uuid
     UNION SELECT organization_id, ${userId}::uuid FROM member WHERE user_id = ${userId}::uuid
     UNION SELECT organization_id, ${userId}::uuid FROM collaborator WHERE user_id = ${userId}::uuid
     UNION SELECT organization_id, ${userId}::uuid FROM api_key WHERE created_by_user_id = ${userId}::uuid
     UNION SELECT h.organization_id, ${userId}::uuid FROM audit_head h
            WHERE (EXISTS (SELECT FROM audit_event e WHERE e.organization_id = h.organization_id AND e.actor_id = ${userId}::uuid)
               OR EXISTS (SELECT FROM audit_event e WHERE e.organization_id = h.organization_id AND e.target_id = ${userId}::uuid))
              AND NOT EXISTS (SELECT FROM person_key k WHERE k.organization_id = h.organization_id
                                 AND k.subject_id = ${userId}::uuid AND k.user_id <> ${userId}::uuid)
     ORDER BY 1, 2`
  return rows.map((row) => ({ organizationId: row.organization_id, subjectId: row.subject_id }))
}

/** Types of audit targets whose name is the name of the person who holds them. */
const HOLDING = ['Member', 'Collaborator', 'OwnershipOffer']

/**
 * Finds the ids of the objects that a person created, in the audit log. The rows themselves contain only the creator's
 * name.
 */
const MADE = `SELECT target_id FROM audit_event
   WHERE (organization_id, actor_id) IN (SELECT * FROM unnest($2::uuid[], $3::uuid[])) AND action = ANY($4::text[])`

/** Replaces the name of a person in the rows that they created. */
export async function renameCreator(
  tx: Transaction,
  userId: string,
  named: readonly Named[],
  name: string,
): Promise<void> {
  const rename = (table: string, where: string, actions: string[], ...more: string[]) =>
    tx.$executeRawUnsafe(
      `UPDATE ${table} SET created_by_name = $1 WHERE ${where}`,
      name,
      ...columnsOf(named),
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

/** Destroys the keys of subjects in audit logs. */
export function destroyKeys(tx: Transaction, named: readonly Named[], at: Date) {
  const [organizationIds, subjectIds] = columnsOf(named)
  return tx.$executeRaw`
    UPDATE person_key k SET sealed = NULL, erased_at = coalesce(k.erased_at, ${at})
      FROM unnest(${organizationIds}::uuid[], ${subjectIds}::uuid[]) AS named (organization_id, subject_id)
     WHERE k.organization_id = named.organization_id AND k.subject_id = named.subject_id`
}

/** Finds pending verifications that contain a text in any field. */
export const findVerificationsWith = (tx: Transaction, text: string) =>
  tx.$queryRaw<{ id: string; identifier: string; value: string }[]>`
    SELECT id, identifier, value FROM verification
     WHERE position(${text} IN lower(value)) > 0 OR position(${text} IN lower(identifier)) > 0`

/**
 * Replaces the name of a person in messages to webhooks. Messages written before names were sealed have it in plain text.
 * Such messages name people only as the actor or the target.
 * @param id As messages have it: `usr_…`.
 */
export const eraseMessages = (tx: Transaction, organizationIds: readonly string[], id: string) =>
  tx.$executeRaw`
    WITH naming AS (
      SELECT d.id, d.payload->'data' AS data,
             coalesce(d.payload->'data'->'actor'->>'id' = ${id}, false) AS as_actor,
             coalesce(d.payload->'data'->'target'->>'id' = ${id}, false) AS as_target
        FROM webhook w JOIN webhook_delivery d ON d.webhook_id = w.id
       WHERE w.organization_id = ANY(${organizationIds}::uuid[])),
    erased (name) AS (VALUES (jsonb_build_object('name', ${ERASED}::text)))
    UPDATE webhook_delivery d SET payload = jsonb_set(d.payload, '{data}', n.data
        || CASE WHEN as_actor THEN jsonb_build_object('actor', n.data->'actor' || erased.name) ELSE '{}' END
        || CASE WHEN as_target THEN jsonb_build_object('target', n.data->'target' || erased.name) ELSE '{}' END)
      FROM naming n, erased WHERE d.id = n.id AND (as_actor OR as_target)`

/** Counts events that an older version wrote with the plain name or address of the person. */
export async function countPlainEvents(database: Database, named: readonly Named[]): Promise<number> {
  const [row] = await database.sql<{ events: number }>(
    `SELECT count(*)::int AS events FROM audit_event e
      WHERE organization_id = ANY($1::uuid[]) AND EXISTS (
        SELECT FROM unnest($1::uuid[], $2::uuid[]) AS named (organization_id, subject_id)
         WHERE named.organization_id = e.organization_id
           AND ((actor_id = subject_id AND actor_name NOT LIKE 'sealed:%' AND actor_name <> $4)
             OR ((target_id = subject_id OR (target_type = ANY($3) AND details->>'userId' = subject_id::text))
                 AND target_name NOT LIKE 'sealed:%' AND target_name <> $4)
             OR (details->>'ownerBeforeName' NOT LIKE 'sealed:%' AND details->>'ownerBeforeName' <> $4
                 AND details->>'ownerBefore' IN (
                   SELECT m.target_id::text FROM audit_event m WHERE m.organization_id = e.organization_id
                      AND m.target_type = 'Member' AND m.details->>'userId' = subject_id::text))))`,
    [...columnsOf(named), HOLDING, ERASED],
  )
  return row?.events ?? 0
}
