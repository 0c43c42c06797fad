import { uniqueViolation } from '@keyward/prisma/errors'
import type { Collaborator, Prisma } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { ConflictError, LimitExceededError, NotFoundError, ValidationError } from '../core/errors.ts'
import { decodeAnyId, decodeId, newId } from '../core/ids.ts'
import { email, parse } from '../core/input.ts'
import { cancelInvitationsOf, cancelInvitationsTo } from '../invitation/cancel.ts'
import { type Invited, inviteCollaborator } from '../invitation/service.ts'
import { visibleMembers } from '../member/service.ts'
import { findProject } from '../project/access.ts'
import { requireLive } from '../project/service.ts'
import { nameHolder } from '../user/holder.ts'
import { auditDenied } from '../write/audit/denied.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import { type ChangeUnit, change, makerOf } from '../write/unit-of-work.ts'
import { recordCollaborator } from './record.ts'

const projectRole = z.enum(['ADMIN', 'MEMBER'])

/** The collaborators that an actor may see, as the WHERE of a query. */
export function visibleCollaborators(access: Access): Prisma.CollaboratorWhereInput {
  const { organizationIds, projectIds } = access.reach('collaborator:list')
  return { OR: [{ organizationId: { in: organizationIds } }, { projectId: { in: projectIds } }] }
}

/** The WHERE that finds a member by its own id, or by that of its person or service account. */
function memberWhere(id: string): Prisma.MemberWhereInput | null {
  const decoded = decodeAnyId(id)
  switch (decoded?.type) {
    case 'Member':
      return { id: decoded.uuid }
    case 'User':
      return { userId: decoded.uuid }
    case 'ServiceAccount':
      return { serviceAccountId: decoded.uuid }
    default:
      return null
  }
}

