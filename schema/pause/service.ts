import { z } from 'zod'
import { changeKey } from '../api-key/access.ts'
import { requireAhead } from '../api-key/input.ts'
import { record as recordKey } from '../api-key/record.ts'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError } from '../core/errors.ts'
import { parse } from '../core/input.ts'
import { awaitedSeconds, awaitIfAsked, type GatewayReceipt } from '../gateway/sync/service.ts'
import { changeOrganization } from '../organization/service.ts'
import { changeProject, record as recordProject } from '../project/service.ts'
import type { UnitOfWork } from '../write/unit-of-work.ts'
import { isPaused, type Pause } from './state.ts'

const pauseInput = z.object({
  id: z.string(),
  until: z
    .date()
    .nullish()
    .transform((value) => value ?? null),
  awaitGatewaysSeconds: awaitedSeconds,
})

const resumeInput = z.object({ id: z.string() })

export const apiKeyPauseInput = pauseInput
export const projectPauseInput = pauseInput
export const organizationPauseInput = pauseInput
export const apiKeyResumeInput = resumeInput
export const projectResumeInput = resumeInput
export const organizationResumeInput = resumeInput

/** The gateway connections that acknowledged a pause. Null unless the caller asked to wait. */
interface Receipts {
  gateways: GatewayReceipt[] | null
}

/**
 * The columns of a row that is paused until a time. Null if the row already has this pause, so that a repetition
 * changes nothing.
 */
function pauseOf(row: Pause, until: Date | null, now: Date): Pause | null {
  requireAhead(until, now, ['until'])
  const isOn = isPaused(row, now)
  if (isOn && row.pausedUntil?.getTime() === until?.getTime()) return null
  return { pausedAt: isOn ? row.pausedAt : now, pausedUntil: until }
}

const RESUMED: Pause = { pausedAt: null, pausedUntil: null }

const detailsOf = (row: Pause, until: Date | null, now: Date) => ({
  untilBefore: (isPaused(row, now) && row.pausedUntil?.toISOString()) || null,
  until: until?.toISOString() ?? null,
})

/** Details of the change that ends a pause. */
const endedOf = (row: Pause) => ({ until: row.pausedUntil?.toISOString() ?? null })

/** The types of rows that can be paused, and how each is found, locked, written and recorded. */
type Change<Id> = (
  caller: Caller,
  id: string,
  verb: 'pause' | 'resume',
  next: (unit: UnitOfWork, row: Pause) => { columns: Pause; details: Record<string, string | null> } | null,
) => Promise<Id>

const onKey: Change<{ apiKeyId: string }> = (caller, id, verb, next) =>
  changeKey(
    caller,
    id,
    `apiKey:${verb}`,
    async (unit, key) => {
      const change = next(unit, key)
      if (change) {
        await unit.tx.apiKey.update({ where: { id: key.id }, data: change.columns })
        const [kind, action] =
          verb === 'pause'
            ? (['API_KEY_PAUSED', 'apiKey.paused'] as const)
            : (['API_KEY_RESUMED', 'apiKey.resumed'] as const)
        recordKey(unit, key, kind, action, change.details)
      }
      return { apiKeyId: key.id }
    },
    // In an emergency, a key of an archived project can be paused without restoring the project first.
    { archived: true },
  )

const onProject: Change<{ projectId: string }> = (caller, id, verb, next) =>
  changeProject(caller, id, `project:${verb}`, async (unit, project) => {
    const change = next(unit, project)
    if (!change) return
    await unit.tx.project.update({ where: { id: project.id }, data: change.columns })
    recordProject(unit, project, `project.${verb}d`, change.details)
  })

const onOrganization: Change<{ organizationId: string }> = (caller, id, verb, next) =>
  changeOrganization(caller, id, `organization:${verb}`, async (unit, organization, record) => {
    if (organization.deletesAt) {
      throw new InvalidStateError('The organization is paused until it is deleted. Cancel the deletion first.', [
        'organizationDeletionCancel',
      ])
    }
    const change = next(unit, organization)
    if (!change) return
    await unit.tx.organization.update({ where: { id: organization.id }, data: change.columns })
    record(`organization.${verb}d`, organization.name, change.details)
  })

const pausing =
  <Id>(on: Change<Id>) =>
  async (caller: Caller, input: unknown): Promise<Id & Receipts> => {
    const { id, until, awaitGatewaysSeconds } = parse(pauseInput, input)
    const before = caller.runtime.changes.point
    const done = await on(caller, id, 'pause', (unit, row) => {
      const columns = pauseOf(row, until, unit.now)
      return columns && { columns, details: detailsOf(row, until, unit.now) }
    })
    return { ...done, gateways: await awaitIfAsked(caller, awaitGatewaysSeconds, before) }
  }

const resuming =
  <Id>(on: Change<Id>) =>
  (caller: Caller, input: unknown): Promise<Id> => {
    const { id } = parse(resumeInput, input)
    return on(caller, id, 'resume', (unit, row) =>
      isPaused(row, unit.now) ? { columns: RESUMED, details: endedOf(row) } : null,
    )
  }

/** Pauses a key until a time, or until it is resumed. A repetition changes nothing; another end replaces the first. */
export const pauseApiKey = pausing(onKey)
/** Resumes a key. Resuming a key that is not paused changes nothing. */
export const resumeApiKey = resuming(onKey)
/** Pauses a project, so that every secret below it is denied. */
export const pauseProject = pausing(onProject)
export const resumeProject = resuming(onProject)
/**
 * Pauses an organization, so that every secret below it is denied. Its people and service accounts keep all their
 * rights, because they must be able to find the cause and to resume the organization.
 */
export const pauseOrganization = pausing(onOrganization)
export const resumeOrganization = resuming(onOrganization)
