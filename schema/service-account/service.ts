import { uniqueViolation } from '@keyward/prisma/errors'
import type { Prisma, ServiceAccount } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { generateSecret, hashSecret, startOf } from '../api-key/secret.ts'
import { removeCollaborators } from '../collaborator/record.ts'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { ConflictError, ForbiddenError, LimitExceededError, NotFoundError } from '../core/errors.ts'
import { decodeId, newId } from '../core/ids.ts'
import { name, nameKey, parse } from '../core/input.ts'
import { type Action, organizationRoleCovers, rolesFor } from '../core/policy.ts'
import { cancelInvitationsOf } from '../invitation/cancel.ts'
import { grantableRole } from '../member/service.ts'
import { findOrganization } from '../organization/access.ts'
import { idempotencyKey, once } from '../write/idempotency/once.ts'
import { type ChangeUnit, change, makerOf } from '../write/unit-of-work.ts'

/** What a mutation that shows a service account's token answers. Only its hash is kept. */
export interface IssuedToken {
  serviceAccountId: string
  token: string
}

const issuedToken: z.ZodType<IssuedToken> = z.object({ serviceAccountId: z.string(), token: z.string() })

/** The service accounts that an actor may look up by id: those it administers or works with, and itself. */
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
  unit: ChangeUnit,
  account: { id: string; name: string; organizationId: string },
  action: string,
  details = {},
): void {
  const { organizationId, id } = account
  unit.audit({ organizationId, action, targetType: 'ServiceAccount', targetId: id, targetName: account.name, details })
  unit.announce({ organizationId, projectId: null, kind: 'SERVICE_ACCOUNT_CHANGED', subjectId: id })
}

function requireCovers(
  caller: Caller,
  organizationId: string,
  role: 'OWNER' | 'ADMIN' | 'MEMBER',
  action: Action,
): void {
  if (!organizationRoleCovers(caller.access.organizationRole(organizationId), role)) {
    throw new ForbiddenError(action, rolesFor(action))
  }
}

/** Creates a service account with its first token. */
export async function createServiceAccount(caller: Caller, input: unknown): Promise<IssuedToken> {
  const schema = z.object({
    organizationId: z.string(),
    name: name(),
    role: grantableRole,
    idempotencyKey: idempotencyKey(),
  })
  const { idempotencyKey: key, ...fields } = parse(schema, input)
  const { id: organizationId } = await findOrganization(caller, fields.organizationId, 'serviceAccount:create')
  requireCovers(caller, organizationId, fields.role, 'serviceAccount:create')
  const maker = makerOf(caller.access.actor)
  const create = async (unit: ChangeUnit): Promise<IssuedToken> => {
    const { tx } = unit
    await tx.$queryRaw`SELECT id FROM organization WHERE id = ${organizationId}::uuid FOR NO KEY UPDATE`
    const limit = caller.runtime.limits.serviceAccountsPerOrganization
    if ((await tx.serviceAccount.count({ where: { organizationId }, take: limit })) >= limit) {
      throw new LimitExceededError(`An organization has at most ${limit} service accounts.`, limit)
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
  try {
    return await change(caller, (unit) =>
      once(
        caller,
        unit,
        { operation: 'serviceAccountCreate', key, input: fields },
        () => create(unit),
        issuedToken,
        ({ serviceAccountId }) => lock(unit, serviceAccountId),
      ),
    )
  } catch (error) {
    if (uniqueViolation(error) === null) throw error
    throw new ConflictError(`A service account of this organization is called "${fields.name}" already.`)
  }
}

async function findAccount(caller: Caller, id: string, action: Action): Promise<ServiceAccount> {
  const { access, runtime } = caller
  const uuid = decodeId('ServiceAccount', id)
  if (!uuid) throw new NotFoundError('service account')
  const row = await runtime.database.prisma.serviceAccount.findFirst({
    where: { AND: [{ id: uuid }, visibleServiceAccounts(access)] },
    include: { member: true },
  })
  const { member, ...account } = access.found(row, 'service account')
  access.require(action, { organizationId: account.organizationId })
  requireCovers(caller, account.organizationId, member?.role ?? 'MEMBER', action)
  return account
}

async function lock(unit: ChangeUnit, id: string): Promise<void> {
  const rows = await unit.tx.$queryRaw<object[]>`SELECT id FROM service_account WHERE id = ${id}::uuid FOR UPDATE`
  if (rows.length === 0) throw new NotFoundError('service account')
}

/** Gives a service account a new token; the old one stops at once. */
export async function rotateServiceAccountToken(caller: Caller, input: unknown): Promise<IssuedToken> {
  const { id, idempotencyKey: key } = parse(z.object({ id: z.string(), idempotencyKey: idempotencyKey() }), input)
  const account = await findAccount(caller, id, 'serviceAccount:rotateToken')
  const rotate = async (unit: ChangeUnit): Promise<IssuedToken> => {
    await lock(unit, account.id)
    const token = generateSecret('svc')
    await unit.tx.serviceAccount.update({
      where: { id: account.id },
      data: { tokenHash: hashSecret(token), tokenStart: startOf(token), tokenRotatedAt: unit.now },
    })
    record(unit, account, 'serviceAccount.tokenRotated')
    return { serviceAccountId: account.id, token }
  }
  return change(caller, (unit) =>
    once(
      caller,
      unit,
      { operation: 'serviceAccountTokenRotate', key, input: { id } },
      () => rotate(unit),
      issuedToken,
      ({ serviceAccountId }) => lock(unit, serviceAccountId),
    ),
  )
}

/** Removes a service account with its roles. The keys it made keep working. */
export async function removeServiceAccount(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { id } = parse(z.object({ id: z.string() }), input)
  const account = await findAccount(caller, id, 'serviceAccount:remove')
  return change(caller, async (unit) => {
    // The membership first, as who adds it to a project does: otherwise the two wait for each other.
    await unit.tx.$queryRaw`SELECT id FROM member WHERE service_account_id = ${account.id}::uuid FOR UPDATE`
    await lock(unit, account.id)
    const { organizationId } = account
    const holder = { userId: null, serviceAccountId: account.id }
    const projectRolesRemoved = await removeCollaborators(unit, organizationId, holder)
    await unit.tx.member.deleteMany({ where: { organizationId, serviceAccountId: account.id } })
    await cancelInvitationsOf(unit, organizationId, holder, 'inviterLeft')
    await unit.tx.serviceAccount.delete({ where: { id: account.id } })
    record(unit, account, 'serviceAccount.removed', { projectRolesRemoved })
    return { organizationId }
  })
}
