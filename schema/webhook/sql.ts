import type { Database, Transaction } from '@keyward/prisma/database'
import type { Claim } from './claim.ts'
import type { Message } from './message.ts'

/** Locks a webhook against other changes to it. */
export const lockWebhookRow = (tx: Transaction, id: string) =>
  tx.$queryRaw`SELECT id FROM webhook WHERE id = ${id}::uuid FOR UPDATE`

/** Finds the enabled webhooks of organizations, and locks them against removal until their messages are written. */
export const keepWebhooks = (tx: Transaction, organizationIds: string[]) =>
  tx.$queryRaw<{ id: string; organization_id: string; events: string[] }[]>`
    SELECT id, organization_id, events FROM webhook
     WHERE organization_id = ANY(${organizationIds}::uuid[]) AND enabled ORDER BY id FOR KEY SHARE`

/** Inserts deliveries. Each refers to its message by index. `traceparent` is the trace of their change. */
export const insertDeliveries = (
  tx: Transaction,
  deliveries: { id: string; webhook: string; message: number }[],
  messages: object[],
  { at, traceparent }: { at: Date; traceparent: string | null },
) =>
  tx.$executeRaw`
    INSERT INTO webhook_delivery (id, webhook_id, event, payload, created_at, next_attempt_at, traceparent)
    SELECT r.id, r.webhook, m.body->>'type', m.body, ${at}, ${at}, ${traceparent}
      FROM jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) AS r(id uuid, webhook uuid, message int)
      JOIN jsonb_array_elements(${JSON.stringify(messages)}::jsonb) WITH ORDINALITY AS m(body, place) ON m.place = r.message + 1`

/** Claims due messages for one attempt each, until the claim lapses. Skips busy organizations and claimed messages. */
export const claimDeliveries = (
  database: Database,
  { now, busy, count, until }: { now: Date; busy: string[]; count: number; until: Date },
) =>
  database.sql<Claim>(
    `WITH due AS (
       SELECT d.id FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
        WHERE d.next_attempt_at <= $1 AND w.organization_id <> ALL($2::uuid[])
        ORDER BY d.next_attempt_at LIMIT $3 FOR UPDATE OF d SKIP LOCKED)
     UPDATE webhook_delivery d SET attempts = d.attempts + 1, next_attempt_at = $4
       FROM due, webhook w WHERE d.id = due.id AND w.id = d.webhook_id
     RETURNING d.id, d.webhook_id, d.event, d.payload, d.attempts, d.attempts_before, d.traceparent, w.organization_id, w.url, w.sealed_secret, w.enabled`,
    [now, busy, count, until],
  )

/** Marks a message delivered, unless it was sent again in the meantime, and records the success at its webhook. */
export async function markDelivered(database: Database, claim: Claim, at: Date, status: number): Promise<void> {
  await database.sql(
    `UPDATE webhook_delivery SET delivered_at = $4, given_up_at = NULL, next_attempt_at = NULL, last_status = $5, last_error = NULL
      WHERE id = $1 AND attempts = $2 AND attempts_before = $3`,
    [claim.id, claim.attempts, claim.attempts_before, at, status],
  )
  await database.sql('UPDATE webhook SET last_success_at = greatest(last_success_at, $2) WHERE id = $1', [
    claim.webhook_id,
    at,
  ])
}

/**
 * Schedules the next attempt of a failed message, unless the message was marked as failed or sent again in the
 * meantime.
 */
export const scheduleRetry = (
  database: Database,
  claim: Claim,
  { at, status, error }: { at: Date; status: number | null; error: string },
) =>
  database.sql(
    `UPDATE webhook_delivery SET next_attempt_at = $4, last_status = $5, last_error = $6
      WHERE id = $1 AND attempts = $2 AND attempts_before = $3 AND given_up_at IS NULL`,
    [claim.id, claim.attempts, claim.attempts_before, at, status, error],
  )

