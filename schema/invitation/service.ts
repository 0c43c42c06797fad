import { randomBytes } from 'node:crypto'
import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, LimitExceededError, NotFoundError } from '../core/errors.ts'
import { decodeId, newId } from '../core/ids.ts'
import { email, listOf, parse } from '../core/input.ts'
import type { ProjectRole } from '../core/policy.ts'
import { grantableRole } from '../member/service.ts'
import { findOrganization, targetOf as organizationTarget } from '../organization/access.ts'
import { lockOrganization } from '../organization/sql.ts'
import { findProject, targetOf } from '../project/access.ts'
import { requireLive } from '../project/service.ts'
import { addressOf } from '../write/audit/personal.ts'
import { changeOnce, idempotencyKey } from '../write/idempotency/once.ts'
import type { Requirement } from '../write/rights.ts'
import { change, makerOf, type UnitOfWork } from '../write/unit-of-work.ts'
import { cancelInvitations } from './cancel.ts'
import { describeInvitation, isMailable, sendInvitation } from './mail.ts'
import { hashToken } from './token.ts'

const VALID_MS = 7 * 24 * 3_600_000

/** A new invitation. Only the link contains the token. */
export interface Invited {
  invitationId: string
  acceptUrl: string
  /** Whether the server mails the link. */
  mailed: boolean
}

const invited = z.object({
  invitationId: z.string(),
  acceptUrl: z.string(),
  // Results stored by an older version do not contain this member.
  mailed: z.boolean().default(false),
}) satisfies z.ZodType<Invited>

/**
 * WHERE condition for the invitations that an actor may see: of its organizations, and external ones to projects it
 * administers.
 */
export function visibleInvitations(access: Access): Prisma.InvitationWhereInput {
  const organizations = access.reach('invitation:listOrganization')
  const projects = access.reach('invitation:listProject')
  return {
    OR: [
      { organizationId: { in: organizations.organizationIds } },
      { role: null, grants: { some: { projectId: { in: projects.projectIds } } } },
    ],
  }
}

interface NewInvitation {
  organizationId: string
  email: string
  role: 'ADMIN' | 'MEMBER' | null
  grants: { projectId: string; role: ProjectRole }[]
}

/**
 * Creates an invitation. Cancels an earlier open invitation of the same address to the same organization or project.
 */
async function createInvitation(caller: Caller, unit: UnitOfWork, fields: NewInvitation): Promise<Invited> {
  const { tx, now } = unit
  const { organizationId, grants, ...rest } = fields
  const projectIds = grants.map((grant) => grant.projectId)
  await lockOrganization(tx, organizationId)
  for (const project of await tx.project.findMany({ where: { id: { in: projectIds } } })) requireLive(project)
  const isOpen = { organizationId, acceptedAt: null, cancelledAt: null, expiresAt: { gt: now } }
  const sameThing = fields.role
    ? { role: { not: null } }
    : { role: null, grants: { every: { projectId: { in: projectIds } } } }
  await cancelInvitations(unit, organizationId, { email: fields.email, ...sameThing }, 'replaced')
  const limit = caller.runtime.limits.invitationsPerOrganization
  if ((await tx.invitation.count({ where: isOpen, take: limit })) >= limit) {
    throw new LimitExceededError(
      `An organization may have at most ${limit} open invitations. Cancel some first.`,
      limit,
      ['invitationCancel'],
    )
  }
  const mailed = await isMailable(caller, unit, fields)
  const token = randomBytes(32).toString('base64url')
  const maker = makerOf(caller.access.actor)
  const invitationId = newId()
  await tx.invitation.create({
    data: {
      ...rest,
      id: invitationId,
      organizationId,
      tokenHash: hashToken(token),
      invitedByUserId: maker.userId,
      invitedByServiceAccountId: maker.serviceAccountId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + VALID_MS),
      grants: { createMany: { data: grants } },
    },
  })
  unit.audit({
    organizationId,
    projectId: fields.role === null ? (grants[0]?.projectId ?? null) : null,
    action: 'invitation.created',
    targetType: 'Invitation',
    targetId: invitationId,
    targetName: addressOf({ id: invitationId, email: fields.email }),
    details: { role: fields.role, projects: grants.map((grant) => `${grant.projectId} ${grant.role}`) },
  })
  // The token is in the fragment. Browsers do not send the fragment, so the token reaches no log.
  return { invitationId, acceptUrl: `${caller.runtime.settings.publicUrl}/invitations/accept#token=${token}`, mailed }
}

export const memberInviteInput = z.object({
  organizationId: z.string(),
  email: email(),
  role: grantableRole,
  projects: listOf(
    z.object({ projectId: z.string(), role: z.enum(['ADMIN', 'MEMBER']) }),
    50,
    'May have at most 50 projects.',
  ).nullish(),
  idempotencyKey: idempotencyKey(),
})

