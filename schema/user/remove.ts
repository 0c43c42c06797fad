import type { Collaborator, Member, User } from '@keyward/prisma/generated/prisma/client'
import { recordCollaborator } from '../collaborator/record.ts'
import { InvalidStateError } from '../core/errors.ts'
import { encodeId } from '../core/ids.ts'
import { cancelInvitations } from '../invitation/cancel.ts'
import { pauseKeysOf } from '../key-policy/creator-left.ts'
import { endOffersTo } from '../ownership/end.ts'
import type { Runtime } from '../runtime.ts'
import { endSeenTokens } from '../service-account/seen-tokens.ts'
import { operate, type UnitOfWork } from '../write/unit-of-work.ts'
import { findOrganizationsOfTokens, lockMembershipsOf, lockUserByEmail } from './sql.ts'

/** A removed person, with counts of what was removed with them. */
export interface RemovedUser {
  name: string
  /** Organizations in which they were a member or a collaborator. */
  organizations: number
  sessions: number
  /** Tokens of service accounts, and of the playground, that they last saw. */
  tokensEnded: number
  /** Keys that they created and that key policies paused. */
  keysPaused: number
}

/**
 * Removes a person from the instance, for its operator: their memberships, project roles, sessions and open invitations.
 * Objects that they created stay, and their keys keep working unless a key policy pauses them. An Owner is rejected. Null if the address is unknown.
 */
export const removeUser = (runtime: Runtime, email: string): Promise<RemovedUser | null> =>
  operate(runtime, async (unit) => {
    const { tx } = unit
    const address = email.trim().toLowerCase()
    // Locked before anything is read: a simultaneous new membership or session waits, then fails.
    await lockUserByEmail(tx, address)
    const user = await tx.user.findUnique({ where: { email: address } })
    if (!user) return null
    await lockMembershipsOf(tx, user.id)
    const members = await tx.member.findMany({ where: { userId: user.id }, include: { organization: true } })
    const owned = members.filter((member) => member.role === 'OWNER').map(({ organization }) => organization)
    if (owned.length > 0) {
      const names = owned.map(({ id, name }) => `"${name}" (${encodeId('Organization', id)})`).join(', ')
      throw new InvalidStateError(
        `${address} owns ${names}. Transfer ownership first (ownershipTransferOffer, then ownershipTransferAccept).`,
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
      unit.publish({ organizationId, projectId: null, kind: 'MEMBERSHIP_CHANGED', subjectId: user.id })
    }
    const sessions = await tx.session.findMany({ where: { userId: user.id }, select: { id: true } })
    const withoutRoles = { userId: user.id }
    await tx.collaborator.deleteMany({ where: withoutRoles })
    await tx.member.deleteMany({ where: withoutRoles })
    let tokensEnded = 0
    for (const organizationId of await findOrganizationsOfTokens(tx, user.id)) {
      const holder = { userId: user.id, serviceAccountId: null }
      tokensEnded += (await endSeenTokens(unit, organizationId, holder, 'personRemoved')).endedTokens.length
    }
    let keysPaused = 0
    for (const organizationId of organizations) {
      keysPaused += await pauseKeysOf(unit, organizationId, { userId: user.id, serviceAccountId: null })
    }
    for (const { id } of sessions) {
      unit.publish({ organizationId: null, projectId: null, kind: 'SESSION_ENDED', subjectId: id })
    }
    // Deleting the row also deletes sessions and sign-in accounts.
    await tx.user.delete({ where: { id: user.id } })
    return { name: user.name, organizations: organizations.size, sessions: sessions.length, tokensEnded, keysPaused }
  })

function recordMember(unit: UnitOfWork, user: User, member: Member, collaborators: Collaborator[]): void {
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

/** Cancels the open invitations that a person sent or received, so that neither admits anybody later. */
async function cancelTheirs(unit: UnitOfWork, user: User): Promise<void> {
  const which = { OR: [{ invitedByUserId: user.id }, { email: user.email }] }
  const open = await unit.tx.invitation.findMany({
    where: { acceptedAt: null, cancelledAt: null, ...which },
    select: { organizationId: true },
    distinct: ['organizationId'],
    orderBy: { organizationId: 'asc' },
  })
  for (const { organizationId } of open) await cancelInvitations(unit, organizationId, which, 'personRemoved')
}
