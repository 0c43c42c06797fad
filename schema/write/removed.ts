import type { Access } from '../core/access.ts'
import { isPrincipal } from '../core/actor.ts'
import type { Caller } from '../core/caller.ts'
import { decodeId, type IdType } from '../core/ids.ts'
import type { Action } from '../core/policy.ts'
import { findRemovals, type RemovalRow } from './audit/sql.ts'

/** The audit events of removals. The index `audit_event_removals` finds them by their names. */
export type RemovalEvent = `${string}.removed` | `${string}.deleted` | 'project.deletionRequested'

/** How removals of a type are recorded, and who may remove. */
export interface RemovalRule {
  type: IdType
  event: RemovalEvent
  /** Action that a removal requires. */
  action: Action
  /** Whether the person or service account that holds the removed role may also remove it. */
  byHolder?: boolean
}

/** A removal in the audit log. */
export interface Removal {
  organizationId: string
  /** Project of the removed object. Null if it had none. */
  projectId: string | null
  /** Name of the removed object. Names of people are sealed. */
  name: string | null
}

/** Whether the caller was permitted to make a removal, according to the roles of this request. */
function mayRemove({ access }: { access: Access }, { action, byHolder }: RemovalRule, row: RemovalRow): boolean {
  const { organization_id: organizationId, project_id: projectId, holder_id: holderId } = row
  if (access.can(action, { organizationId, projectId })) return true
  return byHolder === true && isPrincipal(access.actor) && access.actor.id === holderId
}

/**
 * Finds the removal of an object that the caller could have removed. Null for every other caller and id. A repeated
 * removal returns this result, so that a retry after a lost response succeeds. Audit events are never deleted, so a
 * retry may come at any time.
 */
export async function findRemoval(caller: Caller, rule: RemovalRule, id: string): Promise<Removal | null> {
  const uuid = decodeId(rule.type, id)
  if (!uuid) return null
  const rows = await findRemovals(caller.runtime.database, rule.event, uuid)
  const row = rows.find((each) => mayRemove(caller, rule, each))
  return row ? { organizationId: row.organization_id, projectId: row.project_id, name: row.target_name } : null
}

/** The organization and project of a removal, for objects in a project. */
export function placeInProject({ organizationId, projectId }: Removal): { organizationId: string; projectId: string } {
  if (projectId === null) throw new Error('The audit event of a removal names no project')
  return { organizationId, projectId }
}
