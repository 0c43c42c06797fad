import type { Collaborator, Prisma, Project } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { LimitExceededError, NotFoundError, ValidationError } from '../core/errors.ts'
import { decodeAnyId, decodeId, newId } from '../core/ids.ts'
import { email, parse } from '../core/input.ts'
import { cancelInvitationsOf, cancelInvitationsTo } from '../invitation/cancel.ts'
import { type Invited, inviteCollaborator } from '../invitation/service.ts'
import { lockInvitationsTo } from '../invitation/sql.ts'
import { actOnKeysOfLeaver } from '../key-policy/creator-left.ts'
import { visibleMembers } from '../member/service.ts'
import { keepMember } from '../member/sql.ts'
import { findProject, targetOf } from '../project/access.ts'
import { requireLive } from '../project/service.ts'
import { lockProject } from '../project/sql.ts'
import { findKeptAccounts } from '../service-account/access.ts'
import { describeEnded, type EndedTokens, endSeenTokens, keepTokensOf } from '../service-account/seen-tokens.ts'
import { nameHolder } from '../user/holder.ts'
import { auditDenied } from '../write/audit/denied.ts'
import { changeOnce, idempotencyKey } from '../write/idempotency/once.ts'
import type { RemovalRule } from '../write/removed.ts'
import { change, makerOf, type UnitOfWork } from '../write/unit-of-work.ts'
import { recordCollaborator } from './record.ts'
import { lockCollaboratorRow } from './sql.ts'

const projectRole = z.enum(['ADMIN', 'MEMBER'])

/** WHERE condition for the collaborators visible to an actor. */
export function visibleCollaborators(access: Access): Prisma.CollaboratorWhereInput {
  const { organizationIds, projectIds } = access.reach('collaborator:list')
  return { OR: [{ organizationId: { in: organizationIds } }, { projectId: { in: projectIds } }] }
}

/** WHERE condition for a member, by its own id or its person's or service account's id. */
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

/** Locks a project against simultaneous additions, and throws LimitExceededError if it is full. */
export async function requireRoom({ runtime }: Caller, { tx }: UnitOfWork, projectId: string): Promise<void> {
  await lockProject(tx, projectId)
  const limit = runtime.limits.collaboratorsPerProject
  if ((await tx.collaborator.count({ where: { projectId }, take: limit })) >= limit) {
    throw new LimitExceededError(`A project may have at most ${limit} collaborators. Remove some first.`, limit, [
      'collaboratorRemove',
    ])
  }
}

const addedMember: z.ZodType<{ collaboratorId: string }> = z.object({ collaboratorId: z.string() })

async function addMember(
  caller: Caller,
  project: Project,
  request: { principalId: string; role: 'ADMIN' | 'MEMBER'; idempotencyKey: string | null | undefined },
): Promise<{ collaboratorId: string }> {
  const { principalId, role, idempotencyKey: key } = request
  const { access } = caller
  const { organizationId, id: projectId } = project
  const where = memberWhere(principalId)
  const maker = makerOf(access.actor)
  return changeOnce(
    caller,
    [{ action: 'collaborator:add', target: targetOf(project) }],
    {
      operation: 'collaboratorAdd',
      key,
      input: { projectId, principalId, role },
      result: addedMember,
      present: (unit, { collaboratorId }) => lock(unit, collaboratorId),
    },
    async (unit) => {
      const { tx } = unit
      const visible = where && {
        where: { AND: [where, { organizationId }, visibleMembers(access)] },
        select: { id: true },
      }
      const { id: memberId } = access.found(visible && (await tx.member.findFirst(visible)), 'member')
      // The member is locked first, so that a member who is being removed does not become an external collaborator.
      await keepMember(tx, memberId)
      const member = await tx.member.findUnique({ where: { id: memberId } })
      if (!member) throw new NotFoundError('member')
      await requireRoom(caller, unit, projectId)
      requireLive(await tx.project.findUniqueOrThrow({ where: { id: projectId } }))
      const { userId, serviceAccountId } = member
      const index = userId ? 'collaborator_project_id_user_id_key' : 'collaborator_project_id_service_account_id_key'
      unit.claim(index, { type: 'Collaborator', projectId, userId, serviceAccountId })
      const row = await tx.collaborator.create({
        data: {
          id: newId(),
          organizationId,
          projectId,
          userId,
          serviceAccountId,
          role,
          addedAt: unit.now,
          addedByUserId: maker.userId,
          addedByServiceAccountId: maker.serviceAccountId,
        },
      })
      recordCollaborator(unit, row, await nameHolder(tx, row), 'collaborator.added', { role })
      return { collaboratorId: row.id }
    },
  )
}

/** The collaborator that was added, or the invitation sent to an e-mail address. */
export interface Added {
  projectId: string
  collaboratorId: string | null
  invited: Invited | null
}

export const collaboratorAddInput = z.object({
  projectId: z.string(),
  principalId: z.string().nullish(),
  email: email().nullish(),
  role: projectRole,
  idempotencyKey: idempotencyKey(),
})

