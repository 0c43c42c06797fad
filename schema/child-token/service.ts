import type { Database } from '@keyward/prisma/database'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import { latest } from '../core/host.ts'
import { newId } from '../core/ids.ts'
import { findKeyOfSecret } from '../credential/service.ts'
import type { Runtime } from '../runtime.ts'
import { InvalidScope, readScope, type Scopes } from './scope.ts'
import { insertChildToken } from './sql.ts'

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

/** The reason why there is no token. */
export type Refused = { outcome: 'UNKNOWN_SECRET' | 'TOO_MANY' } | { outcome: 'INVALID_SCOPE'; message: string }

/**
 * Exchanges a key's secret for a child token: a credential of the same key with a short life and narrower scopes. It ends
 * with that secret. A child token is no secret of a key, so that it cannot be exchanged again. Children are made often: each
 * counts as a use of the secret, and none writes an audit event.
 * @param from The client's address; null if unknown, which is in no network.
 */
export async function createChildToken(
  runtime: Runtime,
  { secret, scope, lifetimeSeconds }: { secret: string; scope: string; lifetimeSeconds: number },
  from: string | null,
): Promise<IssuedChildToken | Refused> {
  const { database, limits } = runtime
  const key = await findKeyOfSecret(runtime, secret, from)
  if (!key) return { outcome: 'UNKNOWN_SECRET' }
  const scopes = readScope(scope, key)
  if (scopes instanceof InvalidScope) return { outcome: 'INVALID_SCOPE', message: scopes.message }
  const now = latest(database.clock)
  const ends = now + lifetimeSeconds * 1_000
  const expiresAt = Math.min(ends, key.expires_at?.getTime() ?? ends, key.retires_at?.getTime() ?? ends)
  const token = generateSecret('tmp')
  const row = {
    id: newId(),
    apiKeyId: key.id,
    secretId: key.secret_id,
    hash: hashSecret(token),
    ...scopes,
    createdAt: new Date(now),
    expiresAt: new Date(expiresAt),
  }
  if (!(await insertChildToken(database, row, limits.childTokensPerKey))) return { outcome: 'TOO_MANY' }
  const expiresInSeconds = Math.max(0, Math.floor((expiresAt - now) / 1_000))
  return { outcome: 'ISSUED', token, expiresInSeconds, scopes, apiKeyId: key.id }
}

/** Deletes expired child tokens. */
export async function removeExpiredChildTokens({ clock, prisma }: Database): Promise<number> {
  const { count } = await prisma.childToken.deleteMany({ where: { expiresAt: { lte: clock.now() } } })
  return count
}
