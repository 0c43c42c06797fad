import type { Prisma, Trust } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import type { Target } from '../core/policy.ts'

/** WHERE condition for the trusts that an actor may see. */
export function visibleTrusts(access: Access): Prisma.TrustWhereInput {
  const { organizationIds, projectIds } = access.reach('trust:list')
  return { OR: [{ organizationId: { in: organizationIds } }, { projectId: { in: projectIds } }] }
}

export const targetOf = ({ organizationId, projectId }: { organizationId: string; projectId: string }): Target => ({
  organizationId,
  projectId,
})

/** Finds a trust that the caller may see, or throws NotFoundError. */
export async function findTrust(caller: Caller, id: string): Promise<Trust> {
  const { access, runtime } = caller
  const uuid = decodeId('Trust', id)
  if (!uuid) throw new NotFoundError('trust')
  const row = await runtime.database.prisma.trust.findFirst({ where: { AND: [{ id: uuid }, visibleTrusts(access)] } })
  return access.found(row, 'trust')
}
