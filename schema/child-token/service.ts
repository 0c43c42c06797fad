import { parseSecret } from '@keyward/engine/secret'
import type { Database } from '@keyward/prisma/database'
import { generateSecret, hashSecret, hexHashOf } from '../api-key/secret.ts'
import { lockApiKey } from '../api-key/sql.ts'
import { latest } from '../core/host.ts'
import { newId } from '../core/ids.ts'
import { findKeyOfSecret } from '../credential/service.ts'
import { clientSource } from '../credential/unknown-secrets.ts'
import { uuidOfPart } from '../limit/part.ts'
import type { Runtime } from '../runtime.ts'
import { actAsSystem, type UnitOfWork } from '../write/unit-of-work.ts'
import { InvalidScope, readScope, type Scopes } from './scope.ts'
import { deleteExpiredChildTokens, insertChildToken } from './sql.ts'

/** Lifetimes of child tokens, in seconds: the longest, an hour, and the default, 10 minutes. */
export const MAX_LIFETIME_SECONDS = 3_600
export const DEFAULT_LIFETIME_SECONDS = 600

/** A new child token. Only its hash is stored. */
export interface IssuedChildToken {
  outcome: 'ISSUED'
  token: string
  expiresInSeconds: number
  scopes: Scopes
  apiKeyId: string
}

/** A request for a child token. */
export interface ChildTokenRequest {
  secret: string
  scope: string
  lifetimeSeconds: number
  /** Maximum total cost of requests with the token, in US dollars. Null: no maximum for the token. */
  maxCost?: string | null
  /** Origins of web pages that can use the token. Empty: any origin. */
  origins?: readonly string[]
}

/** The reason why there is no token. */
export type Refused = { outcome: 'UNKNOWN_SECRET' | 'TOO_MANY' } | { outcome: 'INVALID_SCOPE'; message: string }

interface ParentKey {
  id: string
  organizationId: string
  projectId: string
}

/** A child token of a secret, with its row. It ends after its lifetime, or earlier at the first of the given times. */
export function newChildToken(
  secretId: string,
  { workloads, models, origins = [] }: Scopes & Pick<ChildTokenRequest, 'origins'>,
  now: number,
  lifetimeSeconds: number,
  ends: readonly (Date | null)[],
) {
  const token = generateSecret('tmp')
  const expiresAt = new Date(Math.min(now + lifetimeSeconds * 1_000, ...ends.flatMap((end) => end?.getTime() ?? [])))
  const bounds = { workloads: [...workloads], models: [...models], origins: [...origins] }
  const row = { id: newId(), secretId, hash: hashSecret(token), ...bounds, createdAt: new Date(now), expiresAt }
  return { token, row }
}

/** The budget of a child token: the amount, in US dollars, that requests with it may cost in total. */
export const budgetOfChild = ({ id, createdAt }: { id: string; createdAt: Date }, key: ParentKey, maxCost: string) => ({
  scopeId: uuidOfPart({ kind: 'CHILD_TOKEN', ownerId: key.id, name: id }),
  organizationId: key.organizationId,
  projectId: key.projectId,
  apiKeyId: key.id,
  part: id,
  kind: 'TOTAL' as const,
  amount: maxCost,
  action: 'REJECT' as const,
  thresholds: [],
  setAt: createdAt,
})

/**
 * Exchanges a key's secret for a child token: a credential of the same key with a short life and narrower scopes. It
 * ends with that secret. A child token cannot be exchanged for another one. Creating a child token counts as a use of
 * the secret. It writes no audit event, because clients create child tokens often.
 * @param from The client's address; null if unknown. An unknown address is outside of every network.
 */
export async function createChildToken(
  runtime: Runtime,
  { secret, scope, lifetimeSeconds, maxCost, origins = [] }: ChildTokenRequest,
  from: string | null,
): Promise<IssuedChildToken | Refused> {
  const { database, limits } = runtime
  const key = await findKeyOfSecret(runtime, secret, from)
  if (!key) return { outcome: 'UNKNOWN_SECRET' }
  const scopes = readScope(scope, key)
  if (scopes instanceof InvalidScope) return { outcome: 'INVALID_SCOPE', message: scopes.message }
  const now = latest(database.clock)
  const ends = [key.expires_at, key.retires_at]
  const { token, row } = newChildToken(key.secret_id, { ...scopes, origins }, now, lifetimeSeconds, ends)
  const parent = { id: key.id, organizationId: key.organization_id, projectId: key.project_id }
  const budget = maxCost == null ? null : budgetOfChild(row, parent, maxCost)
  if (!(await insertChildToken(database, { ...row, apiKeyId: key.id }, budget, limits.childTokensPerKey)))
    return { outcome: 'TOO_MANY' }
  const expiresInSeconds = Math.max(0, Math.floor((row.expiresAt.getTime() - now) / 1_000))
  return { outcome: 'ISSUED', token, expiresInSeconds, scopes, apiKeyId: key.id }
}

/** Ends a child token. Servers and gateways discard cached data about its key and the key's child tokens. */
export async function endChildToken(unit: UnitOfWork, apiKeyId: string, hash: Uint8Array<ArrayBuffer>) {
  await lockApiKey(unit.tx, apiKeyId)
  const apiKey = await unit.tx.apiKey.findUniqueOrThrow({ where: { id: apiKeyId } })
  const { organizationId, projectId } = apiKey
  const ended = { where: { hash, expiresAt: { gt: unit.now } }, data: { expiresAt: unit.now } }
  const { count } = await unit.tx.childToken.updateMany(ended)
  if (count > 0) unit.publish({ organizationId, projectId, kind: 'API_KEY_UPDATED', subjectId: apiKeyId })
  return apiKey
}

/**
 * Ends the caller's child token (RFC 7009). An ended or unknown token is not an error.
 * Like its creation from a secret, this writes no audit event.
 * @param from The client's address; null if unknown.
 * @returns Whether the text can be a child token.
 * @throws {UnknownSecretsLimitedError} The client has presented too many unknown secrets.
 */
export async function revokeChildToken(
  { database, unknownSecrets }: Pick<Runtime, 'database' | 'unknownSecrets'>,
  token: string,
  from: string | null,
): Promise<boolean> {
  const parsed = parseSecret(token)
  if (parsed.shape !== 'keyward' || parsed.kind !== 'tmp') return false
  const hash = new Uint8Array(hashSecret(token))
  const found = await unknownSecrets.find(hexHashOf(token), clientSource(from), () =>
    database.prisma.childToken.findUnique({ where: { hash }, select: { expiresAt: true, secret: true } }),
  )
  // An ended token causes no transaction, even if it is sent repeatedly.
  if (found && found.expiresAt > database.clock.now())
    await actAsSystem({ database }, (unit) => endChildToken(unit, found.secret.apiKeyId, hash))
  return true
}

/** Deletes expired child tokens and their budgets. Returns how many. */
export const removeExpiredChildTokens = (database: Database): Promise<number> =>
  deleteExpiredChildTokens(database, database.clock.now())