/** Makes a message due now, whatever its state, with a new schedule of attempts. */
export const resendDelivery = (tx: Transaction, id: string, at: Date) =>
  tx.$executeRaw`
    UPDATE webhook_delivery SET next_attempt_at = ${at}, delivered_at = NULL, given_up_at = NULL, attempts_before = attempts
     WHERE id = ${id}::uuid`

/**
 * Makes the oldest failed messages of a webhook due now, each with a new schedule of attempts. Returns their number, and
 * whether there are more.
 */
export async function resendFailed(
  tx: Transaction,
  { webhookId, since, at, limit }: { webhookId: string; since: Date; at: Date; limit: number },
): Promise<{ count: number; more: boolean }> {
  const [row] = await tx.$queryRaw<{ count: number; more: boolean }[]>`
    WITH failed AS (
      SELECT id FROM webhook_delivery
       WHERE webhook_id = ${webhookId}::uuid AND given_up_at IS NOT NULL AND created_at >= ${since}
       ORDER BY id LIMIT ${limit + 1}),
    resent AS (
      UPDATE webhook_delivery SET next_attempt_at = ${at}, given_up_at = NULL, attempts_before = attempts
       WHERE id IN (SELECT id FROM failed ORDER BY id LIMIT ${limit}) RETURNING id)
    SELECT (SELECT count(*) FROM resent)::int AS count, (SELECT count(*) FROM failed) > ${limit} AS more`
  return row ?? { count: 0, more: false }
}

/** Reads the body of a message, with sealed names. Undefined if it was deleted. */
export async function readMessage(database: Database, id: string): Promise<Message | undefined> {
  const [row] = await database.sql<{ payload: Message }>('SELECT payload FROM webhook_delivery WHERE id = $1', [id])
  return row?.payload
}

/** Records a failure at a webhook. */
export const noteFailure = (database: Database, webhookId: string, at: Date, reason: string) =>
  database.sql('UPDATE webhook SET last_failure_at = $2, last_failure = $3 WHERE id = $1', [webhookId, at, reason])

/** Deletes a batch of the oldest deliveries before a time, except those that were sent again. Returns their number. */
export async function deleteDeliveries(database: Database, before: Date, batch: number): Promise<number> {
  const deleted = await database.sql(
    `DELETE FROM webhook_delivery WHERE id IN
       (SELECT id FROM webhook_delivery WHERE created_at < $1 AND next_attempt_at IS NULL ORDER BY created_at LIMIT ${batch}) RETURNING id`,
    [before],
  )
  return deleted.length
}

/** A webhook fails once this many attempts of one of its messages have failed: the last about five minutes after the first. */
const FAILING_ATTEMPTS = 3

/**
 * Counts the messages that wait for an attempt, finds the earliest due time, and counts the webhooks that fail: the last
 * attempt failed, and a message of several failed attempts still waits.
 */
export async function readQueueFigures(
  database: Database,
): Promise<{ pending: number; firstDue: Date | null; failing: number }> {
  const [row] = await database.sql<{ pending: number; first_due: Date | null; failing: number }>(
    `SELECT count(*)::int AS pending, min(next_attempt_at) AS first_due,
            (SELECT count(*)::int FROM webhook w
              WHERE w.enabled AND w.last_failure_at > coalesce(w.last_success_at, '-infinity')
                AND EXISTS (SELECT 1 FROM webhook_delivery d
                             WHERE d.webhook_id = w.id AND d.delivered_at IS NULL AND d.given_up_at IS NULL
                               AND d.last_error IS NOT NULL AND d.attempts - d.attempts_before >= ${FAILING_ATTEMPTS})) AS failing
       FROM webhook_delivery WHERE next_attempt_at IS NOT NULL`,
  )
  return { pending: row?.pending ?? 0, firstDue: row?.first_due ?? null, failing: row?.failing ?? 0 }
}
