import type { ApiKey } from '@keyward/prisma/generated/prisma/client'
import { ConflictError } from '../core/errors.ts'
import { encodeId } from '../core/ids.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'

/**
 * Frees names that expired keys still hold, in the transaction that gives the names to other keys. The project is
 * locked, so that an expired key is not extended at the same time. The unique index prevents conflicts in any case.
 */
export async function freeExpiredNames(
  { tx, now }: UnitOfWork,
  projectIds: string[],
  nameKeys: string[],
): Promise<void> {
  await tx.apiKey.updateMany({
    where: {
      projectId: { in: projectIds },
      nameKey: { in: nameKeys },
      revokedAt: null,
      nameFreedAt: null,
      expiresAt: { lte: now },
    },
    data: { nameFreedAt: now },
  })
}

/** Claims a name for a key of a project. */
export const claimName = (unit: UnitOfWork, projectId: string, nameKey: string): void =>
  unit.claim('api_key_live_name', { type: 'ApiKey', projectId, nameKey })

/** Throws a ConflictError that names the holder, if another key has taken the name of an expired key. */
export async function requireOwnName({ tx }: UnitOfWork, key: ApiKey): Promise<void> {
  if (key.nameFreedAt === null) return
  const { projectId, nameKey } = key
  const holder = await tx.apiKey.findFirst({
    where: { projectId, nameKey, revokedAt: null, nameFreedAt: null },
    select: { id: true, name: true },
  })
  if (!holder) return
  throw new ConflictError(
    `While this key was expired, the key "${holder.name}" (${encodeId('ApiKey', holder.id)}) took its name. Rename one of them first.`,
    ['id'],
    { type: 'ApiKey', projectId, nameKey },
    ['apiKeyUpdate'],
  )
}
