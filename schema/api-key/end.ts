import type { RevocationReason } from '@keyward/prisma/generated/prisma/client'
import type { UnitOfWork } from '../write/unit-of-work.ts'

/** Ends a locked key and every secret of it that still works. A rotation under way ends, too. */
export async function endKey(
  { tx, now }: UnitOfWork,
  id: string,
  by: { userId: string | null; serviceAccountId: string | null },
  revocationReason: RevocationReason,
): Promise<void> {
  await tx.apiKey.update({
    where: { id },
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
    where: { apiKeyId: id, OR: [{ retiresAt: null }, { retiresAt: { gt: now } }] },
    data: { retiresAt: now },
  })
}
