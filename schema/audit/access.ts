import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'

/** The audit events that an actor may see, as the WHERE of a query. */
export function visibleAuditEvents(access: Access): Prisma.AuditEventWhereInput {
  const organizations = access.reach('audit:readOrganization')
  const projects = access.reach('audit:readProject')
  return {
    OR: [{ organizationId: { in: organizations.organizationIds } }, { projectId: { in: projects.projectIds } }],
  }
}
