import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'

/**
 * The people that an actor may look up by id: the actor, the members of organizations whose members the actor may list,
 * and the collaborators of projects whose collaborators the actor may list.
 */
export function visibleUsers(access: Access): Prisma.UserWhereInput {
  const members = access.reach('organization:listMembers')
  const collaborators = access.reach('collaborator:list')
  const oneself = access.actor.kind === 'USER' ? [{ id: access.actor.id }] : []
  return {
    OR: [
      ...oneself,
      { members: { some: { organizationId: { in: members.organizationIds } } } },
      { collaborators: { some: { organizationId: { in: collaborators.organizationIds } } } },
      { collaborators: { some: { projectId: { in: collaborators.projectIds } } } },
    ],
  }
}
