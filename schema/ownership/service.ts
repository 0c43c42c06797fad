import type { Member, OwnershipOffer, Prisma } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, InvalidStateError } from '../core/errors.ts'
import { decodeId, newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { visibleMembers } from '../member/service.ts'
import { lockMemberRow } from '../member/sql.ts'
import { findOrganization, targetOf } from '../organization/access.ts'
import { requireMayOwnMore } from '../organization/service.ts'
import { lockOrganization } from '../organization/sql.ts'
import { nameHolder } from '../user/holder.ts'
import { auditDenied } from '../write/audit/denied.ts'
import type { GivenDetails } from '../write/audit/seal-people.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { endOffers } from './end.ts'

const VALID_MS = 7 * 24 * 3_600_000

/** Whether an offer can still be accepted. */
export const isOpen = (offer: OwnershipOffer, now: Date): boolean =>
  !offer.acceptedAt && !offer.cancelledAt && offer.expiresAt > now

/**
 * WHERE condition for the offers visible to an actor: those of the actor's own organizations, and those made to the
 * actor.
 */
export function visibleOffers(access: Access): Prisma.OwnershipOfferWhereInput {
  const { organizationIds } = access.reach('organization:transferOwnership')
  const { actor } = access
  return {
    OR: [
      { organizationId: { in: organizationIds } },
      ...(actor.kind === 'USER' ? [{ member: { userId: actor.id } }] : []),
    ],
  }
}

/** Audits an offer, with the name of the recipient. */
async function record(
  unit: UnitOfWork,
  offer: { id: string; organizationId: string },
  heir: Member,
  action: string,
  details: GivenDetails = {},
): Promise<void> {
  const { targetName, details: whose } = await nameHolder(unit.tx, heir)
  unit.audit({
    organizationId: offer.organizationId,
    action,
    targetType: 'OwnershipOffer',
    targetId: offer.id,
    targetName,
    details: { ...details, memberId: heir.id, ...whose },
  })
}

export const ownershipTransferOfferInput = z.object({ organizationId: z.string(), memberId: z.string() })

/** Offers the ownership of an organization to one of its members. A newer offer replaces an older one. */
export async function offerOwnership(caller: Caller, input: unknown): Promise<{ offerId: string }> {
  const parsed = parse(ownershipTransferOfferInput, input)
  const { access } = caller
  const organization = await findOrganization(caller, parsed.organizationId)
  const { id: organizationId } = organization
  const required = [{ action: 'organization:transferOwnership' as const, target: targetOf(organization) }]
  return auditDenied(caller, organizationId, 'organization:transferOwnership', () =>
    change(caller, required, async (unit) => {
      const { tx } = unit
      await lockOrganization(tx, organizationId)
      const memberId = decodeId('Member', parsed.memberId)
      const found = memberId
        ? await tx.member.findFirst({ where: { AND: [{ id: memberId, organizationId }, visibleMembers(access)] } })
        : null
      const member = access.found(found, 'member')
      if (member.role === 'OWNER') throw new InvalidStateError('This member already owns the organization.')
      if (!member.userId)
        throw new InvalidStateError('A service account cannot own an organization. Offer it to a person.')
      await endOffers(unit, organizationId, {}, 'replaced')
      const offer = await tx.ownershipOffer.create({
        data: {
          id: newId(),
          organizationId,
          memberId: member.id,
          createdAt: unit.now,
          expiresAt: new Date(unit.now.getTime() + VALID_MS),
        },
      })
      await record(unit, offer, member, 'ownership.offered')
      return { offerId: offer.id }
    }),
  )
}

const noOffer = (): InvalidStateError =>
  new InvalidStateError('You have no open offer of ownership for this organization.')

/** Finds and locks the organization's open offer, if it is visible to the caller. */
async function lockOffer(caller: Caller, { tx }: UnitOfWork, organizationId: string) {
  await lockOrganization(tx, organizationId)
  return tx.ownershipOffer.findFirst({
    where: { AND: [{ organizationId, acceptedAt: null, cancelledAt: null }, visibleOffers(caller.access)] },
    include: { member: true },
  })
}

/** Whether the newest offer visible to the caller was cancelled. */
async function wasCancelled(caller: Caller, { tx }: UnitOfWork, organizationId: string): Promise<boolean> {
  const newest = await tx.ownershipOffer.findFirst({
    where: { AND: [{ organizationId }, visibleOffers(caller.access)] },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  })
  return newest?.cancelledAt != null
}

export const ownershipTransferAcceptInput = z.object({ organizationId: z.string() })

/** Accepts ownership offered to the caller. The previous Owner becomes an ADMIN. */
export async function acceptOwnership(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { organizationId: publicId } = parse(ownershipTransferAcceptInput, input)
  const { actor } = caller.access
  const { id: organizationId } = await findOrganization(caller, publicId)
  if (actor.kind !== 'USER') throw new ForbiddenError('organization:acceptOwnership', ['OFFERED_MEMBER'])
  return change(caller, [], async (unit) => {
    const offer = await lockOffer(caller, unit, organizationId)
    if (!offer) throw noOffer()
    if (offer.member.userId !== actor.id) throw new ForbiddenError('organization:acceptOwnership', ['OFFERED_MEMBER'])
    if (offer.expiresAt <= unit.now)
      throw new InvalidStateError('The offer of ownership has expired. Ask for a new one.')
    // A simultaneous removal of the member also ends the offer.
    if (!(await lockMemberRow(unit.tx, offer.memberId))) throw noOffer()
    await requireMayOwnMore(caller, unit, actor.id)
    // The old Owner is demoted first, so that there are never two.
    const owner = await unit.tx.member.findFirstOrThrow({ where: { organizationId, role: 'OWNER' } })
    await unit.tx.member.update({ where: { id: owner.id }, data: { role: 'ADMIN' } })
    await unit.tx.member.update({ where: { id: offer.memberId }, data: { role: 'OWNER' } })
    await unit.tx.ownershipOffer.update({ where: { id: offer.id }, data: { acceptedAt: unit.now } })
    const before = await nameHolder(unit.tx, owner)
    await record(unit, offer, offer.member, 'ownership.accepted', {
      ownerBefore: owner.id,
      ownerBeforeName: before.targetName,
    })
    for (const userId of [owner.userId, actor.id]) {
      if (userId) unit.publish({ organizationId, projectId: null, kind: 'MEMBERSHIP_CHANGED', subjectId: userId })
    }
    return { organizationId }
  })
}

export const ownershipTransferCancelInput = z.object({ organizationId: z.string() })

/** Withdraws an offer, or declines one made to the caller. A repetition changes nothing. */
export async function cancelOwnershipOffer(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { organizationId: publicId } = parse(ownershipTransferCancelInput, input)
  const { id: organizationId } = await findOrganization(caller, publicId)
  return change(caller, [], async (unit) => {
    const offer = await lockOffer(caller, unit, organizationId)
    if (!offer) {
      if (await wasCancelled(caller, unit, organizationId)) return { organizationId }
      throw noOffer()
    }
    await unit.tx.ownershipOffer.update({ where: { id: offer.id }, data: { cancelledAt: unit.now } })
    await record(unit, offer, offer.member, 'ownership.offerCancelled')
    return { organizationId }
  })
}
