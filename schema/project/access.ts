import type { Prisma, Project } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import type { Caller } from '../core/caller.ts'
import { NotFoundError } from '../core/errors.ts'
import { decodeId } from '../core/ids.ts'
import type { Target } from '../core/policy.ts'

/** WHERE condition for the projects whose name is visible to an actor. */
export function visibleProjects(access: Access): Prisma.ProjectWhereInput {
  const { organizationIds, projectIds } = access.reach('organization:listProjects')
  // A project whose deletion was requested is hidden from all callers before its rows are deleted.
  return { deletesAt: null, OR: [{ organizationId: { in: organizationIds } }, { id: { in: projectIds } }] }
}

export const targetOf = (project: { id: string; organizationId: string }): Target => ({
  organizationId: project.organizationId,
  projectId: project.id,
})

/** Finds a project visible to the caller, or throws NotFoundError. */
export async function findProject(caller: Caller, id: string): Promise<Project> {
  const { access, runtime } = caller
  const uuid = decodeId('Project', id)
  if (!uuid) throw new NotFoundError('project')
  const row = await runtime.database.prisma.project.findFirst({
    where: { AND: [{ id: uuid }, visibleProjects(access)] },
  })
  return access.found(row, 'project')
}
