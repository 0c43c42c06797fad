import type { ServiceAccount } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { removeCollaborators } from '../collaborator/record.ts'
import type { Caller } from '../core/caller.ts'
import { LimitExceededError, NotFoundError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, nameKey, parse } from '../core/input.ts'
import type { Action } from '../core/policy.ts'
import { cancelInvitationsOf } from '../invitation/cancel.ts'
import { actOnKeysOfLeaver } from '../key-policy/creator-left.ts'
import { grantableRole } from '../member/service.ts'
import { lockMemberOf } from '../member/sql.ts'
import { findOrganization, targetOf } from '../organization/access.ts'
import { lockOrganization } from '../organization/sql.ts'
import { changeOnce, idempotencyKey } from '../write/idempotency/once.ts'
import type { RemovalRule } from '../write/removed.ts'
import { change, makerOf, type UnitOfWork } from '../write/unit-of-work.ts'
import { findAccount, findKeptAccounts } from './access.ts'
import { describeEnded, type EndedTokens, endSeenTokens, keepTokensOf } from './seen-tokens.ts'
import { lockServiceAccount } from './sql.ts'
import { expirationFields, MAX_OVERLAP_SECONDS, newToken, requireOneExpiration } from './token.ts'

/** A new token of a service account. Only its hash is stored. */
export interface IssuedToken {
  serviceAccountId: string
  token: string
}

const issuedToken: z.ZodType<IssuedToken> = z.object({ serviceAccountId: z.string(), token: z.string() })

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
  ...expirationFields,
  idempotencyKey: idempotencyKey(),
})

/** Creates a service account with its first token. */
export async function createServiceAccount(caller: Caller, input: unknown): Promise<IssuedToken> {
  const { idempotencyKey: key, ...fields } = parse(serviceAccountCreateInput, input)
  requireOneExpiration(fields)
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
    const { token, columns } = newToken(caller.access.actor, fields, unit.now)
    const id = newId()
    const key = nameKey(fields.name)
    unit.claim('service_account_organization_id_name_key_key', { type: 'ServiceAccount', organizationId, nameKey: key })
    await tx.serviceAccount.create({
      data: {
        id,
        organizationId,
        name: fields.name,
        nameKey: key,
        ...columns,
        createdAt: unit.now,
        createdByUserId: maker.userId,
        createdByServiceAccountId: maker.serviceAccountId,
      },
    })
    await tx.member.create({
      data: { id: newId(), organizationId, serviceAccountId: id, role: fields.role, joinedAt: unit.now },
    })
    record(unit, { id, organizationId, name: fields.name }, 'serviceAccount.created', {
      role: fields.role,
      tokenExpiresAt: columns.tokenExpiresAt?.toISOString() ?? null,
    })
    return { serviceAccountId: id, token }
  }
  return changeOnce(
    caller,
    [{ action: 'serviceAccount:create', target: targetOf(organization) }],
    { operation: 'serviceAccountCreate', key, input: fields, ...issued },
    create,
  )
}

/** Locks a service account. The caller's own role must be at least as high as the account's. */
async function lockCovered(caller: Caller, unit: UnitOfWork, account: ServiceAccount, action: Action): Promise<void> {
  await lock(unit, account.id)
  const member = await unit.tx.member.findUnique({ where: { serviceAccountId: account.id } })
  caller.access.requireCovers(action, account.organizationId, member?.role ?? 'MEMBER')
}

async function lock({ tx }: UnitOfWork, id: string): Promise<void> {
  if (!(await lockServiceAccount(tx, id))) throw new NotFoundError('service account')
}

/**
 * The columns of the previous token after a rotation. It works until the overlap ends, unless it expires or was ended
 * before.
 */
function previousToken(before: ServiceAccount, overlapSeconds: number, now: Date) {
  const ends = new Date(now.getTime() + overlapSeconds * 1000)
  const retiresAt = before.tokenExpiresAt && before.tokenExpiresAt < ends ? before.tokenExpiresAt : ends
  const works = before.tokenEndedAt === null && retiresAt > now
  return {
    previousTokenHash: works ? before.tokenHash : null,
    previousRetiresAt: works ? retiresAt : null,
    previousSeenByUserId: works ? before.tokenSeenByUserId : null,
    previousSeenByAccountId: works ? before.tokenSeenByAccountId : null,
  }
}

