import { createHash, randomBytes } from 'node:crypto'
import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, LimitExceededError, NotFoundError } from '../core/errors.ts'
import { decodeId, newId } from '../core/ids.ts'
import { email, parse } from '../core/input.ts'
import type { ProjectRole } from '../core/policy.ts'
import { grantableRole } from '../member/service.ts'
import { findOrganization } from '../organization/access.ts'
import { findProject } from '../project/access.ts'
import { requireLive } from '../project/service.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import { type ChangeUnit, change, makerOf } from '../write/unit-of-work.ts'
import { cancelInvitations } from './cancel.ts'
import { sendInvitation } from './mail.ts'

const VALID_MS = 7 * 24 * 3_600_000

/** What inviting answers: the link carries the only copy of the token. */
export interface Invited {
  invitationId: string
  acceptUrl: string
}

const invited: z.ZodType<Invited> = z.object({ invitationId: z.string(), acceptUrl: z.string() })

/** The token's stored form. The token has 256 random bits, so a plain hash is enough. */
export const hashToken = (token: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(token).digest())

/** The invitations that an actor may see: to its organizations, and external ones to projects it administers. */
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

/** Writes an invitation. An earlier open one to the same address and for the same thing is cancelled by it. */
async function createInvitation(caller: Caller, unit: ChangeUnit, fields: NewInvitation): Promise<Invited> {
  const { tx, now } = unit
  const { organizationId, grants, ...rest } = fields
  await tx.$queryRaw`SELECT id FROM organization WHERE id = ${organizationId}::uuid FOR NO KEY UPDATE`
  const isOpen = { organizationId, acceptedAt: null, cancelledAt: null, expiresAt: { gt: now } }
  const projectIds = grants.map((grant) => grant.projectId)
  const sameThing = fields.role
    ? { role: { not: null } }
    : { role: null, grants: { every: { projectId: { in: projectIds } } } }
  await cancelInvitations(unit, organizationId, { email: fields.email, ...sameThing }, 'replaced')
  const limit = caller.runtime.limits.invitationsPerOrganization
  if ((await tx.invitation.count({ where: isOpen, take: limit })) >= limit) {
    throw new LimitExceededError(`An organization has at most ${limit} open invitations. Cancel some first.`, limit)
  }
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
    targetName: fields.email,
    details: { role: fields.role, projects: grants.map((grant) => `${grant.projectId} ${grant.role}`) },
  })
  // The token is in the fragment: browsers send it to nobody, so that it reaches no log.
  return { invitationId, acceptUrl: `${caller.runtime.settings.publicUrl}/invitations/accept#token=${token}` }
}

/** Invites someone by e-mail to become a member, with project roles if wanted. */
export async function inviteMember(caller: Caller, input: unknown): Promise<Invited> {
  const schema = z.object({
    organizationId: z.string(),
    email: email(),
    role: grantableRole,
    projects: z
      .array(z.object({ projectId: z.string(), role: z.enum(['ADMIN', 'MEMBER']) }))
      .max(50, { error: 'At most 50 projects.' })
      .nullish(),
    idempotencyKey: idempotencyKey(),
  })
  const { idempotencyKey: key, projects, ...fields } = parse(schema, input)
  const organization = await findOrganization(caller, fields.organizationId, 'invitation:createOrganization')
  const grants = new Map<string, ProjectRole>()
  for (const grant of projects ?? []) {
    const project = await findProject(caller, grant.projectId, 'collaborator:add')
    requireLive(project)
    if (project.organizationId !== organization.id) throw new NotFoundError('project')
    grants.set(project.id, grant.role)
  }
  return invite(
    caller,
    organization.name,
    { operation: 'memberInvite', key, input: { ...fields, projects: projects ?? [] } },
    {
      organizationId: organization.id,
      email: fields.email,
      role: fields.role,
      grants: [...grants].map(([projectId, role]) => ({ projectId, role })),
    },
  )
}

/** Invites someone by e-mail to one project, as an external collaborator and nothing more. */
export async function inviteCollaborator(
  caller: Caller,
  project: { id: string; organizationId: string; name: string },
  request: { email: string; role: ProjectRole; idempotencyKey: string | null | undefined },
): Promise<Invited> {
  caller.access.require('invitation:createProject', { organizationId: project.organizationId, projectId: project.id })
  const { idempotencyKey: key, ...fields } = request
  return invite(
    caller,
    project.name,
    { operation: 'collaboratorAdd', key, input: { projectId: project.id, ...fields } },
    {
      organizationId: project.organizationId,
      email: fields.email,
      role: null,
      grants: [{ projectId: project.id, role: fields.role }],
    },
  )
}

/** Makes an invitation and mails it; a repeat of the same request gets the same one, without another mail. */
async function invite(
  caller: Caller,
  to: string,
  request: { operation: string; key: string | null | undefined; input: object },
  fields: NewInvitation,
): Promise<Invited> {
  let isNew = false
  const result = await change(caller, (unit) => {
    // A transaction that is tried again may find that a simultaneous request has made it.
    isNew = false
    const create = () => {
      isNew = true
      return createInvitation(caller, unit, fields)
    }
    return once(caller, unit, request, create, invited)
  })
  if (isNew) sendInvitation(caller, { name: to, email: fields.email }, result.acceptUrl)
  return result
}

/** Cancels an open invitation: its link leads nowhere from then on. */
export async function cancelInvitation(caller: Caller, input: unknown): Promise<{ invitationId: string }> {
  const { id } = parse(z.object({ id: z.string() }), input)
  const { access, runtime } = caller
  const uuid = decodeId('Invitation', id)
  if (!uuid) throw new NotFoundError('invitation')
  const row = await runtime.database.prisma.invitation.findFirst({
    where: { AND: [{ id: uuid }, visibleInvitations(access)] },
    include: { grants: true },
  })
  const invitation = access.found(row, 'invitation')
  const { organizationId } = invitation
  if (invitation.role) access.require('invitation:cancelOrganization', { organizationId })
  else
    for (const { projectId } of invitation.grants)
      access.require('invitation:cancelProject', { organizationId, projectId })
  return change(caller, async (unit) => {
    const { count } = await unit.tx.invitation.updateMany({
      where: { id: uuid, acceptedAt: null, cancelledAt: null },
      data: { cancelledAt: unit.now },
    })
    if (count === 0) throw new InvalidStateError('This invitation was accepted or cancelled already.')
    unit.audit({
      organizationId,
      projectId: invitation.role ? null : (invitation.grants[0]?.projectId ?? null),
      action: 'invitation.cancelled',
      targetType: 'Invitation',
      targetId: uuid,
      targetName: invitation.email,
    })
    return { invitationId: uuid }
  })
}
