import type { Prisma, WebhookDelivery } from '@keyward/prisma/generated/prisma/client'

/** State of a message. */
export type DeliveryStatus = 'PENDING' | 'DELIVERED' | 'FAILED'

/** The state of a message, derived from its times. */
export function statusOf({
  deliveredAt,
  givenUpAt,
}: Pick<WebhookDelivery, 'deliveredAt' | 'givenUpAt'>): DeliveryStatus {
  if (deliveredAt) return 'DELIVERED'
  return givenUpAt ? 'FAILED' : 'PENDING'
}

/** WHERE condition for the messages in each state. */
export const WITH_STATUS: Record<DeliveryStatus, Prisma.WebhookDeliveryWhereInput> = {
  PENDING: { deliveredAt: null, givenUpAt: null },
  DELIVERED: { deliveredAt: { not: null } },
  FAILED: { deliveredAt: null, givenUpAt: { not: null } },
}
