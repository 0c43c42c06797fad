import type { Database } from '@keyward/prisma/database'
import type { OrganizationRole, ProjectRole } from './policy.ts'

/** An organization role with its default project, or a project role. */
export interface GrantRow {
  principal_id: string
  organization_id: string
  organization_role: OrganizationRole | null
  default_project_id: string | null
  project_id: string | null
  project_role: ProjectRole | null
}

/** Reads all roles of people and service accounts. */
export const readGrants = (database: Database, principalIds: string[]) =>
  database.sql<GrantRow>(
    `SELECT coalesce(m.user_id, m.service_account_id) AS principal_id, m.organization_id, m.role::text AS organization_role,
            d.id AS default_project_id, NULL::uuid AS project_id, NULL AS project_role
       FROM member m JOIN project d ON d.organization_id = m.organization_id AND d.is_default
      WHERE m.user_id = ANY($1::uuid[]) OR m.service_account_id = ANY($1::uuid[])
     UNION ALL
     SELECT coalesce(c.user_id, c.service_account_id), c.organization_id, NULL, NULL, c.project_id, c.role::text
       FROM collaborator c
      WHERE c.user_id = ANY($1::uuid[]) OR c.service_account_id = ANY($1::uuid[])`,
    [principalIds],
  )
