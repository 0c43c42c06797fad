import { startOf } from '@keyward/engine/secret'
import { z } from 'zod'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import type { Actor } from '../core/actor.ts'
import { ValidationError } from '../core/errors.ts'

/** The longest overlap of a rotation, during which both tokens work: 7 days. */
export const MAX_OVERLAP_SECONDS = 604_800

/** The fields of an expiration: a time, or seconds from now by the database's clock. */
export const expirationFields = {
  expiresAt: z.date().nullish(),
  expiresInSeconds: z.number().int().min(1, { error: 'Must be at least 1.' }).nullish(),
}

/** An expiration, as given in the input. */
export interface GivenExpiration {
  expiresAt?: Date | null | undefined
  expiresInSeconds?: number | null | undefined
}

/** Throws ValidationError if an expiration is given twice. */
export function requireOneExpiration({ expiresAt, expiresInSeconds }: GivenExpiration): void {
  if (expiresAt != null && expiresInSeconds != null) {
    throw ValidationError.at('expiresInSeconds', 'Give either `expiresAt` or `expiresInSeconds`, not both.')
  }
}

/** The time of an expiration, in the future. Null if the token never expires. */
export function expirationTime({ expiresAt, expiresInSeconds }: GivenExpiration, now: Date): Date | null {
  if (expiresInSeconds != null) return new Date(now.getTime() + expiresInSeconds * 1000)
  if (expiresAt == null) return null
  if (expiresAt <= now) throw ValidationError.at('expiresAt', `Must be in the future (now: ${now.toISOString()}).`)
  return expiresAt
}

/** The columns that record who knows a token that an actor creates: a person, directly or by an account's token. */
export const seenBy = (actor: Actor): { tokenSeenByUserId: string | null; tokenSeenByAccountId: string | null } => ({
  tokenSeenByUserId:
    actor.kind === 'USER' ? actor.id : actor.kind === 'SERVICE_ACCOUNT' ? actor.tokenSeenByUserId : null,
  tokenSeenByAccountId: actor.kind === 'SERVICE_ACCOUNT' ? actor.id : null,
})

/** A new token, with its columns. */
export function newToken(actor: Actor, expiration: GivenExpiration, now: Date) {
  const token = generateSecret('svc')
  const columns = {
    tokenHash: hashSecret(token),
    tokenStart: startOf(token),
    tokenExpiresAt: expirationTime(expiration, now),
    ...seenBy(actor),
  }
  return { token, columns }
}
