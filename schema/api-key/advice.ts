import type { ApiKey as ApiKeyRow, ApiKeySecret } from '@keyward/prisma/generated/prisma/client'
import type { ApiKeyAdvice } from './advice-kinds.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** After this long without use, a key counts as unused. */
export const UNUSED_AFTER_MS = 90 * DAY_MS

/** A rotation in progress: the new secret and the retiring secret. */
export interface Rotation {
  current: ApiKeySecret
  previous: ApiKeySecret & { retiresAt: Date }
}

/** Finds the rotation in progress among a key's versions, sorted newest first. */
export function rotationOf(secrets: ApiKeySecret[], now: Date): Rotation | null {
  const current = secrets.find((secret) => secret.retiresAt === null)
  const previous = secrets.find(
    (secret): secret is Rotation['previous'] => secret.retiresAt !== null && secret.retiresAt > now,
  )
  return current && previous ? { current, previous } : null
}

/**
 * The new secret is in use, and the old one was not used for an hour. A use of the old secret before the rotation
 * counts, too: a client that sends a request now and then has not shown that it has the new secret.
 */
export const isSafeToFinish = ({ current, previous }: Rotation, now: Date): boolean =>
  current.firstUsedAt !== null &&
  (previous.lastUsedAt === null || previous.lastUsedAt.getTime() < now.getTime() - HOUR_MS)

/**
 * Whether a working secret may have leaked. Reports about secrets that a rotation has retired are ignored. A server of
 * an older version stored only the time of the report on the key. In that case, every secret of that time may have
 * leaked.
 */
function hasLeaked({ leakedAt }: ApiKeyRow, secrets: ApiKeySecret[], now: Date): boolean {
  const isOfSecrets = leakedAt === null || secrets.some((secret) => secret.leakedAt && secret.leakedAt >= leakedAt)
  return secrets.some(
    (secret) =>
      (secret.retiresAt === null || secret.retiresAt > now) &&
      (secret.leakedAt !== null || (!isOfSecrets && secret.createdAt <= leakedAt)),
  )
}

/** The advice for a key that is not revoked. Whether its creator is gone is not included. Secrets are newest first. */
export function adviceOf(key: ApiKeyRow, secrets: ApiKeySecret[], now: Date): ApiKeyAdvice[] {
  const advice: ApiKeyAdvice[] = []
  if (hasLeaked(key, secrets, now)) advice.push('LEAKED')
  if (!key.expiresAt) advice.push('NO_EXPIRATION')
  else if (key.expiresAt > now && key.expiresAt.getTime() < now.getTime() + 7 * DAY_MS) advice.push('EXPIRES_SOON')
  if ((key.lastUsedAt ?? key.createdAt).getTime() < now.getTime() - UNUSED_AFTER_MS) advice.push('UNUSED_90_DAYS')
  const rotation = rotationOf(secrets, now)
  if (rotation && isSafeToFinish(rotation, now)) advice.push('ROTATION_SAFE_TO_FINISH')
  return advice
}
