import type { Prisma, Project } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import type { Action, Target } from '../core/policy.ts'

/** The projects whose name an actor may see, as the WHERE of a query. */
export function visibleProjects(access: Access): Prisma.ProjectWhereInput {
  const { organizationIds, projectIds } = access.reach('organization:listProjects')
  return { OR: [{ organizationId: { in: organizationIds } }, { id: { in: projectIds } }] }
}

export const targetOf = (project: { id: string; organizationId: string }): Target => ({
  organizationId: project.organizationId,
  projectId: project.id,
})

/** Finds a project that the caller may see and do an action to. */
export async function findProject(caller: Caller, id: string, action: Action, path = 'project'): Promise<Project> {
  const { access, runtime } = caller
  const uuid = decodeId('Project', id)
  if (!uuid) throw new NotFoundError(path)
  const row = await runtime.database.prisma.project.findFirst({
    where: { AND: [{ id: uuid }, visibleProjects(access)] },
  })
  const project = access.found(row, path)
  access.require(action, targetOf(project))
  return project
}
