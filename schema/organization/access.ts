import type { Organization, Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import type { Target } from '../core/policy.ts'

/** WHERE condition for the organizations visible to an actor. */
export const visibleOrganizations = (access: Access): Prisma.OrganizationWhereInput => ({
  id: { in: access.reach('organization:read').organizationIds },
})

export const targetOf = (organization: { id: string }): Target => ({ organizationId: organization.id })

/** Finds an organization visible to the caller, or throws NotFoundError. */
export async function findOrganization(caller: Caller, id: string): Promise<Organization> {
  const { access, runtime } = caller
  const uuid = decodeId('Organization', id)
  if (!uuid) throw new NotFoundError('organization')
  const row = await runtime.database.prisma.organization.findFirst({
    where: { AND: [{ id: uuid }, visibleOrganizations(access)] },
  })
  return access.found(row, 'organization')
}
