import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, NotFoundError } from '../core/errors.ts'
import { parse } from '../core/input.ts'
import { findDelivery } from './access.ts'
import { messageId } from './message.ts'
import { changeFound, changeWebhook, record } from './service.ts'
import { resendDelivery, resendFailed } from './sql.ts'

/** Maximum number of messages that one request sends again. */
export const MAX_RESENT = 1_000

function requireEnabled({ enabled }: { enabled: boolean }): void {
  if (!enabled) throw new InvalidStateError('This webhook is disabled. Enable it first.', ['webhookUpdate'])
}

export const webhookDeliveryResendInput = z.object({ id: z.string() })

/** Sends a message again, whatever its status, with the same id. The schedule of attempts restarts. */
export async function resendOne(caller: Caller, input: unknown): Promise<{ deliveryId: string }> {
  const { id } = parse(webhookDeliveryResendInput, input)
  const delivery = await findDelivery(caller, id)
  const answer = await changeFound(caller, delivery.webhook, 'webhook:update', async (unit, webhook) => {
    requireEnabled(webhook)
    const resent = await resendDelivery(unit.tx, delivery.id, unit.now)
    // Its retention may have ended in the meantime.
    if (resent === 0) throw new NotFoundError('webhook delivery')
    record(unit, webhook, 'webhook.deliveryResent', { event: delivery.event, messageId: messageId(delivery.id) })
    return { deliveryId: delivery.id }
  })
  caller.runtime.webhooks.wake()
  return answer
}

export const webhookDeliveriesResendInput = z.object({ webhookId: z.string(), since: z.date() })

/** Number of messages that were sent again. */
export interface Resent {
  webhookId: string
  count: number
  hasMore: boolean
}

/** Sends the failed messages of a webhook whose events occurred at or after a time again, oldest first. */
export async function resendAll(caller: Caller, input: unknown): Promise<Resent> {
  const { webhookId: id, since } = parse(webhookDeliveriesResendInput, input)
  const answer = await changeWebhook(caller, id, 'webhook:update', async (unit, webhook) => {
    requireEnabled(webhook)
    const { tx, now: at } = unit
    const { count, more: hasMore } = await resendFailed(tx, { webhookId: webhook.id, since, at, limit: MAX_RESENT })
    if (count > 0) record(unit, webhook, 'webhook.deliveriesResent', { since: since.toISOString(), count })
    return { webhookId: webhook.id, count, hasMore }
  })
  caller.runtime.webhooks.wake()
  return answer
}
