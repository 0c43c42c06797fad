import { startOf } from '@keyward/engine/secret'
import type { Prisma, ServiceAccount } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import { removeCollaborators } from '../collaborator/record.ts'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { LimitExceededError, NotFoundError } from '../core/errors.ts'
import { decodeId, newId } from '../core/ids.ts'
import { name, nameKey, parse } from '../core/input.ts'
import type { Action } from '../core/policy.ts'
import { cancelInvitationsOf } from '../invitation/cancel.ts'
import { grantableRole } from '../member/service.ts'
import { lockMemberOf } from '../member/sql.ts'
import { findOrganization, targetOf } from '../organization/access.ts'
import { lockOrganization } from '../organization/sql.ts'
import { changeOnce, idempotencyKey } from '../write/idempotency/once.ts'
import { change, makerOf, type UnitOfWork } from '../write/unit-of-work.ts'
import { lockServiceAccount } from './sql.ts'

/** A new token of a service account. Only its hash is stored. */
export interface IssuedToken {
  serviceAccountId: string
  token: string
}

const issuedToken: z.ZodType<IssuedToken> = z.object({ serviceAccountId: z.string(), token: z.string() })

/** The WHERE of the service accounts that an actor may look up by id: those it administers or works with, and itself. */
export function visibleServiceAccounts(access: Access): Prisma.ServiceAccountWhereInput {
  const members = access.reach('organization:listMembers')
  const collaborators = access.reach('collaborator:list')
  const { actor } = access
  return {
    OR: [
      ...(actor.kind === 'SERVICE_ACCOUNT' ? [{ id: actor.id }] : []),
      { organizationId: { in: members.organizationIds } },
      { collaborators: { some: { projectId: { in: collaborators.projectIds } } } },
    ],
  }
}

function record(
  unit: UnitOfWork,
  account: { id: string; name: string; organizationId: string },
  action: string,
  details = {},
): void {
  const { organizationId, id } = account
  unit.audit({ organizationId, action, targetType: 'ServiceAccount', targetId: id, targetName: account.name, details })
  unit.publish({ organizationId, projectId: null, kind: 'SERVICE_ACCOUNT_CHANGED', subjectId: id })
}

export const serviceAccountCreateInput = z.object({
  organizationId: z.string(),
  name: name(),
  role: grantableRole,
  idempotencyKey: idempotencyKey(),
})

/** Creates a service account with its first token. */
export async function createServiceAccount(caller: Caller, input: unknown): Promise<IssuedToken> {
  const { idempotencyKey: key, ...fields } = parse(serviceAccountCreateInput, input)
  const organization = await findOrganization(caller, fields.organizationId)
  const { id: organizationId } = organization
  const maker = makerOf(caller.access.actor)
  const create = async (unit: UnitOfWork): Promise<IssuedToken> => {
    const { tx } = unit
    caller.access.requireCovers('serviceAccount:create', organizationId, fields.role)
    await lockOrganization(tx, organizationId)
    const limit = caller.runtime.limits.serviceAccountsPerOrganization
    if ((await tx.serviceAccount.count({ where: { organizationId }, take: limit })) >= limit) {
      throw new LimitExceededError(
        `An organization may have at most ${limit} service accounts. Remove some first.`,
        limit,
        ['serviceAccountRemove'],
      )
    }
    const token = generateSecret('svc')
    const id = newId()
    await tx.serviceAccount.create({
      data: {
        id,
        organizationId,
        name: fields.name,
        nameKey: nameKey(fields.name),
        tokenHash: hashSecret(token),
        tokenStart: startOf(token),
        createdAt: unit.now,
        createdByUserId: maker.userId,
        createdByServiceAccountId: maker.serviceAccountId,
      },
    })
    await tx.member.create({
      data: { id: newId(), organizationId, serviceAccountId: id, role: fields.role, joinedAt: unit.now },
    })
    record(unit, { id, organizationId, name: fields.name }, 'serviceAccount.created', { role: fields.role })
    return { serviceAccountId: id, token }
  }
  return changeOnce(
    caller,
    [{ action: 'serviceAccount:create', target: targetOf(organization) }],
    { operation: 'serviceAccountCreate', key, input: fields, ...issued },
    create,
  )
}

async function findAccount(caller: Caller, id: string): Promise<ServiceAccount> {
  const { access, runtime } = caller
  const uuid = decodeId('ServiceAccount', id)
  if (!uuid) throw new NotFoundError('service account')
  const row = await runtime.database.prisma.serviceAccount.findFirst({
    where: { AND: [{ id: uuid }, visibleServiceAccounts(access)] },
  })
  return access.found(row, 'service account')
}

/** Locks a service account, whose role the caller's own must cover. */
async function lockCovered(caller: Caller, unit: UnitOfWork, account: ServiceAccount, action: Action): Promise<void> {
  await lock(unit, account.id)
  const member = await unit.tx.member.findUnique({ where: { serviceAccountId: account.id } })
  caller.access.requireCovers(action, account.organizationId, member?.role ?? 'MEMBER')
}

async function lock({ tx }: UnitOfWork, id: string): Promise<void> {
  if (!(await lockServiceAccount(tx, id))) throw new NotFoundError('service account')
}

/** How an issued token is repeated: only while its service account exists. */
const issued = {
  result: issuedToken,
  present: (unit: UnitOfWork, { serviceAccountId }: IssuedToken) => lock(unit, serviceAccountId),
}

export const serviceAccountTokenRotateInput = z.object({ id: z.string(), idempotencyKey: idempotencyKey() })

/** Gives a service account a new token. The old one stops working at once. */
export async function rotateServiceAccountToken(caller: Caller, input: unknown): Promise<IssuedToken> {
  const { id, idempotencyKey: key } = parse(serviceAccountTokenRotateInput, input)
  const account = await findAccount(caller, id)
  const action = 'serviceAccount:rotateToken'
  return changeOnce(
    caller,
    [{ action, target: { organizationId: account.organizationId } }],
    { operation: 'serviceAccountTokenRotate', key, input: { id }, ...issued },
    async (unit) => {
      await lockCovered(caller, unit, account, action)
      const token = generateSecret('svc')
      await unit.tx.serviceAccount.update({
        where: { id: account.id },
        data: { tokenHash: hashSecret(token), tokenStart: startOf(token), tokenRotatedAt: unit.now },
      })
      record(unit, account, 'serviceAccount.tokenRotated')
      return { serviceAccountId: account.id, token }
    },
  )
}

export const serviceAccountRemoveInput = z.object({ id: z.string() })

/** Removes a service account with its roles. The keys it created keep working. */
export async function removeServiceAccount(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { id } = parse(serviceAccountRemoveInput, input)
  const account = await findAccount(caller, id)
  const { organizationId } = account
  const action = 'serviceAccount:remove'
  return change(caller, [{ action, target: { organizationId } }], async (unit) => {
    // The membership first, as when it is added to a project: otherwise the two deadlock.
    await lockMemberOf(unit.tx, account.id)
    await lockCovered(caller, unit, account, action)
    const holder = { userId: null, serviceAccountId: account.id }
    const projectRolesRemoved = await removeCollaborators(unit, organizationId, holder)
    await unit.tx.member.deleteMany({ where: { organizationId, serviceAccountId: account.id } })
    await cancelInvitationsOf(unit, organizationId, holder, 'inviterLeft')
    await unit.tx.serviceAccount.delete({ where: { id: account.id } })
    record(unit, account, 'serviceAccount.removed', { projectRolesRemoved })
    return { organizationId }
  })
}
