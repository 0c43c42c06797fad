import type { Invitation, InvitationGrant } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { recordCollaborator } from '../collaborator/record.ts'
import { requireRoom } from '../collaborator/service.ts'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, InvalidStateError, NotFoundError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { requireLive } from '../project/service.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'
import { hashToken } from './service.ts'

type Accepted = { organizationId: string; memberId: string | null; projectIds: string[] }

async function becomeMember(
  unit: ChangeUnit,
  organizationId: string,
  userId: string,
  role: 'ADMIN' | 'MEMBER',
): Promise<string> {
  await unit.tx.$queryRaw`
    SELECT id FROM member WHERE organization_id = ${organizationId}::uuid AND user_id = ${userId}::uuid FOR UPDATE`
  const member = await unit.tx.member.findUnique({ where: { organizationId_userId: { organizationId, userId } } })
  if (member) {
    // Being invited to more raises a role; an invitation never lowers one.
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

/** Gives a project role to whom an invitation names; answers whether the project still takes anybody. */
async function becomeCollaborator(
  caller: Caller,
  unit: ChangeUnit,
  invitation: Invitation,
  { projectId, role }: InvitationGrant,
  person: { id: string; name: string },
): Promise<boolean> {
  const { tx } = unit
  const { organizationId } = invitation
  await tx.$queryRaw`SELECT id FROM project WHERE id = ${projectId}::uuid FOR NO KEY UPDATE`
  const project = await tx.project.findUniqueOrThrow({ where: { id: projectId } })
  // Who was invited to the organization joins it nevertheless.
  if (invitation.role && project.archivedAt) return false
  requireLive(project)
  const named = { targetName: person.name, details: { userId: person.id, invitationId: invitation.id } }
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

/** Accepts an invitation, as the person it was sent to. It can be accepted once, within its 7 days. */
export async function acceptInvitation(caller: Caller, input: unknown): Promise<Accepted> {
  const { token } = parse(z.object({ token: z.string() }), input)
  const { actor } = caller.access
  if (actor.kind !== 'USER') throw new ForbiddenError('invitation:accept', ['USER'])
  return change(caller, async (unit) => {
    const { tx, now } = unit
    const tokenHash = hashToken(token)
    await tx.$queryRaw`SELECT id FROM invitation WHERE token_hash = ${tokenHash} FOR UPDATE`
    const invitation = await tx.invitation.findUnique({ where: { tokenHash }, include: { grants: true } })
    if (!invitation) throw new NotFoundError('invitation')
    if (invitation.email !== actor.email) {
      throw new ForbiddenError(
        'invitation:accept',
        ['INVITED_PERSON'],
        'This invitation is for another e-mail address. Sign in with the address that it was sent to.',
      )
    }
    if (invitation.acceptedAt) throw new InvalidStateError('This invitation was accepted already.')
    if (invitation.cancelledAt) throw new InvalidStateError('This invitation was cancelled. Ask for a new one.')
    if (invitation.expiresAt <= now) throw new InvalidStateError('This invitation has expired. Ask for a new one.')
    const { organizationId, id, role } = invitation
    await tx.invitation.update({ where: { id }, data: { acceptedAt: now, acceptedByUserId: actor.id } })
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
      targetName: invitation.email,
      details: {
        role,
        memberId,
        userId: actor.id,
        projects: invitation.grants.map((grant) => `${grant.projectId} ${grant.role}`),
      },
    })
    unit.announce({ organizationId, projectId: null, kind: 'MEMBERSHIP_CHANGED', subjectId: actor.id })
    return { organizationId, memberId, projectIds }
  })
}
