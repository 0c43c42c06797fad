import type { Collaborator, Member, User } from '@keyward/prisma/generated/prisma/client'
import { recordCollaborator } from '../collaborator/record.ts'
import { InvalidStateError } from '../core/errors.ts'
import { encodeId } from '../core/ids.ts'
import { cancelInvitations } from '../invitation/cancel.ts'
import { endOffersTo } from '../ownership/end.ts'
import type { Runtime } from '../runtime.ts'
import { type ChangeUnit, operate } from '../write/unit-of-work.ts'

/** What went with a person. */
export interface RemovedUser {
  name: string
  /** The organizations that they were a member or a collaborator of. */
  organizations: number
  sessions: number
}

/**
 * Removes a person from the instance, as its operator: their memberships, project roles, sessions and open invitations.
 * What they made stays, and the keys they made keep working. Refused for whoever owns an organization. Null: nobody has
 * this address.
 */
export const removeUser = (runtime: Runtime, email: string): Promise<RemovedUser | null> =>
  operate(runtime, async (unit) => {
    const { tx } = unit
    const address = email.trim().toLowerCase()
    // Locked before anything is read: a membership or session that is being made waits, and then finds nobody.
    await tx.$queryRaw`SELECT id FROM "user" WHERE email = ${address} FOR UPDATE`
    const user = await tx.user.findUnique({ where: { email: address } })
    if (!user) return null
    await tx.$queryRaw`SELECT id FROM member WHERE user_id = ${user.id}::uuid ORDER BY id FOR UPDATE`
    const members = await tx.member.findMany({ where: { userId: user.id }, include: { organization: true } })
    const owned = members.filter((member) => member.role === 'OWNER').map(({ organization }) => organization)
    if (owned.length > 0) {
      const names = owned.map(({ id, name }) => `"${name}" (${encodeId('Organization', id)})`).join(', ')
      throw new InvalidStateError(
        `${address} owns ${names}. Its ownership has to be transferred first (ownershipTransferOffer, then ownershipTransferAccept).`,
      )
    }
    const collaborators = await tx.collaborator.findMany({ where: { userId: user.id }, orderBy: { id: 'asc' } })
    const named = { targetName: user.name, details: { userId: user.id } }
    for (const row of collaborators) {
      recordCollaborator(unit, row, named, 'collaborator.removed', { role: row.role, fromInstance: true })
    }
    for (const member of members) {
      await endOffersTo(unit, member)
      recordMember(unit, user, member, collaborators)
    }
    const ofMembers = new Set(members.map((member) => member.organizationId))
    await cancelTheirs(unit, user)
    const organizations = new Set([...ofMembers, ...collaborators.map((row) => row.organizationId)])
    for (const organizationId of organizations) {
      unit.announce({ organizationId, projectId: null, kind: 'MEMBERSHIP_CHANGED', subjectId: user.id })
    }
    const sessions = await tx.session.findMany({ where: { userId: user.id }, select: { id: true } })
    for (const { id } of sessions) {
      unit.announce({ organizationId: null, projectId: null, kind: 'SESSION_ENDED', subjectId: id })
    }
    // Memberships, project roles, sessions and sign-in go with the row.
    await tx.user.delete({ where: { id: user.id } })
    return { name: user.name, organizations: organizations.size, sessions: sessions.length }
  })

function recordMember(unit: ChangeUnit, user: User, member: Member, collaborators: Collaborator[]): void {
  const { id, organizationId, role } = member
  const projectRolesRemoved = collaborators.filter((row) => row.organizationId === organizationId).length
  unit.audit({
    organizationId,
    action: 'member.removed',
    targetType: 'Member',
    targetId: id,
    targetName: user.name,
    details: { role, projectRolesRemoved, userId: user.id, fromInstance: true },
  })
}

/** Cancels what they sent, so that nobody comes in by it, and what was sent to them, so that they do not come back. */
async function cancelTheirs(unit: ChangeUnit, user: User): Promise<void> {
  const which = { OR: [{ invitedByUserId: user.id }, { email: user.email }] }
  const open = await unit.tx.invitation.findMany({
    where: { acceptedAt: null, cancelledAt: null, ...which },
    select: { organizationId: true },
    distinct: ['organizationId'],
    orderBy: { organizationId: 'asc' },
  })
  for (const { organizationId } of open) await cancelInvitations(unit, organizationId, which, 'personRemoved')
}
