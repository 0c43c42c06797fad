import type { Organization, Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import type { Action, Target } from '../core/policy.ts'

/** The organizations that an actor may see, as the WHERE of a query. */
export const visibleOrganizations = (access: Access): Prisma.OrganizationWhereInput => ({
  id: { in: access.reach('organization:read').organizationIds },
})

export const targetOf = (organization: { id: string }): Target => ({ organizationId: organization.id })

/** Finds an organization that the caller may see and do an action to. */
export async function findOrganization(caller: Caller, id: string, action: Action): Promise<Organization> {
  const { access, runtime } = caller
  const uuid = decodeId('Organization', id)
  if (!uuid) throw new NotFoundError('organization')
  const row = await runtime.database.prisma.organization.findFirst({
    where: { AND: [{ id: uuid }, visibleOrganizations(access)] },
  })
  const organization = access.found(row, 'organization')
  access.require(action, targetOf(organization))
  return organization
}
