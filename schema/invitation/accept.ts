import type { Invitation, InvitationGrant } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { recordCollaborator } from '../collaborator/record.ts'
import { requireRoom } from '../collaborator/service.ts'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, InvalidStateError, NotFoundError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { lockMembership } from '../member/sql.ts'
import { requireLive } from '../project/service.ts'
import { lockProject } from '../project/sql.ts'
import { addressOf, nameOf } from '../write/audit/personal.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { lockInvitation } from './sql.ts'
import { hashToken } from './token.ts'

type Accepted = { organizationId: string; memberId: string | null; projectIds: string[] }

async function becomeMember(
  unit: UnitOfWork,
  organizationId: string,
  userId: string,
  role: 'ADMIN' | 'MEMBER',
): Promise<string> {
  await lockMembership(unit.tx, organizationId, userId)
  const member = await unit.tx.member.findUnique({ where: { organizationId_userId: { organizationId, userId } } })
  if (member) {
    // An invitation may raise a role, never lower it.
    if (member.role === 'MEMBER' && role === 'ADMIN') {
      await unit.tx.member.update({ where: { id: member.id }, data: { role } })
    }
    return member.id
  }
  const created = await unit.tx.member.create({
    data: { id: newId(), organizationId, userId, role, joinedAt: unit.now },
  })
  return created.id
}

/** Gives the project role of an invitation to a person; false if the project is archived. */
async function becomeCollaborator(
  caller: Caller,
  unit: UnitOfWork,
  invitation: Invitation,
  { projectId, role }: InvitationGrant,
  person: { id: string; name: string },
): Promise<boolean> {
  const { tx } = unit
  const { organizationId } = invitation
  await lockProject(tx, projectId)
  const project = await tx.project.findUniqueOrThrow({ where: { id: projectId } })
  // An invitation to the organization is accepted even if one of its projects is archived.
  if (invitation.role && project.archivedAt) return false
  requireLive(project)
  const named = { targetName: nameOf(person), details: { userId: person.id, invitationId: invitation.id } }
  const where = { projectId_userId: { projectId, userId: person.id } }
  const present = await tx.collaborator.findUnique({ where })
  if (present) {
    if (present.role === 'ADMIN' || role === 'MEMBER') return true
    const row = await tx.collaborator.update({ where, data: { role } })
    recordCollaborator(unit, row, named, 'collaborator.roleSet', { roleBefore: present.role, role })
    return true
  }
  await requireRoom(caller, unit, projectId)
  const row = await tx.collaborator.create({
    data: {
      id: newId(),
      organizationId,
      projectId,
      userId: person.id,
      role,
      addedAt: unit.now,
      addedByUserId: invitation.invitedByUserId,
      addedByServiceAccountId: invitation.invitedByServiceAccountId,
    },
  })
  recordCollaborator(unit, row, named, 'collaborator.added', { role })
  return true
}

export const invitationAcceptInput = z.object({ token: z.string() })

/** Accepts an invitation as the person to whom it was sent, once and within 7 days. */
export async function acceptInvitation(caller: Caller, input: unknown): Promise<Accepted> {
  const { token } = parse(invitationAcceptInput, input)
  const { actor } = caller.access
  if (actor.kind !== 'USER') throw new ForbiddenError('invitation:accept', ['USER'])
  return change(caller, [], async (unit) => {
    const { tx, now } = unit
    const tokenHash = hashToken(token)
    await lockInvitation(tx, tokenHash)
    const invitation = await tx.invitation.findUnique({ where: { tokenHash }, include: { grants: true } })
    if (!invitation) throw new NotFoundError('invitation')
    if (invitation.email !== actor.email) {
      throw new ForbiddenError(
        'invitation:accept',
        ['INVITED_PERSON'],
        'This invitation was sent to another e-mail address. Sign in with that address.',
      )
    }
    if (invitation.acceptedAt) throw new InvalidStateError('This invitation was already accepted.')
    if (invitation.cancelledAt) throw new InvalidStateError('This invitation was cancelled. Ask for a new one.')
    if (invitation.expiresAt <= now) throw new InvalidStateError('This invitation has expired. Ask for a new one.')
    const { organizationId, id, role } = invitation
    await tx.invitation.update({ where: { id }, data: { acceptedAt: now, acceptedByUserId: actor.id } })
    // The inviter gave the link to this person, which is accepted as a confirmation of their address.
    await tx.user.updateMany({ where: { id: actor.id, emailVerified: false }, data: { emailVerified: true } })
    const memberId =
      role === 'ADMIN' || role === 'MEMBER' ? await becomeMember(unit, organizationId, actor.id, role) : null
    const projectIds: string[] = []
    for (const grant of invitation.grants) {
      if (await becomeCollaborator(caller, unit, invitation, grant, actor)) projectIds.push(grant.projectId)
    }
    unit.audit({
      organizationId,
      projectId: role ? null : (invitation.grants[0]?.projectId ?? null),
      action: 'invitation.accepted',
      targetType: 'Invitation',
      targetId: id,
      targetName: addressOf(invitation),
      details: {
        role,
        memberId,
        userId: actor.id,
        projects: invitation.grants.map((grant) => `${grant.projectId} ${grant.role}`),
      },
    })
    unit.publish({ organizationId, projectId: null, kind: 'MEMBERSHIP_CHANGED', subjectId: actor.id })
    return { organizationId, memberId, projectIds }
  })
}
