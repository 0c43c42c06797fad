import type { OrganizationRole, ProjectRole } from '@keyward/prisma/generated/prisma/enums'
import { builder } from '../graphql/builder.ts'

export const OrganizationRoleEnum = builder.enumType('OrganizationRole', {
  description: 'A role in an organization.',
  values: {
    OWNER: { description: 'The one who pays: may do everything, and can be neither removed nor demoted.' },
    ADMIN: { description: 'Has full access to every project, and manages members and projects.' },
    MEMBER: { description: 'Reads the organization and the list of its projects; is MEMBER of the default project.' },
  } satisfies Record<OrganizationRole, object>,
})

export const ProjectRoleEnum = builder.enumType('ProjectRole', {
  description: 'A role in a project.',
  values: {
    ADMIN: { description: 'Manages the project, its collaborators, and what its keys may be used for.' },
    MEMBER: { description: 'Creates, rotates and revokes keys.' },
  } satisfies Record<ProjectRole, object>,
})
