import { randomBytes } from 'node:crypto'
import type { Transaction } from '@keyward/prisma/database'
import type { Prisma, ServiceAccount } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, ValidationError } from '../core/errors.ts'
import { encodeId } from '../core/ids.ts'
import { listOf } from '../core/input.ts'
import { can, type Grants, NO_GRANTS, rolesFor } from '../core/policy.ts'
import { type Holder, nameHolder } from '../user/holder.ts'
import type { Details } from '../write/audit/chain.ts'
import { lockCollaboratorRoles, lockMemberRoles } from '../write/sql.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import { lockSeenAccounts } from './sql.ts'

/*
 * Tokens that a person or a service account last saw, because they created or rotated them. A person who knows an
 * account's token also knows the tokens that this account created. Such tokens end when their holder loses the right to
 * see them.
 */

/** A working token that a person or service account knows. */
export interface SeenToken {
  organizationId: string
  /** Null for a playground token. */
  account: ServiceAccount | null
  /** True for the previous token during the overlap of a rotation. */
  isPrevious: boolean
  /** The project that a playground token charges. */
  projectId: string | null
  /** The id of a playground token. */
  playgroundTokenId: string | null
  expiresAt: Date | null
}

/** The tokens that ended together with a right, and the tokens that the caller kept. */
export interface EndedTokens {
  endedTokens: SeenToken[]
  keptTokens: SeenToken[]
}

/** The result for a repeated removal: it ends and keeps no tokens. */
export const NO_TOKENS: EndedTokens = { endedTokens: [], keptTokens: [] }

/** The reason why tokens ended, for the audit log. */
export type EndReason = 'memberRemoved' | 'memberDemoted' | 'collaboratorRemoved' | 'accountRemoved' | 'personRemoved'

/** Ids of service accounts whose tokens keep working. */
export const keepTokensOf = listOf(z.string(), 100).nullish()

const isPresent = (id: string | null): id is string => id !== null

/** Finds the working tokens that each of several holders last saw, in an organization. */
export async function findSeenTokens(
  client: Pick<Transaction, 'serviceAccount' | 'playgroundToken'>,
  holders: readonly (Holder & { organizationId: string })[],
  now: Date,
): Promise<SeenToken[][]> {
  const organizationIds = [...new Set(holders.map(({ organizationId }) => organizationId))]
  const users = [...new Set(holders.map(({ userId }) => userId).filter(isPresent))]
  const accounts = [...new Set(holders.map(({ serviceAccountId }) => serviceAccountId).filter(isPresent))]
  const rows = await client.serviceAccount.findMany({
    where: { organizationId: { in: organizationIds }, OR: seenBySome(users, accounts) },
    orderBy: { id: 'asc' },
  })
  const playground =
    users.length === 0
      ? []
      : await client.playgroundToken.findMany({
          where: { organizationId: { in: organizationIds }, userId: { in: users }, expiresAt: { gt: now } },
          orderBy: { id: 'asc' },
        })
  return holders.map(({ organizationId, userId, serviceAccountId }) => {
    const knows = (user: string | null, account: string | null) =>
      (userId !== null && user === userId) || (serviceAccountId !== null && account === serviceAccountId)
    const found: SeenToken[] = []
    for (const account of rows) {
      if (account.organizationId !== organizationId || account.id === serviceAccountId) continue
      const common = { organizationId, account, projectId: null, playgroundTokenId: null }
      const { tokenExpiresAt, previousRetiresAt } = account
      const isLive = account.tokenEndedAt === null && (tokenExpiresAt === null || tokenExpiresAt > now)
      if (isLive && knows(account.tokenSeenByUserId, account.tokenSeenByAccountId)) {
        found.push({ ...common, isPrevious: false, expiresAt: tokenExpiresAt })
      }
      const overlaps = account.previousTokenHash !== null && previousRetiresAt !== null && previousRetiresAt > now
      if (overlaps && knows(account.previousSeenByUserId, account.previousSeenByAccountId)) {
        found.push({ ...common, isPrevious: true, expiresAt: previousRetiresAt })
      }
    }
    for (const row of playground) {
      if (row.organizationId !== organizationId || row.userId !== userId) continue
      const { id: playgroundTokenId, projectId, expiresAt } = row
      found.push({ organizationId, account: null, isPrevious: false, projectId, playgroundTokenId, expiresAt })
    }
    return found
  })
}

const seenBySome = (users: string[], accounts: string[]): Prisma.ServiceAccountWhereInput[] => [
  { tokenSeenByUserId: { in: users } },
  { previousSeenByUserId: { in: users } },
  { tokenSeenByAccountId: { in: accounts } },
  { previousSeenByAccountId: { in: accounts } },
]

/** The current roles of a holder in an organization, read in this transaction. */
async function rolesNow({ tx }: UnitOfWork, organizationId: string, holder: Holder): Promise<Grants> {
  const id = holder.userId ?? holder.serviceAccountId
  if (id === null) return NO_GRANTS
  const [member] = await lockMemberRoles(tx, id, [organizationId])
  const collaborators = await lockCollaboratorRoles(tx, id, [organizationId])
  const byDefault = member ? await tx.project.findFirst({ where: { organizationId, isDefault: true } }) : null
  const organizations = new Map(
    member ? [[organizationId, { role: member.role, defaultProjectId: byDefault?.id ?? '' }]] : [],
  )
  const projects = new Map(collaborators.map((row) => [row.project_id, { role: row.role, organizationId }]))
  return { ...NO_GRANTS, organizations, projects }
}

