import type { Prisma, Project, Resource } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import { type Action, INSTANCE, type Target } from '../core/policy.ts'
import { findProject } from '../project/access.ts'

/** The resources that an actor may see, as the WHERE of a query. A gateway, which serves every project, sees them all. */
export function visibleResources(access: Access): Prisma.ResourceWhereInput {
  if (access.can('resource:list', INSTANCE)) return {}
  const { organizationIds, projectIds } = access.reach('resource:list')
  return { OR: [{ organizationId: { in: organizationIds } }, { projectId: { in: projectIds } }] }
}

export const targetOf = (resource: { organizationId: string; projectId: string }): Target => ({
  organizationId: resource.organizationId,
  projectId: resource.projectId,
})

/** Finds the project in which a caller may do an action to resources. A gateway sees no project, and may all the same. */
export async function findProjectOf(caller: Caller, id: string, action: Action): Promise<Pick<Project, 'id'>> {
  if (!caller.access.can(action, INSTANCE)) return findProject(caller, id, action)
  const uuid = decodeId('Project', id)
  if (!uuid) throw new NotFoundError('project')
  const row = await caller.runtime.database.prisma.project.findUnique({ where: { id: uuid }, select: { id: true } })
  return caller.access.found(row, 'project')
}

/** Finds a resource that the caller may see and do an action to. */
export async function findResource(caller: Caller, id: string, action: Action): Promise<Resource> {
  const { access, runtime } = caller
  const uuid = decodeId('Resource', id)
  if (!uuid) throw new NotFoundError('resource')
  const row = await runtime.database.prisma.resource.findFirst({
    where: { AND: [{ id: uuid }, visibleResources(access)] },
  })
  const resource = access.found(row, 'resource')
  access.require(action, targetOf(resource))
  return resource
}