/**
 * Adds a member or a service account of the organization to a project by id, or invites an e-mail address. An address
 * always gets an invitation, so that the response does not show whether it has an account.
 */
export async function addCollaborator(caller: Caller, input: unknown): Promise<Added> {
  const { projectId, principalId, email: address, role, idempotencyKey: key } = parse(collaboratorAddInput, input)
  if ((principalId == null) === (address == null)) {
    throw ValidationError.at('principalId', 'Give either `principalId` or `email`, not both.')
  }
  const project = await findProject(caller, projectId)
  if (address) {
    const invited = await inviteCollaborator(caller, project, { email: address, role, idempotencyKey: key })
    return { projectId: project.id, collaboratorId: null, invited }
  }
  const request = { principalId: principalId ?? '', role, idempotencyKey: key }
  const { collaboratorId } = await addMember(caller, project, request)
  return { projectId: project.id, collaboratorId, invited: null }
}

async function findCollaborator(caller: Caller, id: string): Promise<Collaborator> {
  const uuid = decodeId('Collaborator', id)
  if (!uuid) throw new NotFoundError('collaborator')
  const row = await caller.runtime.database.prisma.collaborator.findFirst({
    where: { AND: [{ id: uuid }, visibleCollaborators(caller.access)] },
  })
  return caller.access.found(row, 'collaborator')
}

/**
 * Locks a collaborator whose role is removed or lowered. Before that, locks the open invitations that could restore the
 * role.
 */
async function lockToTake(unit: UnitOfWork, { id, organizationId, userId }: Collaborator): Promise<Collaborator> {
  if (userId) await lockInvitationsTo(unit.tx, organizationId, userId)
  return lock(unit, id)
}

async function lock(unit: UnitOfWork, id: string): Promise<Collaborator> {
  await lockCollaboratorRow(unit.tx, id)
  const row = await unit.tx.collaborator.findUnique({ where: { id } })
  if (!row) throw new NotFoundError('collaborator')
  return row
}

export const collaboratorRoleSetInput = z.object({ id: z.string(), role: projectRole })

/** Changes a collaborator's role in a project. */
export async function setCollaboratorRole(caller: Caller, input: unknown): Promise<{ collaboratorId: string }> {
  const { id, role } = parse(collaboratorRoleSetInput, input)
  const found = await findCollaborator(caller, id)
  const { organizationId, projectId, id: collaboratorId } = found
  const required = [{ action: 'collaborator:changeRole' as const, target: { organizationId, projectId } }]
  return auditDenied(caller, organizationId, 'collaborator:changeRole', () =>
    change(caller, required, async (unit) => {
      const before = await lockToTake(unit, found)
      if (before.role === role) return { collaboratorId }
      const row = await unit.tx.collaborator.update({ where: { id: collaboratorId }, data: { role } })
      if (role === 'MEMBER') {
        await cancelInvitationsOf(unit, organizationId, row, 'inviterDemoted')
        await cancelInvitationsTo(unit, organizationId, row, { projectId, role: 'ADMIN' })
      }
      const named = await nameHolder(unit.tx, row)
      recordCollaborator(unit, row, named, 'collaborator.roleSet', { roleBefore: before.role, role })
      return { collaboratorId }
    }),
  )
}

export const collaboratorRemoveInput = z.object({ id: z.string(), keepTokensOf })

/** How removals of collaborators are recorded, and who can remove. */
export const collaboratorRemoval = {
  type: 'Collaborator',
  event: 'collaborator.removed',
  action: 'collaborator:remove',
  byHolder: true,
} as const satisfies RemovalRule

/**
 * Removes a collaborator from a project. Collaborators may also remove themselves. If this was their last role, their
 * keys are paused if the key policy says so.
 */
export async function removeCollaborator(
  caller: Caller,
  input: unknown,
): Promise<{ organizationId: string; projectId: string } & EndedTokens> {
  const { id, keepTokensOf: kept } = parse(collaboratorRemoveInput, input)
  const { access } = caller
  const found = await findCollaborator(caller, id)
  const accounts = await findKeptAccounts(caller, kept)
  const { organizationId, projectId } = found
  const isSelf =
    (access.actor.kind === 'USER' && access.actor.id === found.userId) ||
    (access.actor.kind === 'SERVICE_ACCOUNT' && access.actor.id === found.serviceAccountId)
  const required = isSelf ? [] : [{ action: 'collaborator:remove' as const, target: { organizationId, projectId } }]
  return change(caller, required, async (unit) => {
    const row = await lockToTake(unit, found)
    await unit.tx.collaborator.delete({ where: { id: row.id } })
    await cancelInvitationsOf(unit, organizationId, row, 'inviterLeft')
    await cancelInvitationsTo(unit, organizationId, row, { projectId })
    const tokens = await endSeenTokens(unit, organizationId, row, 'collaboratorRemoved', { caller, accounts })
    await actOnKeysOfLeaver(unit, organizationId, row)
    recordCollaborator(unit, row, await nameHolder(unit.tx, row), collaboratorRemoval.event, {
      role: row.role,
      ...describeEnded(tokens),
    })
    return { organizationId, projectId, ...tokens }
  })
}