/** Whether someone with these roles would still be allowed to see the token. */
function maySee(grants: Grants, { organizationId, projectId, account }: SeenToken): boolean {
  if (account) return can(grants, 'serviceAccount:rotateToken', { organizationId })
  return can(grants, 'playground:use', { organizationId }) && can(grants, 'project:read', { organizationId, projectId })
}

/**
 * The service accounts whose tokens the caller keeps. Rejected if the caller knows the tokens only through the right
 * that ends.
 */
function keptAccounts(
  { access }: Pick<Caller, 'access'>,
  organizationId: string,
  holder: Holder,
  keep: readonly ServiceAccount[],
): Set<string> {
  if (keep.length === 0) return new Set()
  const { actor } = access
  const isHolder =
    ('id' in actor && actor.id === (holder.userId ?? holder.serviceAccountId)) ||
    // The holder may act through an account whose token they know.
    (actor.kind === 'SERVICE_ACCOUNT' && holder.userId !== null && actor.tokenSeenByUserId === holder.userId)
  if (isHolder) {
    throw ValidationError.at('keepTokensOf', 'You cannot keep tokens that you know. Ask another ADMIN to rotate them.')
  }
  const action = 'serviceAccount:rotateToken'
  if (!access.can(action, { organizationId })) throw new ForbiddenError(action, rolesFor(action))
  return new Set(keep.map(({ id }) => id))
}

/**
 * Ends the tokens that a holder last saw and may no longer see. The holder's roles have already changed in this
 * transaction. Writes an audit event for each token.
 * @param keep The caller, and the service accounts whose tokens the caller keeps.
 */
export async function endSeenTokens(
  unit: UnitOfWork,
  organizationId: string,
  holder: Holder,
  reason: EndReason,
  keep?: { caller: Caller; accounts: readonly ServiceAccount[] },
): Promise<EndedTokens> {
  const kept = keep ? keptAccounts(keep.caller, organizationId, holder, keep.accounts) : new Set<string>()
  await lockSeenAccounts(unit.tx, organizationId, holder)
  const [seen = []] = await findSeenTokens(unit.tx, [{ ...holder, organizationId }], unit.now)
  const grants = await rolesNow(unit, organizationId, holder)
  const lost = seen.filter((token) => !maySee(grants, token))
  const known = new Set(lost.map(({ account }) => account?.id))
  if ([...kept].some((id) => !known.has(id))) {
    throw ValidationError.at(
      'keepTokensOf',
      'Names a service account whose token would not end. `lastSeenTokens` lists the tokens that would end.',
    )
  }
  const isKept = ({ account }: SeenToken) => account !== null && kept.has(account.id)
  const endedTokens = []
  for (const token of lost.filter((found) => !isKept(found))) endedTokens.push(await end(unit, holder, reason, token))
  return { endedTokens, keptTokens: lost.filter(isKept) }
}

async function end(unit: UnitOfWork, holder: Holder, reason: EndReason, token: SeenToken): Promise<SeenToken> {
  const { account, organizationId, isPrevious, projectId, playgroundTokenId } = token
  const { targetName, details: whose } = await nameHolder(unit.tx, holder)
  if (account === null) {
    await unit.tx.playgroundToken.deleteMany({ where: { id: playgroundTokenId ?? '' } })
    unit.audit({
      organizationId,
      action: 'playground.tokenEnded',
      targetType: 'User',
      targetId: holder.userId ?? '',
      targetName,
      details: { reason, projectId: projectId && encodeId('Project', projectId) },
    })
    return token
  }
  const data = isPrevious
    ? { previousTokenHash: null, previousRetiresAt: null, previousSeenByUserId: null, previousSeenByAccountId: null }
    : // No token has this hash, so servers of an older version reject the token, too.
      { tokenHash: new Uint8Array(randomBytes(32)), tokenEndedAt: unit.now }
  const ended = await unit.tx.serviceAccount.update({ where: { id: account.id }, data })
  unit.audit({
    organizationId,
    action: 'serviceAccount.tokenEnded',
    targetType: 'ServiceAccount',
    targetId: account.id,
    targetName: account.name,
    details: { reason, isPrevious, ...whose, seenByName: targetName },
  })
  unit.publish({ organizationId, projectId: null, kind: 'SERVICE_ACCOUNT_CHANGED', subjectId: account.id })
  return { ...token, account: ended }
}

const accountIds = (tokens: readonly SeenToken[]): string[] => [
  ...new Set(tokens.flatMap(({ account }) => (account ? [encodeId('ServiceAccount', account.id)] : []))),
]

/** Lists the ended and the kept tokens in the audit event of the change that ended the right. */
export function describeEnded({ endedTokens, keptTokens }: EndedTokens): Details {
  const playground = endedTokens.filter(({ account }) => account === null).length
  return {
    ...(endedTokens.length > playground ? { tokensEndedOf: accountIds(endedTokens) } : {}),
    ...(keptTokens.length > 0 ? { tokensKeptOf: accountIds(keptTokens) } : {}),
    ...(playground > 0 ? { playgroundTokensEnded: playground } : {}),
  }
}
