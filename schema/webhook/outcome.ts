import type { Database } from '@keyward/prisma/database'
import { raiseNotices } from '../notice/raise.ts'
import { actAsSystem, type UnitOfWork } from '../write/unit-of-work.ts'
import type { Claim } from './claim.ts'
import { messageId } from './message.ts'

/** WHERE condition for a message that, since this claim, no other attempt has claimed and nobody has sent again. */
const claimed = ({ id, attempts, attempts_before: attemptsBefore }: Claim) => ({ id, attempts, attemptsBefore })

/**
 * Marks a message as failed. Audited, unless its webhook was disabled in the meantime, because that is itself audited.
 */
export const giveUp = (database: Database, claim: Claim, status: number | null, reason: string): Promise<void> =>
  actAsSystem({ database }, async (unit) => {
    const { count } = await unit.tx.webhookDelivery.updateMany({
      where: { ...claimed(claim), givenUpAt: null },
      data: { givenUpAt: unit.now, nextAttemptAt: null, lastStatus: status, lastError: reason },
    })
    if (count === 0 || !claim.enabled) return
    unit.audit({
      organizationId: claim.organization_id,
      action: 'webhook.deliveryGivenUp',
      targetType: 'Webhook',
      targetId: claim.webhook_id,
      targetName: new URL(claim.url).host,
      details: { event: claim.event, messageId: messageId(claim.id), attempts: claim.attempts, reason },
    })
    await noticeFailing(unit, claim, reason)
  })

/** Disables a webhook whose receiver responded with 410 Gone, and marks its pending messages as failed. */
export const disableGone = (database: Database, claim: Claim, reason: string): Promise<void> =>
  actAsSystem({ database }, async (unit) => {
    const { tx, now } = unit
    const { count } = await tx.webhook.updateMany({
      // If the URL was changed in the meantime, the 410 came from another receiver.
      where: { id: claim.webhook_id, enabled: true, url: claim.url },
      data: { enabled: false },
    })
    await tx.webhookDelivery.updateMany({
      where: claimed(claim),
      data: { givenUpAt: now, nextAttemptAt: null, lastStatus: 410, lastError: reason },
    })
    if (count === 0) return
    await tx.webhookDelivery.updateMany({
      where: { webhookId: claim.webhook_id, nextAttemptAt: { not: null } },
      data: { givenUpAt: now, nextAttemptAt: null, lastError: 'The webhook is disabled.' },
    })
    unit.audit({
      organizationId: claim.organization_id,
      action: 'webhook.disabled',
      targetType: 'Webhook',
      targetId: claim.webhook_id,
      targetName: new URL(claim.url).host,
      details: { reason },
    })
    await noticeFailing(unit, claim, reason)
  })

/**
 * Raises a notice about a failing webhook, at most once a day. Raises none for a message that is itself about another
 * failing webhook, because two failing webhooks would report each other endlessly.
 */
const noticeFailing = async (unit: UnitOfWork, claim: Claim, reason: string): Promise<void> => {
  if (claim.event === 'WEBHOOK_FAILING') return
  await raiseNotices(unit, [
    {
      organizationId: claim.organization_id,
      action: 'webhook.failing',
      targetType: 'Webhook',
      targetId: claim.webhook_id,
      targetName: new URL(claim.url).host,
      details: { event: claim.event, reason },
      about: unit.now.toISOString().slice(0, 10),
    },
  ])
}