/** How a repeated request returns the issued token: only while its service account exists. */
const issued = {
  result: issuedToken,
  present: (unit: UnitOfWork, { serviceAccountId }: IssuedToken) => lock(unit, serviceAccountId),
}

export const serviceAccountTokenRotateInput = z.object({
  id: z.string(),
  ...expirationFields,
  overlapSeconds: z
    .number()
    .int()
    .min(0, { error: 'Must be at least 0, which stops the old token at once.' })
    .max(MAX_OVERLAP_SECONDS, { error: `Must be at most ${MAX_OVERLAP_SECONDS} (7 days).` })
    .nullish(),
  idempotencyKey: idempotencyKey(),
})

/**
 * Gives a service account a new token. The old one stops working at once, or after an overlap. A second
 * rotation during an overlap ends the oldest token.
 */
export async function rotateServiceAccountToken(caller: Caller, input: unknown): Promise<IssuedToken> {
  const { idempotencyKey: key, ...fields } = parse(serviceAccountTokenRotateInput, input)
  requireOneExpiration(fields)
  const { id, overlapSeconds } = fields
  const account = await findAccount(caller, id)
  const action = 'serviceAccount:rotateToken'
  return changeOnce(
    caller,
    [{ action, target: { organizationId: account.organizationId } }],
    { operation: 'serviceAccountTokenRotate', key, input: fields, ...issued },
    async (unit) => {
      await lockCovered(caller, unit, account, action)
      const before = await unit.tx.serviceAccount.findUniqueOrThrow({ where: { id: account.id } })
      const { token, columns } = newToken(caller.access.actor, fields, unit.now)
      const previous = previousToken(before, overlapSeconds ?? 0, unit.now)
      await unit.tx.serviceAccount.update({
        where: { id: account.id },
        data: { ...columns, ...previous, tokenEndedAt: null, tokenRotatedAt: unit.now },
      })
      record(unit, account, 'serviceAccount.tokenRotated', {
        tokenExpiresAt: columns.tokenExpiresAt?.toISOString() ?? null,
        previousRetiresAt: previous.previousRetiresAt?.toISOString() ?? null,
      })
      return { serviceAccountId: account.id, token }
    },
  )
}

export const serviceAccountRemoveInput = z.object({ id: z.string(), keepTokensOf })

/** How removals of service accounts are recorded, and who may remove. */
export const serviceAccountRemoval = {
  type: 'ServiceAccount',
  event: 'serviceAccount.removed',
  action: 'serviceAccount:remove',
} as const satisfies RemovalRule

/**
 * Removes a service account with its roles and the tokens that it created. The keys that it created are paused if the
 * key policy says so.
 */
export async function removeServiceAccount(
  caller: Caller,
  input: unknown,
): Promise<{ organizationId: string } & EndedTokens> {
  const { id, keepTokensOf: kept } = parse(serviceAccountRemoveInput, input)
  const account = await findAccount(caller, id)
  const accounts = await findKeptAccounts(caller, kept)
  const { organizationId } = account
  const { action, event } = serviceAccountRemoval
  return change(caller, [{ action, target: { organizationId } }], async (unit) => {
    // The membership is locked first, in the same order as when it is added to a project. Otherwise the two deadlock.
    await lockMemberOf(unit.tx, account.id)
    await lockCovered(caller, unit, account, action)
    const holder = { userId: null, serviceAccountId: account.id }
    const projectRolesRemoved = await removeCollaborators(unit, organizationId, holder)
    await unit.tx.member.deleteMany({ where: { organizationId, serviceAccountId: account.id } })
    await cancelInvitationsOf(unit, organizationId, holder, 'inviterLeft')
    const tokens = await endSeenTokens(unit, organizationId, holder, 'accountRemoved', { caller, accounts })
    await actOnKeysOfLeaver(unit, organizationId, holder)
    await unit.tx.serviceAccount.delete({ where: { id: account.id } })
    record(unit, account, event, { projectRolesRemoved, ...describeEnded(tokens) })
    return { organizationId, ...tokens }
  })
}
