import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { ApiKeyAdvice } from './advice-kinds.ts'

const DAY_MS = 86_400_000

/** Recommendations that can select keys for revocation. Recommendations about keys in use are excluded. */
export type SelectableAdvice = Exclude<ApiKeyAdvice, 'ROTATION_SAFE_TO_FINISH'>

const before = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS)

const HOUR_MS = 3_600_000

/** WHERE condition for an organization's keys with a recommendation, consistent with `ApiKey.advice`. */
export const ADVICE: Record<SelectableAdvice, (now: Date, organizationId: string) => Prisma.ApiKeyWhereInput> = {
  NO_EXPIRATION: () => ({ expiresAt: null }),
  EXPIRES_SOON: (now) => ({ expiresAt: { gt: now, lt: before(now, -7) } }),
  UNUSED_90_DAYS: (now) => ({
    OR: [{ lastUsedAt: { lt: before(now, 90) } }, { lastUsedAt: null, createdAt: { lt: before(now, 90) } }],
  }),
  LEAKED: (now) => ({
    secrets: { some: { leakedAt: { not: null }, OR: [{ retiresAt: null }, { retiresAt: { gt: now } }] } },
  }),
  CREATOR_GONE: (_now, organizationId) => {
    const collaborators = { none: { organizationId } }
    return {
      OR: [
        { createdByUserId: null, createdByServiceAccountId: null },
        { createdByUser: { members: { none: { organizationId } }, collaborators } },
        { createdByServiceAccount: { member: null, collaborators } },
      ],
    }
  },
}

/**
 * WHERE condition for keys with any of these recommendations. It matches the field `ApiKey.advice`. CREATOR_GONE
 * matches only in organizations where the caller may read names.
 */
export function adviceWhere(
  advice: readonly ApiKeyAdvice[],
  now: Date,
  readableCreators: readonly string[],
): Prisma.ApiKeyWhereInput {
  const any = [...new Set(advice)].flatMap((one): Prisma.ApiKeyWhereInput[] => {
    if (one === 'ROTATION_SAFE_TO_FINISH') return [safeToFinish(now)]
    if (one !== 'CREATOR_GONE') return [ADVICE[one](now, '')]
    return readableCreators.map((organizationId) => ({ organizationId, ...ADVICE[one](now, organizationId) }))
  })
  return any.length === 0 ? { id: { in: [] } } : { revokedAt: null, OR: any }
}

/** WHERE condition for keys whose new secret is in use and whose old secret was unused for an hour. */
function safeToFinish(now: Date): Prisma.ApiKeyWhereInput {
  const isOld = { retiresAt: { gt: now } }
  const recent = new Date(now.getTime() - HOUR_MS)
  return {
    AND: [
      { secrets: { some: { retiresAt: null, firstUsedAt: { not: null } } } },
      { secrets: { some: isOld } },
      { secrets: { none: { ...isOld, lastUsedAt: { gte: recent } } } },
    ],
  }
}
