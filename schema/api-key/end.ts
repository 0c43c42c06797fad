import type { RevocationReason } from '@keyward/prisma/generated/prisma/client'
import type { UnitOfWork } from '../write/unit-of-work.ts'

/** Ends locked keys and every secret of them that still works. This also ends a rotation in progress. */
export async function endKeys(
  { tx, now }: UnitOfWork,
  ids: string[],
  by: { userId: string | null; serviceAccountId: string | null },
  revocationReason: RevocationReason,
): Promise<void> {
  await tx.apiKey.updateMany({
    where: { id: { in: ids } },
    data: {
      revokedAt: now,
      revokedByUserId: by.userId,
      revokedByServiceAccountId: by.serviceAccountId,
      revocationReason,
      pausedAt: null,
      pausedUntil: null,
    },
  })
  await tx.apiKeySecret.updateMany({
    where: { apiKeyId: { in: ids }, OR: [{ retiresAt: null }, { retiresAt: { gt: now } }] },
    data: { retiresAt: now },
  })
}
