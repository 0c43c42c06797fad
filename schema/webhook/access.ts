import type { Prisma, Webhook, WebhookDelivery } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import type { Target } from '../core/policy.ts'

/** WHERE condition for the webhooks that an actor may see. */
export const visibleWebhooks = (access: Access): Prisma.WebhookWhereInput => ({
  organizationId: { in: access.reach('webhook:list').organizationIds },
})

export const targetOf = ({ organizationId }: { organizationId: string }): Target => ({ organizationId })

/** WHERE condition for the messages that an actor may see: those to a webhook that they may see. */
export const visibleDeliveries = (access: Access): Prisma.WebhookDeliveryWhereInput => ({
  webhook: visibleWebhooks(access),
})

/** Finds a webhook that the caller may see, or throws NotFoundError. */
export async function findWebhook(caller: Caller, id: string): Promise<Webhook> {
  const { access, runtime } = caller
  const uuid = decodeId('Webhook', id)
  if (!uuid) throw new NotFoundError('webhook')
  const row = await runtime.database.prisma.webhook.findFirst({
    where: { AND: [{ id: uuid }, visibleWebhooks(access)] },
  })
  return access.found(row, 'webhook')
}

/** Finds a message that the caller may see, or throws NotFoundError. */
export async function findDelivery(
  { access, runtime }: Caller,
  id: string,
): Promise<Pick<WebhookDelivery, 'id' | 'event'> & { webhook: Pick<Webhook, 'id' | 'organizationId'> }> {
  const uuid = decodeId('WebhookDelivery', id)
  if (!uuid) throw new NotFoundError('webhook delivery')
  const row = await runtime.database.prisma.webhookDelivery.findFirst({
    where: { AND: [{ id: uuid }, visibleDeliveries(access)] },
    select: { id: true, event: true, webhook: { select: { id: true, organizationId: true } } },
  })
  return access.found(row, 'webhook delivery')
}
