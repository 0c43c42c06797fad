import type { Member, Prisma } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { removeCollaborators } from '../collaborator/record.ts'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { cancelInvitationsOf, cancelInvitationsTo } from '../invitation/cancel.ts'
import { lockInvitationsTo } from '../invitation/sql.ts'
import { actOnKeysOfLeaver } from '../key-policy/creator-left.ts'
import { endOffersTo } from '../ownership/end.ts'
import { withSecondFactor } from '../second-factor/where.ts'
import { findKeptAccounts } from '../service-account/access.ts'
import { describeEnded, type EndedTokens, endSeenTokens, keepTokensOf } from '../service-account/seen-tokens.ts'
import { nameHolder } from '../user/holder.ts'
import { auditDenied } from '../write/audit/denied.ts'
import type { RemovalRule } from '../write/removed.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { lockMemberRow } from './sql.ts'

/** WHERE condition for the members visible to an actor. */
export const visibleMembers = (access: Access): Prisma.MemberWhereInput => ({
  organizationId: { in: access.reach('organization:listMembers').organizationIds },
})

/** WHERE condition for the members who have a second factor, or of those who have none. */
export const filterMembers = (hasSecondFactor: boolean | null | undefined): Prisma.MemberWhereInput =>
  hasSecondFactor == null ? {} : { user: withSecondFactor(hasSecondFactor) }

/** The roles that can be given. Only a transfer of ownership makes an Owner. */
export const grantableRole = z.enum(['ADMIN', 'MEMBER'], {
  error: 'Must be ADMIN or MEMBER. To make a member the Owner, offer them ownership.',
})

async function findMember(caller: Caller, id: string): Promise<Member> {
  const uuid = decodeId('Member', id)
  if (!uuid) throw new NotFoundError('member')
  const row = await caller.runtime.database.prisma.member.findFirst({
    where: { AND: [{ id: uuid }, visibleMembers(caller.access)] },
  })
  return caller.access.found(row, 'member')
}

/**
 * Locks a member whose role is removed or lowered. Before that, locks the open invitations that could restore the role.
 */
async function lockToTake(unit: UnitOfWork, { id, organizationId, userId }: Member): Promise<Member> {
  if (userId) await lockInvitationsTo(unit.tx, organizationId, userId)
  await lockMemberRow(unit.tx, id)
  const member = await unit.tx.member.findUnique({ where: { id } })
  if (!member) throw new NotFoundError('member')
  return member
}

const isSelf = (caller: Caller, member: Member): boolean => {
  const { actor } = caller.access
  return (
    (actor.kind === 'USER' && actor.id === member.userId) ||
    (actor.kind === 'SERVICE_ACCOUNT' && actor.id === member.serviceAccountId)
  )
}

function publish(unit: UnitOfWork, member: Member): void {
  unit.publish({
    organizationId: member.organizationId,
    projectId: null,
    kind: 'MEMBERSHIP_CHANGED',
    subjectId: member.userId ?? member.serviceAccountId ?? member.id,
  })
}

export const memberRoleSetInput = z.object({ id: z.string(), role: grantableRole, keepTokensOf })

/** Changes a member's role. The caller's own role must be at least as high as the old and the new role. */
export async function setMemberRole(caller: Caller, input: unknown): Promise<{ memberId: string } & EndedTokens> {
  const { id, role, keepTokensOf: kept } = parse(memberRoleSetInput, input)
  const found = await findMember(caller, id)
  const accounts = await findKeptAccounts(caller, kept)
  const { organizationId, id: memberId } = found
  return auditDenied(caller, organizationId, 'member:changeRole', () =>
    change(caller, [{ action: 'member:changeRole', target: { organizationId } }], async (unit) => {
      const member = await lockToTake(unit, found)
      if (member.role === 'OWNER') {
        throw new InvalidStateError('The Owner cannot be demoted. Transfer ownership first.', [
          'ownershipTransferOffer',
        ])
      }
      caller.access.requireCovers('member:changeRole', organizationId, member.role, role)
      if (member.role === role && accounts.length === 0) return { memberId, endedTokens: [], keptTokens: [] }
      await unit.tx.member.update({ where: { id: memberId }, data: { role } })
      if (role === 'MEMBER') {
        await cancelInvitationsOf(unit, organizationId, member, 'inviterDemoted')
        await cancelInvitationsTo(unit, organizationId, member, { role: 'ADMIN' })
      }
      const tokens = await endSeenTokens(unit, organizationId, member, 'memberDemoted', { caller, accounts })
      const { targetName, details } = await nameHolder(unit.tx, member)
      unit.audit({
        organizationId,
        action: 'member.roleSet',
        targetType: 'Member',
        targetId: memberId,
        targetName,
        details: { roleBefore: member.role, role, ...details, ...describeEnded(tokens) },
      })
      publish(unit, member)
      return { memberId, ...tokens }
    }),
  )
}

export const memberRemoveInput = z.object({ id: z.string(), keepTokensOf })

/** How removals of members are recorded, and who can remove. */
export const memberRemoval = {
  type: 'Member',
  event: 'member.removed',
  action: 'member:remove',
  byHolder: true,
} as const satisfies RemovalRule

/**
 * Removes a member. Members may also remove themselves. Their project roles in the organization are removed, too, so
 * that they do not become external collaborators by accident. Objects that they created are kept.
 */
export async function removeMember(caller: Caller, input: unknown): Promise<{ organizationId: string } & EndedTokens> {
  const { id, keepTokensOf: kept } = parse(memberRemoveInput, input)
  const found = await findMember(caller, id)
  const accounts = await findKeptAccounts(caller, kept)
  const { organizationId } = found
  const required = isSelf(caller, found) ? [] : [{ action: 'member:remove' as const, target: { organizationId } }]
  return auditDenied(caller, organizationId, 'member:remove', () =>
    change(caller, required, async (unit) => {
      if (found.serviceAccountId) {
        throw new InvalidStateError('This member is a service account. Remove the service account instead.', [
          'serviceAccountRemove',
        ])
      }
      const member = await lockToTake(unit, found)
      if (member.role === 'OWNER') {
        throw new InvalidStateError('The Owner can neither leave nor be removed. Transfer ownership first.', [
          'ownershipTransferOffer',
        ])
      }
      if (!isSelf(caller, member)) caller.access.requireCovers('member:remove', organizationId, member.role)
      const projectRolesRemoved = await removeCollaborators(unit, organizationId, member)
      await endOffersTo(unit, member)
      await unit.tx.member.delete({ where: { id: member.id } })
      await cancelInvitationsOf(unit, organizationId, member, 'inviterLeft')
      await cancelInvitationsTo(unit, organizationId, member, {})
      const tokens = await endSeenTokens(unit, organizationId, member, 'memberRemoved', { caller, accounts })
      await actOnKeysOfLeaver(unit, organizationId, member)
      const { targetName, details } = await nameHolder(unit.tx, member)
      unit.audit({
        organizationId,
        action: memberRemoval.event,
        targetType: 'Member',
        targetId: member.id,
        targetName,
        details: { role: member.role, projectRolesRemoved, ...details, ...describeEnded(tokens) },
      })
      publish(unit, member)
      return { organizationId, ...tokens }
    }),
  )
}
