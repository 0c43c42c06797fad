import type { OrganizationRole, ProjectRole } from '@keyward/prisma/generated/prisma/enums'
import { builder } from '../graphql/builder.ts'

export const OrganizationRoleEnum = builder.enumType('OrganizationRole', {
  description: 'Role in an organization.',
  values: {
    OWNER: { description: 'Holds every permission and cannot be removed or demoted. Each organization has one.' },
    ADMIN: { description: 'Has full access to every project and manages members and projects.' },
    MEMBER: { description: 'Reads the organization and its list of projects. Is a MEMBER of the default project.' },
  } satisfies Record<OrganizationRole, object>,
})

export const ProjectRoleEnum = builder.enumType('ProjectRole', {
  description: 'Role in a project.',
  values: {
    ADMIN: { description: 'Manages the project, its collaborators, and the scopes and limits of its keys.' },
    MEMBER: { description: 'Creates, rotates and revokes keys.' },
  } satisfies Record<ProjectRole, object>,
})
