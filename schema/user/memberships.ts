import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'

/*
 * Selections that show how people belong to organizations and projects that the caller sees. Fields select them
 * together with the person, so that they need no statement of their own.
 */

/** The memberships of a person in the organizations that the caller sees. */
export const knownMemberships = (access: Access) =>
  ({
    where: { organizationId: { in: access.reach('organization:read').organizationIds } },
    select: { organizationId: true },
  }) satisfies Prisma.User$membersArgs

/**
 * A project role that makes the person's e-mail address visible to the caller, who administers the project or its
 * organization.
 */
export function administered(access: Access) {
  const { organizationIds, projectIds } = access.reach('user:readEmail')
  return {
    where: { OR: [{ organizationId: { in: organizationIds } }, { projectId: { in: projectIds } }] },
    take: 1,
    select: { id: true },
  } satisfies Prisma.User$collaboratorsArgs
}

interface Person {
  id: string
  members: readonly { organizationId: string }[]
  collaborators: readonly object[]
}

/** Whether a person is the caller, or belongs to an organization or a project that the caller administers. */
export function mayReadEmail(access: Access, { id, members, collaborators }: Person): boolean {
  if (access.actor.kind === 'USER' && access.actor.id === id) return true
  const { organizationIds } = access.reach('user:readEmail')
  return collaborators.length > 0 || members.some(({ organizationId }) => organizationIds.includes(organizationId))
}
