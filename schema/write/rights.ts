import type { Transaction } from '@keyward/prisma/database'
import { isPrincipal } from '../core/actor.ts'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError } from '../core/errors.ts'
import { can, type Grants, type OrganizationRole, type ProjectRole, rolesFor } from '../core/policy.ts'

interface MemberRow {
  organization_id: string
  role: OrganizationRole
}

interface CollaboratorRow {
  project_id: string
  organization_id: string
  role: ProjectRole
}

/**
 * Reads the caller's own roles where it acts, and locks them until the transaction ends. The roles of a request are loaded
 * when it begins: who was removed or demoted since then is refused here, and who is about to be is removed afterwards,
 * with what was just done in sight.
 */
export async function holdRights({ access }: Caller, tx: Transaction): Promise<void> {
  const { actor, required } = access
  if (!isPrincipal(actor) || required.length === 0) return
  const organizationIds = [...new Set(required.map(({ target }) => target.organizationId))]
  const members = await tx.$queryRaw<MemberRow[]>`
    SELECT organization_id, role::text AS role FROM member
     WHERE organization_id = ANY(${organizationIds}::uuid[])
       AND (user_id = ${actor.id}::uuid OR service_account_id = ${actor.id}::uuid) FOR SHARE`
  const collaborators = await tx.$queryRaw<CollaboratorRow[]>`
    SELECT project_id, organization_id, role::text AS role FROM collaborator
     WHERE organization_id = ANY(${organizationIds}::uuid[])
       AND (user_id = ${actor.id}::uuid OR service_account_id = ${actor.id}::uuid) FOR SHARE`
  access.renew(merged(access.grants, organizationIds, members, collaborators))
  for (const { action, target } of required) {
    if (!can(access.grants, action, target)) throw new ForbiddenError(action, rolesFor(action))
  }
}

/** The roles as they were, with those in some organizations as they are now. */
function merged(
  before: Grants,
  organizationIds: string[],
  members: MemberRow[],
  collaborators: CollaboratorRow[],
): Grants {
  const organizations = new Map(before.organizations)
  const projects = new Map([...before.projects].filter(([, held]) => !organizationIds.includes(held.organizationId)))
  for (const id of organizationIds) {
    const held = before.organizations.get(id)
    const row = members.find((member) => member.organization_id === id)
    // Who became a member only just now is known as one by the next request.
    if (held && row) organizations.set(id, { ...held, role: row.role })
    else organizations.delete(id)
  }
  for (const row of collaborators) {
    projects.set(row.project_id, { role: row.role, organizationId: row.organization_id })
  }
  return { ...before, organizations, projects }
}
