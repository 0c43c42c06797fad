import type { Member, Prisma } from '@keyward/prisma/generated/prisma/client'
import type { UnitOfWork } from '../write/unit-of-work.ts'

/** Why an offer of ownership ends automatically. */
type Reason = 'replaced' | 'memberRemoved'

/** Cancels open offers of ownership, each with its audit event. */
export async function endOffers(
  unit: UnitOfWork,
  organizationId: string,
  which: Prisma.OwnershipOfferWhereInput,
  reason: Reason,
): Promise<void> {
  const ended = await unit.tx.ownershipOffer.updateManyAndReturn({
    where: { AND: [{ organizationId, acceptedAt: null, cancelledAt: null }, which] },
    data: { cancelledAt: unit.now },
  })
  for (const { id, expiresAt, memberId } of ended) {
    // An expired offer has already ended: no event.
    if (expiresAt <= unit.now) continue
    unit.audit({
      organizationId,
      action: 'ownership.offerCancelled',
      targetType: 'OwnershipOffer',
      targetId: id,
      details: { reason, memberId },
    })
  }
}

/** Ends the offer to a member who is about to be removed. */
export const endOffersTo = (unit: UnitOfWork, { id, organizationId }: Member): Promise<void> =>
  endOffers(unit, organizationId, { memberId: id }, 'memberRemoved')
