import type { Transaction } from '@keyward/prisma/database'
import { newId } from '../core/ids.ts'
import type { SealedEntry } from '../write/audit/seal-people.ts'
import { eventOf } from './events.ts'
import { messageOf } from './message.ts'
import { insertDeliveries, keepWebhooks } from './sql.ts'

/**
 * Writes the webhook messages of a change in the transaction of the change, so that they are sent only if it commits.
 */
export async function enqueueMessages(
  tx: Transaction,
  entries: readonly SealedEntry[],
  { at, traceparent }: { at: Date; traceparent: string | null },
): Promise<void> {
  const due = entries.flatMap((entry) => {
    const event = eventOf(entry.action)
    return event ? [{ event, entry }] : []
  })
  if (due.length === 0) return
  const organizationIds = [...new Set(due.map(({ entry }) => entry.organizationId))].sort()
  const webhooks = await keepWebhooks(tx, organizationIds)
  if (webhooks.length === 0) return
  const rows = due.flatMap(({ event, entry }, message) =>
    webhooks
      .filter((webhook) => webhook.organization_id === entry.organizationId)
      .filter(({ events }) => events.length === 0 || events.includes(event))
      // A failing webhook cannot report its own failure.
      .filter(({ id }) => event !== 'WEBHOOK_FAILING' || id !== entry.targetId)
      .map((webhook) => ({ id: newId(), webhook: webhook.id, message })),
  )
  if (rows.length === 0) return
  const messages = due.map(({ event, entry }) => messageOf(event, at, entry))
  await insertDeliveries(tx, rows, messages, { at, traceparent })
}
