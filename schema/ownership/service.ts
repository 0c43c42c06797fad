import type { Member, OwnershipOffer, Prisma } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, InvalidStateError, NotFoundError } from '../core/errors.ts'
import { decodeId, newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { visibleMembers } from '../member/service.ts'
import { findOrganization, visibleOrganizations } from '../organization/access.ts'
import { requireMayOwnMore } from '../organization/service.ts'
import { nameHolder } from '../user/holder.ts'
import type { Details } from '../write/audit/chain.ts'
import { auditDenied } from '../write/audit/denied.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'
import { endOffers } from './end.ts'

const VALID_MS = 7 * 24 * 3_600_000

/** Whether an offer still waits to be accepted. */
export const isOpen = (offer: OwnershipOffer, now: Date): boolean =>
  !offer.acceptedAt && !offer.cancelledAt && offer.expiresAt > now

/** The offers that an actor may see: those of organizations it owns, and those made to itself. */
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

const lockOrganization = (unit: ChangeUnit, organizationId: string) =>
  unit.tx.$queryRaw`SELECT id FROM organization WHERE id = ${organizationId}::uuid FOR NO KEY UPDATE`

/** The event is about an offer, and tells by its name to whom that was made. */
async function record(
  unit: ChangeUnit,
  offer: { id: string; organizationId: string },
  heir: Member,
  action: string,
  details: Details = {},
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

/** Offers the ownership of an organization to one of its people. A newer offer replaces an older one. */
export async function offerOwnership(caller: Caller, input: unknown): Promise<{ offerId: string }> {
  const parsed = parse(z.object({ organizationId: z.string(), memberId: z.string() }), input)
  const uuid = decodeId('Organization', parsed.organizationId)
  return auditDenied(caller, uuid, 'organization:transferOwnership', async () => {
    const { access, runtime } = caller
    const { id: organizationId } = await findOrganization(
      caller,
      parsed.organizationId,
      'organization:transferOwnership',
    )
    const memberId = decodeId('Member', parsed.memberId)
    const found = memberId
      ? await runtime.database.prisma.member.findFirst({
          where: { AND: [{ id: memberId, organizationId }, visibleMembers(access)] },
        })
      : null
    const member = access.found(found, 'member')
    if (member.role === 'OWNER') throw new InvalidStateError('This member owns the organization already.')
    if (!member.userId)
      throw new InvalidStateError('Ownership is for people. A service account cannot own an organization.')
    return change(caller, async (unit) => {
      await lockOrganization(unit, organizationId)
      await endOffers(unit, organizationId, {}, 'replaced')
      if (!(await unit.tx.member.findUnique({ where: { id: member.id } }))) throw new NotFoundError('member')
      const offer = await unit.tx.ownershipOffer.create({
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
    })
  })
}

const noOffer = (): InvalidStateError =>
  new InvalidStateError('There is no open offer of ownership that is for you to answer.')

/** The organization's open offer, locked, where the caller may see it. */
async function lockOffer(caller: Caller, unit: ChangeUnit, organizationId: string) {
  await lockOrganization(unit, organizationId)
  const offer = await unit.tx.ownershipOffer.findFirst({
    where: { AND: [{ organizationId, acceptedAt: null, cancelledAt: null }, visibleOffers(caller.access)] },
    include: { member: true },
  })
  if (!offer) throw noOffer()
  return offer
}

async function findVisibleOrganization(caller: Caller, id: string): Promise<string> {
  const uuid = decodeId('Organization', id)
  if (!uuid) throw new NotFoundError('organization')
  const row = await caller.runtime.database.prisma.organization.findFirst({
    where: { AND: [{ id: uuid }, visibleOrganizations(caller.access)] },
  })
  return caller.access.found(row, 'organization').id
}

/** Accepts the ownership that was offered to oneself. The Owner before becomes an ADMIN. */
export async function acceptOwnership(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { organizationId: publicId } = parse(z.object({ organizationId: z.string() }), input)
  const { actor } = caller.access
  const organizationId = await findVisibleOrganization(caller, publicId)
  if (actor.kind !== 'USER') throw new ForbiddenError('organization:acceptOwnership', ['OFFERED_MEMBER'])
  return change(caller, async (unit) => {
    const offer = await lockOffer(caller, unit, organizationId)
    if (offer.member.userId !== actor.id) throw new ForbiddenError('organization:acceptOwnership', ['OFFERED_MEMBER'])
    if (offer.expiresAt <= unit.now)
      throw new InvalidStateError('The offer of ownership has expired. Ask for a new one.')
    // Who is being removed at the same time is gone after this wait, and the offer with them.
    const heirs = await unit.tx.$queryRaw<object[]>`
      SELECT id FROM member WHERE id = ${offer.memberId}::uuid FOR UPDATE`
    if (heirs.length === 0) throw noOffer()
    await requireMayOwnMore(caller, unit, actor.id)
    // The old Owner steps down first: at no moment are there two.
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
      if (userId) unit.announce({ organizationId, projectId: null, kind: 'MEMBERSHIP_CHANGED', subjectId: userId })
    }
    return { organizationId }
  })
}

/** Takes an offer back, or declines one that was made to oneself. */
export async function cancelOwnershipOffer(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { organizationId: publicId } = parse(z.object({ organizationId: z.string() }), input)
  const organizationId = await findVisibleOrganization(caller, publicId)
  return change(caller, async (unit) => {
    const offer = await lockOffer(caller, unit, organizationId)
    await unit.tx.ownershipOffer.update({ where: { id: offer.id }, data: { cancelledAt: unit.now } })
    await record(unit, offer, offer.member, 'ownership.offerCancelled')
    return { organizationId }
  })
}
