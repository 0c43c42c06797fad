import type { Transaction } from '@keyward/prisma/database'
import { newId } from '../core/ids.ts'
import { eventOf } from './events.ts'
import { messageOf } from './message.ts'

type By = Parameters<typeof messageOf>[2]
type Happened = Parameters<typeof messageOf>[3]

interface Listening {
  id: string
  organization_id: string
  events: string[]
}

/**
 * Writes the messages that webhooks get of a change, in its own transaction: they are sent when it commits, and only then.
 * One statement where nobody listens.
 */
export async function enqueueMessages(tx: Transaction, at: Date, by: By, entries: readonly Happened[]): Promise<void> {
  const told = entries.flatMap((entry) => {
    const event = eventOf(entry.action)
    return event ? [{ event, entry }] : []
  })
  if (told.length === 0) return
  const organizationIds = [...new Set(told.map(({ entry }) => entry.organizationId))].sort()
  // The lock keeps a webhook from being removed in between: its messages could not be written.
  const webhooks = await tx.$queryRaw<Listening[]>`
    SELECT id, organization_id, events FROM webhook
     WHERE organization_id = ANY(${organizationIds}::uuid[]) AND enabled ORDER BY id FOR KEY SHARE`
  if (webhooks.length === 0) return
  const rows = told.flatMap(({ event, entry }, message) =>
    webhooks
      .filter((webhook) => webhook.organization_id === entry.organizationId)
      .filter(({ events }) => events.length === 0 || events.includes(event))
      .map((webhook) => ({ id: newId(), webhook: webhook.id, message })),
  )
  if (rows.length === 0) return
  const messages = told.map(({ event, entry }) => messageOf(event, at, by, entry))
  await tx.$executeRaw`
    INSERT INTO webhook_delivery (id, webhook_id, event, payload, created_at, next_attempt_at)
    SELECT r.id, r.webhook, m.body->>'type', m.body, ${at}, ${at}
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id uuid, webhook uuid, message int)
      JOIN jsonb_array_elements(${JSON.stringify(messages)}::jsonb) WITH ORDINALITY AS m(body, place) ON m.place = r.message + 1`
}
