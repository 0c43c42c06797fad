import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, ValidationError } from '../core/errors.ts'
import { name, parse } from '../core/input.ts'
import { awaitedSeconds, awaitIfAsked, type GatewayReceipt } from '../gateway/sync/service.ts'
import { changeOrganization } from '../organization/service.ts'
import { isPaused } from '../pause/state.ts'
import { changeProject, record as recordProject } from '../project/service.ts'
import type { Removal, RemovalRule } from '../write/removed.ts'
import { countContents } from './contents.ts'
import { findRecipients, mailDeletion } from './mail.ts'

/** Days between the request to delete an organization and its deletion. */
export const DELETION_DAYS = 7

const DAY_MS = 86_400_000

export const organizationDeleteInput = z.object({
  id: z.string(),
  name: name(),
  awaitGatewaysSeconds: awaitedSeconds,
})
export const organizationDeletionCancelInput = z.object({ id: z.string() })
export const projectDeleteInput = z.object({ id: z.string(), name: name() })

/** Throws ValidationError unless the caller confirms with the current name. */
function requireName(given: string, actual: string | null): void {
  if (given !== actual) throw ValidationError.at('name', 'Must be the current name, which confirms the deletion.')
}

/**
 * Schedules the deletion of an organization. Until then the organization is paused, so that its keys stop working at
 * once. A cancellation makes the same keys work again, which would be impossible after a revocation. A repetition
 * changes nothing.
 */
export async function deleteOrganization(
  caller: Caller,
  input: unknown,
): Promise<{ organizationId: string; gateways: GatewayReceipt[] | null }> {
  const { runtime } = caller
  const fields = parse(organizationDeleteInput, input)
  const before = runtime.changes.point
  let mail: Awaited<ReturnType<typeof findRecipients>> = null
  const done = await changeOrganization(caller, fields.id, 'organization:delete', async (unit, row, record) => {
    requireName(fields.name, row.name)
    // The transaction may run again.
    mail = null
    if (row.deletesAt) return
    const { now, tx } = unit
    const wasPaused = isPaused(row, now)
    const deletesAt = new Date(now.getTime() + DELETION_DAYS * DAY_MS)
    mail = await findRecipients(caller, tx, row, deletesAt)
    await tx.organization.update({
      where: { id: row.id },
      data: {
        deletionRequestedAt: now,
        deletesAt,
        pausedAt: wasPaused ? row.pausedAt : now,
        pausedUntil: null,
        pausedAtBefore: wasPaused ? row.pausedAt : null,
        pausedUntilBefore: wasPaused ? row.pausedUntil : null,
      },
    })
    record('organization.deletionScheduled', row.name, { deletesAt: deletesAt.toISOString() })
  })
  if (mail) mailDeletion(runtime.settings, mail)
  return { ...done, gateways: await awaitIfAsked(caller, fields.awaitGatewaysSeconds, before) }
}

/** Cancels a scheduled deletion and restores the earlier pause, if there was one. */
export function cancelOrganizationDeletion(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { id } = parse(organizationDeletionCancelInput, input)
  return changeOrganization(caller, id, 'organization:delete', async ({ tx, now }, row, record) => {
    if (!row.deletesAt) return
    if (row.deletesAt <= now) throw new InvalidStateError('The deletion has begun and cannot be cancelled.')
    await tx.organization.update({
      where: { id: row.id },
      data: {
        deletionRequestedAt: null,
        deletesAt: null,
        pausedAt: row.pausedAtBefore,
        pausedUntil: row.pausedUntilBefore,
        pausedAtBefore: null,
        pausedUntilBefore: null,
      },
    })
    record('organization.deletionCancelled', row.name, { deletesAt: row.deletesAt.toISOString() })
  })
}

/** How project deletions are recorded, and who can delete. */
export const projectRemoval = {
  type: 'Project',
  event: 'project.deletionRequested',
  action: 'project:delete',
} as const satisfies RemovalRule

/** Checks the confirmation of a repeated deletion. */
export function confirmDeletedProject({ organizationId, name }: Removal, input: unknown): { organizationId: string } {
  requireName(parse(projectDeleteInput, input).name, name)
  return { organizationId }
}

/** Deletes an archived project: hides it at once. A job deletes its contents. */
export async function deleteProject(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const fields = parse(projectDeleteInput, input)
  let organizationId = ''
  await changeProject(caller, fields.id, projectRemoval.action, async (unit, project) => {
    if (!project.archivedAt) {
      throw new InvalidStateError('Only an archived project can be deleted. Archive it first.', ['projectArchive'])
    }
    requireName(fields.name, project.name)
    const { tx, now } = unit
    organizationId = project.organizationId
    const contents = await countContents(tx, { column: 'project_id', id: project.id })
    await tx.project.update({ where: { id: project.id }, data: { deletesAt: now } })
    recordProject(unit, project, projectRemoval.event, { ...contents })
  })
  return { organizationId }
}
