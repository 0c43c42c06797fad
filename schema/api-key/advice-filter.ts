import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { ApiKeyAdvice } from './enums.ts'

const DAY_MS = 86_400_000

/** Advice by which keys can be selected. The other depends on comparing two secrets of a key. */
export type SelectableAdvice = Exclude<ApiKeyAdvice, 'ROTATION_SAFE_TO_FINISH'>

const before = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS)

/** The WHERE of an organization's keys with an advice, as the field `ApiKey.advice` gives it. */
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