/** Locks a project against simultaneous additions, and refuses one more than it may have. */
export async function requireRoom({ runtime }: Caller, { tx }: ChangeUnit, projectId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM project WHERE id = ${projectId}::uuid FOR NO KEY UPDATE`
  const limit = runtime.limits.collaboratorsPerProject
  if ((await tx.collaborator.count({ where: { projectId }, take: limit })) >= limit) {
    throw new LimitExceededError(`A project has at most ${limit} collaborators.`, limit)
  }
}

const addedMember: z.ZodType<{ collaboratorId: string }> = z.object({ collaboratorId: z.string() })

async function addMember(
  caller: Caller,
  project: { id: string; organizationId: string },
  request: { principalId: string; role: 'ADMIN' | 'MEMBER'; idempotencyKey: string | null | undefined },
): Promise<{ collaboratorId: string }> {
  const { principalId, role, idempotencyKey: key } = request
  const { access, runtime } = caller
  const where = memberWhere(principalId)
  const { organizationId, id: projectId } = project
  const found = where
    ? await runtime.database.prisma.member.findFirst({
        where: { AND: [where, { organizationId }, visibleMembers(access)] },
      })
    : null
  const { id: memberId } = access.found(found, 'member')
  const maker = makerOf(access.actor)
  const add = async (unit: ChangeUnit) => {
    const { tx } = unit
    // The member is locked first: who is being removed at the same time does not become external by this.
    await tx.$queryRaw`SELECT id FROM member WHERE id = ${memberId}::uuid FOR NO KEY UPDATE`
    const member = await tx.member.findUnique({ where: { id: memberId } })
    if (!member) throw new NotFoundError('member')
    await requireRoom(caller, unit, projectId)
    const row = await tx.collaborator.create({
      data: {
        id: newId(),
        organizationId,
        projectId,
        userId: member.userId,
        serviceAccountId: member.serviceAccountId,
        role,
        addedAt: unit.now,
        addedByUserId: maker.userId,
        addedByServiceAccountId: maker.serviceAccountId,
      },
    })
    recordCollaborator(unit, row, await nameHolder(tx, row), 'collaborator.added', { role })
    return { collaboratorId: row.id }
  }
  return change(caller, (unit) =>
    once(
      caller,
      unit,
      { operation: 'collaboratorAdd', key, input: { projectId, principalId, role } },
      () => add(unit),
      addedMember,
      ({ collaboratorId }) => lock(unit, collaboratorId),
    ),
  )
}

/** Who was added, or the invitation that an e-mail address got. */
export interface Added {
  projectId: string
  collaboratorId: string | null
  invited: Invited | null
}

/**
 * Adds a member or a service account of the organization to a project by id, or invites an e-mail address. An address
 * always gets an invitation, so that nobody learns whether it has an account.
 */
export async function addCollaborator(caller: Caller, input: unknown): Promise<Added> {
  const schema = z.object({
    projectId: z.string(),
    principalId: z.string().nullish(),
    email: email().nullish(),
    role: projectRole,
    idempotencyKey: idempotencyKey(),
  })
  const { projectId, principalId, email: address, role, idempotencyKey: key } = parse(schema, input)
  if ((principalId == null) === (address == null)) {
    throw ValidationError.at('principalId', 'Give either `principalId` or `email`.')
  }
  const project = await findProject(caller, projectId, 'collaborator:add')
  requireLive(project)
  if (address) {
    const invited = await inviteCollaborator(caller, project, { email: address, role, idempotencyKey: key })
    return { projectId: project.id, collaboratorId: null, invited }
  }
  try {
    const request = { principalId: principalId ?? '', role, idempotencyKey: key }
    const { collaboratorId } = await addMember(caller, project, request)
    return { projectId: project.id, collaboratorId, invited: null }
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    throw new ConflictError('Is a collaborator of this project already. Change the role with collaboratorRoleSet.')
  }
}

async function findCollaborator(caller: Caller, id: string): Promise<Collaborator> {
  const uuid = decodeId('Collaborator', id)
  if (!uuid) throw new NotFoundError('collaborator')
  const row = await caller.runtime.database.prisma.collaborator.findFirst({
    where: { AND: [{ id: uuid }, visibleCollaborators(caller.access)] },
  })
  return caller.access.found(row, 'collaborator')
}

async function lock(unit: ChangeUnit, id: string): Promise<Collaborator> {
  await unit.tx.$queryRaw`SELECT id FROM collaborator WHERE id = ${id}::uuid FOR UPDATE`
  const row = await unit.tx.collaborator.findUnique({ where: { id } })
  if (!row) throw new NotFoundError('collaborator')
  return row
}

/** Changes a collaborator's role in a project. */
export async function setCollaboratorRole(caller: Caller, input: unknown): Promise<{ collaboratorId: string }> {
  const { id, role } = parse(z.object({ id: z.string(), role: projectRole }), input)
  const { organizationId, projectId, id: collaboratorId } = await findCollaborator(caller, id)
  return auditDenied(caller, organizationId, 'collaborator:changeRole', async () => {
    caller.access.require('collaborator:changeRole', { organizationId, projectId })
    return change(caller, async (unit) => {
      const before = await lock(unit, collaboratorId)
      if (before.role === role) return { collaboratorId }
      const row = await unit.tx.collaborator.update({ where: { id: collaboratorId }, data: { role } })
      if (role === 'MEMBER') {
        await cancelInvitationsOf(unit, organizationId, row, 'inviterDemoted')
        await cancelInvitationsTo(unit, organizationId, row, { projectId, role: 'ADMIN' })
      }
      const named = await nameHolder(unit.tx, row)
      recordCollaborator(unit, row, named, 'collaborator.roleSet', { roleBefore: before.role, role })
      return { collaboratorId }
    })
  })
}

/** Removes a collaborator from a project, or lets oneself leave. The keys they made keep working. */
export async function removeCollaborator(
  caller: Caller,
  input: unknown,
): Promise<{ organizationId: string; projectId: string }> {
  const { id } = parse(z.object({ id: z.string() }), input)
  const { access } = caller
  const { organizationId, projectId, ...found } = await findCollaborator(caller, id)
  const isSelf =
    (access.actor.kind === 'USER' && access.actor.id === found.userId) ||
    (access.actor.kind === 'SERVICE_ACCOUNT' && access.actor.id === found.serviceAccountId)
  if (!isSelf) access.require('collaborator:remove', { organizationId, projectId })
  return change(caller, async (unit) => {
    const row = await lock(unit, found.id)
    await unit.tx.collaborator.delete({ where: { id: row.id } })
    await cancelInvitationsOf(unit, organizationId, row, 'inviterLeft')
    await cancelInvitationsTo(unit, organizationId, row, { projectId })
    recordCollaborator(unit, row, await nameHolder(unit.tx, row), 'collaborator.removed', { role: row.role })
    return { organizationId, projectId }
  })
}
