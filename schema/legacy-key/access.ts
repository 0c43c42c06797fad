import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'

/** WHERE condition for the legacy keys visible to an actor. */
export function visibleLegacyKeys(access: Access): Prisma.LegacyKeyWhereInput {
  const { organizationIds, keyId } = access.reach('legacyKey:read')
  return { OR: [{ organizationId: { in: organizationIds } }, ...(keyId ? [{ id: keyId }] : [])] }
}
