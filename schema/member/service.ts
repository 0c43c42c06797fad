import type { Member, Prisma } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { removeCollaborators } from '../collaborator/record.ts'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, InvalidStateError, NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { type Action, organizationRoleCovers, rolesFor } from '../core/policy.ts'
import { cancelInvitationsOf, cancelInvitationsTo } from '../invitation/cancel.ts'
import { endOffersTo } from '../ownership/end.ts'
import { nameHolder } from '../user/holder.ts'
import { auditDenied } from '../write/audit/denied.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'

/** The members that an actor may see, as the WHERE of a query. */
export const visibleMembers = (access: Access): Prisma.MemberWhereInput => ({
  organizationId: { in: access.reach('organization:listMembers').organizationIds },
})

/** Roles that can be given: nobody is made Owner but by the transfer of ownership. */
export const grantableRole = z.enum(['ADMIN', 'MEMBER'], {
  error: 'ADMIN or MEMBER. Ownership is offered with ownershipTransferOffer and accepted.',
})

async function findMember(caller: Caller, id: string): Promise<Member> {
  const uuid = decodeId('Member', id)
  if (!uuid) throw new NotFoundError('member')
  const row = await caller.runtime.database.prisma.member.findFirst({
    where: { AND: [{ id: uuid }, visibleMembers(caller.access)] },
  })
  return caller.access.found(row, 'member')
}

/** Locks a member and reads it again: it may have changed or gone while this waited. */
async function lockMember(unit: ChangeUnit, id: string): Promise<Member> {
  await unit.tx.$queryRaw`SELECT id FROM member WHERE id = ${id}::uuid FOR UPDATE`
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

function announce(unit: ChangeUnit, member: Member): void {
  unit.announce({
    organizationId: member.organizationId,
    projectId: null,
    kind: 'MEMBERSHIP_CHANGED',
    subjectId: member.userId ?? member.serviceAccountId ?? member.id,
  })
}

/** Changes a member's role. One's own role must be at least theirs and at least the one given. */
export async function setMemberRole(caller: Caller, input: unknown): Promise<{ memberId: string }> {
  const { id, role } = parse(z.object({ id: z.string(), role: grantableRole }), input)
  const { organizationId, id: memberId } = await findMember(caller, id)
  return auditDenied(caller, organizationId, 'member:changeRole', async () => {
    caller.access.require('member:changeRole', { organizationId })
    return change(caller, async (unit) => {
      const member = await lockMember(unit, memberId)
      if (member.role === 'OWNER') {
        throw new InvalidStateError('The Owner cannot be demoted. Ownership is transferred (ownershipTransferOffer).')
      }
      requireCovers(caller, member, 'member:changeRole', role)
      if (member.role === role) return { memberId }
      await unit.tx.member.update({ where: { id: memberId }, data: { role } })
      if (role === 'MEMBER') {
        await cancelInvitationsOf(unit, organizationId, member, 'inviterDemoted')
        await cancelInvitationsTo(unit, organizationId, member, { role: 'ADMIN' })
      }
      const { targetName, details } = await nameHolder(unit.tx, member)
      unit.audit({
        organizationId,
        action: 'member.roleSet',
        targetType: 'Member',
        targetId: memberId,
        targetName,
        details: { roleBefore: member.role, role, ...details },
      })
      announce(unit, member)
      return { memberId }
    })
  })
}

function requireCovers(caller: Caller, member: Member, action: Action, role: 'ADMIN' | 'MEMBER'): void {
  const own = caller.access.organizationRole(member.organizationId)
  if (!organizationRoleCovers(own, member.role) || !organizationRoleCovers(own, role)) {
    throw new ForbiddenError(action, rolesFor(action))
  }
}

/**
 * Removes a member, or lets oneself leave. Their project roles in the organization go too, so that nobody becomes
 * external by accident; what they made stays.
 */
export async function removeMember(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { id } = parse(z.object({ id: z.string() }), input)
  const found = await findMember(caller, id)
  const { organizationId } = found
  return auditDenied(caller, organizationId, 'member:remove', async () => {
    if (!isSelf(caller, found)) caller.access.require('member:remove', { organizationId })
    if (found.serviceAccountId) {
      throw new InvalidStateError('This member is a service account. Remove the account itself (serviceAccountRemove).')
    }
    return change(caller, async (unit) => {
      const member = await lockMember(unit, found.id)
      if (member.role === 'OWNER') {
        throw new InvalidStateError(
          'The Owner can neither leave nor be removed. Transfer ownership first (ownershipTransferOffer).',
        )
      }
      if (!isSelf(caller, member)) requireCovers(caller, member, 'member:remove', 'MEMBER')
      const projectRolesRemoved = await removeCollaborators(unit, organizationId, member)
      await endOffersTo(unit, member)
      await unit.tx.member.delete({ where: { id: member.id } })
      await cancelInvitationsOf(unit, organizationId, member, 'inviterLeft')
      await cancelInvitationsTo(unit, organizationId, member, {})
      const { targetName, details } = await nameHolder(unit.tx, member)
      unit.audit({
        organizationId,
        action: 'member.removed',
        targetType: 'Member',
        targetId: member.id,
        targetName,
        details: { role: member.role, projectRolesRemoved, ...details },
      })
      announce(unit, member)
      return { organizationId }
    })
  })
}
