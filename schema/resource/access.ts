import type { Prisma, Project, Resource } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { INSTANCE, type Target } from '../core/policy.ts'
import { findProject } from '../project/access.ts'

/** WHERE condition for the resources that an actor may see. A gateway serves every project and sees them all. */
export function visibleResources(access: Access): Prisma.ResourceWhereInput {
  if (access.can('resource:list', INSTANCE)) return {}
  const { organizationIds, projectIds } = access.reach('resource:list')
  return { OR: [{ organizationId: { in: organizationIds } }, { projectId: { in: projectIds } }] }
}

export const targetOf = (resource: { organizationId: string; projectId: string }): Target => ({
  organizationId: resource.organizationId,
  projectId: resource.projectId,
})

/** Finds the project of a new resource, or throws NotFoundError. A gateway finds every project. */
export async function findProjectOf(caller: Caller, id: string): Promise<Pick<Project, 'id' | 'organizationId'>> {
  if (!caller.access.can('resource:register', INSTANCE)) return findProject(caller, id)
  const uuid = decodeId('Project', id)
  if (!uuid) throw new NotFoundError('project')
  return caller.access.found(
    await caller.runtime.database.prisma.project.findUnique({ where: { id: uuid } }),
    'project',
  )
}

/** Finds a resource that the caller may see, or throws NotFoundError. */
export async function findResource(caller: Caller, id: string): Promise<Resource> {
  const { access, runtime } = caller
  const uuid = decodeId('Resource', id)
  if (!uuid) throw new NotFoundError('resource')
  const row = await runtime.database.prisma.resource.findFirst({
    where: { AND: [{ id: uuid }, visibleResources(access)] },
  })
  return access.found(row, 'resource')
}
