import type { Invitation } from '@keyward/prisma/generated/prisma/client'

/** The status of an invitation at a time. */
export const statusOf = (
  invitation: Pick<Invitation, 'acceptedAt' | 'cancelledAt' | 'expiresAt'>,
  now: Date,
): 'ACCEPTED' | 'CANCELLED' | 'EXPIRED' | 'OPEN' =>
  invitation.acceptedAt
    ? 'ACCEPTED'
    : invitation.cancelledAt
      ? 'CANCELLED'
      : invitation.expiresAt <= now
        ? 'EXPIRED'
        : 'OPEN'
