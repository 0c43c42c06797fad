import type { Database } from '@keyward/prisma/database'
import type { Actor, Principal } from './actor.ts'
import { type Grants, NO_GRANTS, type OrganizationRole, type ProjectRole } from './policy.ts'

/** Whose roles are looked up: a person or a service account, by UUID. */
export interface PrincipalKey {
  kind: 'USER' | 'SERVICE_ACCOUNT'
  id: string
}

interface GrantRow {
  principal_id: string
  organization_id: string
  organization_role: OrganizationRole | null
  default_project_id: string | null
  project_id: string | null
  project_role: ProjectRole | null
}

const STATEMENT = `
  SELECT coalesce(m.user_id, m.service_account_id) AS principal_id, m.organization_id, m.role::text AS organization_role,
         d.id AS default_project_id, NULL::uuid AS project_id, NULL AS project_role
    FROM member m JOIN project d ON d.organization_id = m.organization_id AND d.is_default
   WHERE m.user_id = ANY($1::uuid[]) OR m.service_account_id = ANY($1::uuid[])
  UNION ALL
  SELECT coalesce(c.user_id, c.service_account_id), c.organization_id, NULL, NULL, c.project_id, c.role::text
    FROM collaborator c
   WHERE c.user_id = ANY($1::uuid[]) OR c.service_account_id = ANY($1::uuid[])`

/** The roles of principals, in one statement for any number of them; the batch function of the role DataLoader. */
export async function loadGrants(database: Database, principals: readonly PrincipalKey[]): Promise<Grants[]> {
  const rows = await database.sql<GrantRow>(STATEMENT, [principals.map((principal) => principal.id)])
  return principals.map(({ id }) => {
    const organizations: Map<string, { role: OrganizationRole; defaultProjectId: string }> = new Map()
    const projects: Map<string, { role: ProjectRole; organizationId: string }> = new Map()
    for (const row of rows) {
      if (row.principal_id !== id) continue
      if (row.organization_role && row.default_project_id) {
        organizations.set(row.organization_id, {
          role: row.organization_role,
          defaultProjectId: row.default_project_id,
        })
      } else if (row.project_id && row.project_role) {
        projects.set(row.project_id, { role: row.project_role, organizationId: row.organization_id })
      }
    }
    return { ...NO_GRANTS, organizations, projects }
  })
}

/** What an actor holds without any look-up: a key its place, others that hold no roles nothing. */
export function inherentGrants(actor: Exclude<Actor, Principal>): Grants {
  if (actor.kind === 'GATEWAY') return { ...NO_GRANTS, gateway: true }
  if (actor.kind !== 'API_KEY' && actor.kind !== 'LEGACY_KEY') return NO_GRANTS
  const { id, organizationId, projectId } = actor
  return { ...NO_GRANTS, key: { column: actor.kind === 'API_KEY' ? 'K' : 'L', id, organizationId, projectId } }
}
