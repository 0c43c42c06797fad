import type { Database } from '@keyward/prisma/database'
import type { Actor, Principal } from './actor.ts'
import { type Grants, NO_GRANTS, type OrganizationRole, type ProjectRole } from './policy.ts'
import { type GrantRow, readGrants } from './sql.ts'

/** A person or service account, by UUID. */
export interface PrincipalKey {
  kind: 'USER' | 'SERVICE_ACCOUNT'
  id: string
}

/** Loads the roles of principals in one statement. The batch function of the role DataLoader. */
export async function loadGrants(database: Database, principals: readonly PrincipalKey[]): Promise<Grants[]> {
  const rows = await readGrants(
    database,
    principals.map((principal) => principal.id),
  )
  return principals.map(({ id }) => grantsOf(rows, id))
}

/** The roles of one principal, from the rows of several principals. */
export function grantsOf(rows: readonly GrantRow[], id: string): Grants {
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
}

/** Leaves a token of a trust only the role in its project: no role in the organization, and none elsewhere. */
export function narrowGrants(grants: Grants, actor: Actor): Grants {
  if (actor.kind !== 'SERVICE_ACCOUNT' || actor.onlyProjectId === undefined) return grants
  const held = grants.projects.get(actor.onlyProjectId)
  return { ...NO_GRANTS, projects: new Map(held ? [[actor.onlyProjectId, held]] : []) }
}

/** Adds rights from the configuration: a signed-in person can be an operator of the instance. */
export const withOperator = (grants: Grants, actor: Actor, operators: readonly string[] = []): Grants =>
  actor.kind === 'USER' && operators.includes(actor.id) ? { ...grants, operator: true } : grants

/** The grants of an actor that need no look-up: of a key, of a gateway, or none. */
export function inherentGrants(actor: Exclude<Actor, Principal>): Grants {
  if (actor.kind === 'GATEWAY') return { ...NO_GRANTS, gateway: true }
  if (actor.kind !== 'API_KEY' && actor.kind !== 'LEGACY_KEY') return NO_GRANTS
  const { id, organizationId, projectId } = actor
  return { ...NO_GRANTS, key: { column: actor.kind === 'API_KEY' ? 'K' : 'L', id, organizationId, projectId } }
}
