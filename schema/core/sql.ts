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

/** Whether the person `u` has codes of an app, or a passkey, which replaces the password and verifies the person. */
export const HAS_SECOND_FACTOR = `(u.two_factor_enabled OR EXISTS (SELECT FROM passkey k WHERE k.user_id = u.id))`

/** Whether the person `u` signs in with a password. With single sign-on, the provider asks for the second factor. */
export const SIGNS_IN_BY_PASSWORD = `EXISTS (SELECT FROM account a WHERE a.user_id = u.id AND a.provider_id = 'credential')`

/** Whether the person `u` signs in with a password and has no second factor. */
export const LACKS_SECOND_FACTOR = `NOT ${HAS_SECOND_FACTOR} AND ${SIGNS_IN_BY_PASSWORD}`

/**
 * Whether an organization withholds the roles of a person: it requires a second factor, and they sign in with a password
 * and have none. Both parameters are expressions of SQL.
 */
const isWithheld = (userId: string, organizationId: string): string => `
       EXISTS (SELECT FROM organization o, "user" u
                WHERE o.id = ${organizationId} AND o.require_second_factor AND u.id = ${userId}
                  AND ${LACKS_SECOND_FACTOR})`

/** Organizations that withhold the roles of a person, oldest first. */
export const readWithholding = (database: Database, userId: string) =>
  database.sql<{ id: string; name: string }>(
    `SELECT g.id, g.name FROM organization g
      WHERE (EXISTS (SELECT FROM member m WHERE m.organization_id = g.id AND m.user_id = $1::uuid)
          OR EXISTS (SELECT FROM collaborator c WHERE c.organization_id = g.id AND c.user_id = $1::uuid))
        AND ${isWithheld('$1::uuid', 'g.id')}
      ORDER BY g.created_at, g.id LIMIT 100`,
    [userId],
  )

/** All roles of the people and service accounts in `$1`, except those that organizations withhold. */
export const GRANTS = `
     SELECT coalesce(m.user_id, m.service_account_id) AS principal_id, m.organization_id, m.role::text AS organization_role,
            d.id AS default_project_id, NULL::uuid AS project_id, NULL AS project_role
       FROM member m JOIN project d ON d.organization_id = m.organization_id AND d.is_default
      WHERE (m.user_id = ANY($1::uuid[]) OR m.service_account_id = ANY($1::uuid[]))
        AND NOT ${isWithheld('m.user_id', 'm.organization_id')}
     UNION ALL
     SELECT coalesce(c.user_id, c.service_account_id), c.organization_id, NULL, NULL, c.project_id, c.role::text
       FROM collaborator c
      WHERE (c.user_id = ANY($1::uuid[]) OR c.service_account_id = ANY($1::uuid[]))
        AND NOT ${isWithheld('c.user_id', 'c.organization_id')}`

/** Reads all roles of people and service accounts, except those that organizations withhold. */
export const readGrants = (database: Database, principalIds: string[]) => database.sql<GrantRow>(GRANTS, [principalIds])
