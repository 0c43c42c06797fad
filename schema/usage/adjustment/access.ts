import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../../core/access.ts'
import type { Target } from '../../core/policy.ts'

/** WHERE condition for the adjustments that an actor may see. */
export function visibleAdjustments(access: Access): Prisma.UsageAdjustmentWhereInput {
  const { organizationIds, projectIds, keyId } = access.reach('apiKey:readUsage')
  return {
    OR: [
      { organizationId: { in: organizationIds } },
      { projectId: { in: projectIds } },
      ...(keyId ? [{ apiKeyId: keyId }] : []),
    ],
  }
}

export const targetOf = (row: { organizationId: string; projectId: string; apiKeyId: string }): Target => ({
  organizationId: row.organizationId,
  projectId: row.projectId,
  keyId: row.apiKeyId,
})