/** Invites an e-mail address to become a member, optionally with project roles. */
export async function inviteMember(caller: Caller, input: unknown): Promise<Invited> {
  const { idempotencyKey: key, projects, ...fields } = parse(memberInviteInput, input)
  const organization = await findOrganization(caller, fields.organizationId)
  const required: Requirement[] = [
    { action: 'invitation:createOrganization', target: organizationTarget(organization) },
  ]
  const grants = new Map<string, ProjectRole>()
  for (const grant of projects ?? []) {
    const project = await findProject(caller, grant.projectId)
    if (project.organizationId !== organization.id) throw new NotFoundError('project')
    required.push({ action: 'collaborator:add', target: targetOf(project) })
    grants.set(project.id, grant.role)
  }
  return invite(
    caller,
    required,
    { operation: 'memberInvite', key, input: { ...fields, projects: projects ?? [] } },
    {
      organizationId: organization.id,
      email: fields.email,
      role: fields.role,
      grants: [...grants].map(([projectId, role]) => ({ projectId, role })),
    },
  )
}

/** Invites an e-mail address to one project only, as an external collaborator. */
export async function inviteCollaborator(
  caller: Caller,
  project: { id: string; organizationId: string },
  request: { email: string; role: ProjectRole; idempotencyKey: string | null | undefined },
): Promise<Invited> {
  const target = targetOf(project)
  const { idempotencyKey: key, ...fields } = request
  return invite(
    caller,
    [
      { action: 'collaborator:add', target },
      { action: 'invitation:createProject', target },
    ],
    { operation: 'collaboratorAdd', key, input: { projectId: project.id, ...fields } },
    {
      organizationId: project.organizationId,
      email: fields.email,
      role: null,
      grants: [{ projectId: project.id, role: fields.role }],
    },
  )
}

/** Creates an invitation and mails it. A repeated request returns the same invitation and sends no second mail. */
async function invite(
  caller: Caller,
  required: readonly Requirement[],
  request: { operation: string; key: string | null | undefined; input: object },
  fields: NewInvitation,
): Promise<Invited> {
  let send = (_committed: Invited) => {}
  const result = await changeOnce(caller, required, { ...request, result: invited }, async (unit) => {
    const created = await createInvitation(caller, unit, fields)
    const projectId = fields.role === null ? (fields.grants[0]?.projectId ?? null) : null
    const mail = created.mailed && (await describeInvitation(caller, unit, { ...fields, projectId }))
    send = ({ invitationId, acceptUrl }) => {
      // If this attempt was rolled back and its retry found a repeated request, another request created the invitation.
      if (mail && invitationId === created.invitationId) sendInvitation(caller, mail, acceptUrl)
    }
    return created
  })
  send(result)
  return result
}

export const invitationCancelInput = z.object({ id: z.string() })

/** Cancels an open invitation. Its link stops working. */
export async function cancelInvitation(caller: Caller, input: unknown): Promise<{ invitationId: string }> {
  const { id } = parse(invitationCancelInput, input)
  const { access, runtime } = caller
  const uuid = decodeId('Invitation', id)
  if (!uuid) throw new NotFoundError('invitation')
  const row = await runtime.database.prisma.invitation.findFirst({
    where: { AND: [{ id: uuid }, visibleInvitations(access)] },
    include: { grants: true },
  })
  const invitation = access.found(row, 'invitation')
  const { organizationId } = invitation
  const required = invitation.role
    ? [{ action: 'invitation:cancelOrganization' as const, target: { organizationId } }]
    : invitation.grants.map(({ projectId }) => ({
        action: 'invitation:cancelProject' as const,
        target: { organizationId, projectId },
      }))
  return change(caller, required, async (unit) => {
    const { count } = await unit.tx.invitation.updateMany({
      where: { id: uuid, acceptedAt: null, cancelledAt: null },
      data: { cancelledAt: unit.now },
    })
    if (count === 0) {
      const { acceptedAt } = await unit.tx.invitation.findUniqueOrThrow({ where: { id: uuid } })
      if (acceptedAt) {
        throw new InvalidStateError(
          'This invitation was already accepted. Remove the member or collaborator instead.',
          ['memberRemove', 'collaboratorRemove'],
        )
      }
      // It was cancelled before. Cancelling it again changes nothing.
      return { invitationId: uuid }
    }
    unit.audit({
      organizationId,
      projectId: invitation.role ? null : (invitation.grants[0]?.projectId ?? null),
      action: 'invitation.cancelled',
      targetType: 'Invitation',
      targetId: uuid,
      targetName: addressOf(invitation),
    })
    return { invitationId: uuid }
  })
}
