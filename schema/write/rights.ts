import type { Transaction } from '@keyward/prisma/database'
import type { Access } from '../core/access.ts'
import { isPrincipal } from '../core/actor.ts'
import type { Action, Grants, Target } from '../core/policy.ts'
import { type CollaboratorRow, lockCollaboratorRoles, lockMemberRoles, type MemberRow } from './sql.ts'

/** An action that a change requires of its caller, and the target of the action. */
export interface Requirement {
  action: Action
  target: Target
}

/** Throws ForbiddenError unless the caller's roles allow every required action. */
export function requireRights(access: Access, required: readonly Requirement[]): void {
  for (const { action, target } of required) access.require(action, target)
}

/**
 * Locks the caller's own roles until the transaction ends and checks the requirements against them. A caller who was
 * removed or demoted since the request began is denied here. A simultaneous removal waits, and then sees what this
 * change wrote.
 */
export async function holdRights(access: Access, tx: Transaction, required: readonly Requirement[]): Promise<void> {
  const { actor } = access
  if (!isPrincipal(actor) || required.length === 0) return
  const organizationIds = [...new Set(required.map(({ target }) => target.organizationId))]
  const members = await lockMemberRoles(tx, actor.id, organizationIds)
  const collaborators = await lockCollaboratorRoles(tx, actor.id, organizationIds)
  access.renew(merged(access.grants, organizationIds, members, collaborators))
  requireRights(access, required)
}

/** Replaces the roles in some organizations by the rows just read. */
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
    // A membership that began during this request applies only from the next request on.
    if (held && row) organizations.set(id, { ...held, role: row.role })
    else organizations.delete(id)
  }
  for (const row of collaborators) {
    // The same applies to a project role. A role that the organization withholds because of a missing second factor is
    // not restored here.
    if (before.projects.has(row.project_id))
      projects.set(row.project_id, { role: row.role, organizationId: row.organization_id })
  }
  return { ...before, organizations, projects }
}
