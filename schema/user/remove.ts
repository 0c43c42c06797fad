import type { Collaborator, Member, User } from '@keyward/prisma/generated/prisma/client'
import { recordCollaborator } from '../collaborator/record.ts'
import { InvalidStateError } from '../core/errors.ts'
import { encodeId } from '../core/ids.ts'
import { cancelInvitations } from '../invitation/cancel.ts'
import { actOnKeysOfLeaver } from '../key-policy/creator-left.ts'
import { endOffersTo } from '../ownership/end.ts'
import type { Runtime } from '../runtime.ts'
import { endSeenTokens } from '../service-account/seen-tokens.ts'
import { nameOf } from '../write/audit/personal.ts'
import { operate, type UnitOfWork } from '../write/unit-of-work.ts'
import { findOrganizationsOfTokens, lockMembershipsOf, lockUserByEmail } from './sql.ts'

/** Numbers of objects that ended with a person's account. */
export interface EndedRights {
  /** Organizations in which the person was a member or a collaborator. */
  organizations: number
  sessions: number
  /** Service-account and playground tokens that the person last saw. */
  tokensEnded: number
  /** Keys that the person created and that key policies paused. */
  keysPaused: number
}

/** A removed person, with the numbers of removed objects. */
export interface RemovedUser extends EndedRights {
  name: string
}

/**
 * Removes a person from the instance, on behalf of its operator: their memberships, project roles, sessions and open
 * invitations. Objects that they created are kept, and their keys keep working unless a key policy pauses them. Throws
 * for an Owner. Null if the address is unknown.
 */
export const removeUser = (runtime: Runtime, email: string): Promise<RemovedUser | null> =>
  operate(runtime, async (unit) => {
    const user = await lockToEnd(unit, { email: email.trim().toLowerCase() })
    if (!user) return null
    const ended = await endRights(unit, user)
    // Deleting the row also deletes sessions and sign-in accounts.
    await unit.tx.user.delete({ where: { id: user.id } })
    return { name: user.name, ...ended }
  })

/** Locks the person whose account ends, with their memberships. Throws for an Owner. Null if there is no account. */
export async function lockToEnd({ tx }: UnitOfWork, where: { email: string } | { id: string }): Promise<User | null> {
  const found = await tx.user.findUnique({ where, select: { email: true } })
  if (!found) return null
  // Locked before anything else is read. A simultaneous new membership or session waits, and then fails.
  await lockUserByEmail(tx, found.email)
  const user = await tx.user.findUnique({ where })
  if (!user) return null
  await lockMembershipsOf(tx, user.id)
  const owned = await tx.member.findMany({
    where: { userId: user.id, role: 'OWNER' },
    include: { organization: true },
    orderBy: { id: 'asc' },
  })
  if (owned.length > 0) {
    const names = owned
      .map(({ organization: { id, name } }) => `"${name}" (${encodeId('Organization', id)})`)
      .join(', ')
    throw new InvalidStateError(
      `${user.email} owns ${names}. Transfer ownership first (ownershipTransferOffer, then ownershipTransferAccept).`,
      ['ownershipTransferOffer', 'organizationDelete'],
    )
  }
  return user
}

/** Ends the memberships, project roles, tokens, sessions and open invitations of a locked person. */
export async function endRights(unit: UnitOfWork, user: User): Promise<EndedRights> {
  const { tx } = unit
  const members = await tx.member.findMany({ where: { userId: user.id } })
  const collaborators = await tx.collaborator.findMany({ where: { userId: user.id }, orderBy: { id: 'asc' } })
  const named = { targetName: nameOf(user), details: { userId: user.id } }
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
    keysPaused += await actOnKeysOfLeaver(unit, organizationId, { userId: user.id, serviceAccountId: null })
  }
  for (const { id } of sessions) {
    unit.publish({ organizationId: null, projectId: null, kind: 'SESSION_ENDED', subjectId: id })
  }
  return { organizations: organizations.size, sessions: sessions.length, tokensEnded, keysPaused }
}

function recordMember(unit: UnitOfWork, user: User, member: Member, collaborators: Collaborator[]): void {
  const { id, organizationId, role } = member
  const projectRolesRemoved = collaborators.filter((row) => row.organizationId === organizationId).length
  unit.audit({
    organizationId,
    action: 'member.removed',
    targetType: 'Member',
    targetId: id,
    targetName: nameOf(user),
    details: { role, projectRolesRemoved, userId: user.id, fromInstance: true },
  })
}

/** Cancels the open invitations that a person sent or received, so that none of them admits anybody later. */
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
