import { randomBytes } from 'node:crypto'
import { type Organization, Prisma } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, InvalidStateError, LimitExceededError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, parse } from '../core/input.ts'
import type { Action } from '../core/policy.ts'
import { timeZone } from '../core/time-zone.ts'
import { announcedWindowsOf } from '../limit/windows/window.ts'
import { partOfZone, withPart } from '../usage/parts.ts'
import { lockUser } from '../user/sql.ts'
import { type Details, GENESIS } from '../write/audit/chain.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { findOrganization, targetOf } from './access.ts'
import { hasSums, lacksSecondFactor, lockOrganization, lockOrganizationUsage } from './sql.ts'

/**
 * Throws LimitExceededError if a person already owns the maximum number of organizations. Locks the person until the
 * transaction ends.
 */
export async function requireMayOwnMore({ runtime }: Caller, { tx }: UnitOfWork, userId: string): Promise<void> {
  const limit = runtime.limits.organizationsPerOwner
  await lockUser(tx, userId)
  if ((await tx.member.count({ where: { userId, role: 'OWNER' } })) >= limit) {
    throw new LimitExceededError(`One person may own at most ${limit} organizations.`, limit)
  }
}

export const organizationCreateInput = z.object({ name: name(), defaultProjectName: name().nullish() })

/** Creates an organization with its default project. The caller becomes its Owner. */
export async function createOrganization(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const fields = parse(organizationCreateInput, input)
  const { actor } = caller.access
  if (actor.kind !== 'USER' || caller.runtime.settings.organizationCreation !== 'anyone') {
    throw new ForbiddenError(
      'organization:create',
      caller.runtime.settings.organizationCreation === 'anyone' ? ['USER'] : [],
      'Only signed-in people may create organizations, and only if the operator allows it.',
    )
  }
  return change(caller, [], async (unit) => {
    const { tx } = unit
    await requireMayOwnMore(caller, unit, actor.id)
    const organizationId = newId()
    await tx.organization.create({ data: { id: organizationId, name: fields.name, createdAt: unit.now } })
    await tx.auditHead.create({ data: { organizationId, sequence: 0n, hash: GENESIS } })
    await tx.member.create({
      data: { id: newId(), organizationId, userId: actor.id, role: 'OWNER', joinedAt: unit.now },
    })
    const project = await tx.project.create({
      data: {
        id: newId(),
        organizationId,
        name: fields.defaultProjectName ?? 'Default project',
        isDefault: true,
        createdAt: unit.now,
      },
    })
    unit.audit({
      organizationId,
      action: 'organization.created',
      targetType: 'Organization',
      targetId: organizationId,
      targetName: fields.name,
      details: { defaultProject: project.name },
    })
    unit.publish({ organizationId, projectId: null, kind: 'ORGANIZATION_CHANGED', subjectId: organizationId })
    return { organizationId }
  })
}

export const organizationUpdateInput = z.object({
  id: z.string(),
  name: name().nullish(),
  hashConsumers: z.boolean().nullish(),
  requireSecondFactor: z.boolean().nullish(),
  timeZone: timeZone().nullish(),
})

/** Changes one organization: finds it, requires the action, locks it and reads it again. `record` audits and publishes. */
export async function changeOrganization(
  caller: Caller,
  id: string,
  action: Action,
  work: (
    unit: UnitOfWork,
    organization: Organization,
    record: (action: string, name: string, details: Details) => void,
  ) => Promise<void>,
): Promise<{ organizationId: string }> {
  const found = await findOrganization(caller, id)
  const { id: organizationId } = found
  return change(caller, [{ action, target: targetOf(found) }], async (unit) => {
    await lockOrganization(unit.tx, organizationId)
    const organization = await unit.tx.organization.findUniqueOrThrow({ where: { id: organizationId } })
    await work(unit, organization, (audited, targetName, details) => {
      const target = { targetType: 'Organization', targetId: organizationId, targetName }
      unit.audit({ organizationId, action: audited, ...target, details })
      unit.publish({ organizationId, projectId: null, kind: 'ORGANIZATION_CHANGED', subjectId: organizationId })
    })
    return { organizationId }
  })
}

/** Throws InvalidStateError if requiring a second factor would remove the caller's own role. */
async function requireOwnSecondFactor({ access: { actor } }: Caller, { tx }: UnitOfWork): Promise<void> {
  if (actor.kind === 'USER' && (await lacksSecondFactor(tx, actor.id)))
    throw new InvalidStateError('You have no second factor yourself. First turn it on in your account.')
}

/**
 * The columns of a new time zone. Waits for usage that is being recorded. Later usage is summed by the parts of hours
 * that the zone needs. The current windows of budgets end as announced.
 */
async function zoneData({ tx, now }: UnitOfWork, id: string, zone: string) {
  await lockOrganizationUsage(tx, id)
  const { halfHoursFrom, quarterHoursFrom, ...before } = await tx.organization.findUniqueOrThrow({ where: { id } })
  const row = { time_zone: before.timeZone, announced_windows: before.announcedWindows }
  const announced = await announcedWindowsOf(tx, id, row, now)
  const isEmpty = !(await hasSums(tx, id))
  return {
    timeZone: zone,
    announcedWindows: announced ?? Prisma.DbNull,
    ...withPart({ halfHoursFrom, quarterHoursFrom }, partOfZone(zone, now), now, isEmpty),
  }
}

/**
 * Changes the name and settings of an organization: whether it hashes consumers (with a salt that is made once),
 * whether it requires a second factor, and its time zone.
 */
export async function updateOrganization(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const fields = parse(organizationUpdateInput, input)
  return changeOrganization(
    caller,
    fields.id,
    'organization:update',
    async (unit, { id, name: nameBefore, hashConsumers: hashedBefore, consumerSalt, ...before }, record) => {
      const changedName = fields.name ?? nameBefore
      const hashConsumers = fields.hashConsumers ?? hashedBefore
      const salt = hashConsumers && consumerSalt === null ? { consumerSalt: randomBytes(32) } : {}
      const requireSecondFactor = fields.requireSecondFactor ?? before.requireSecondFactor
      if (requireSecondFactor && !before.requireSecondFactor) await requireOwnSecondFactor(caller, unit)
      const changedZone = fields.timeZone ?? before.timeZone
      const zone = changedZone === before.timeZone ? {} : await zoneData(unit, id, changedZone)
      await unit.tx.organization.update({
        where: { id },
        data: { name: changedName, hashConsumers, requireSecondFactor, ...salt, ...zone },
      })
      record('organization.updated', changedName, {
        nameBefore,
        name: changedName,
        ...(hashConsumers === hashedBefore ? {} : { hashConsumers }),
        ...(changedZone === before.timeZone ? {} : { timeZoneBefore: before.timeZone, timeZone: changedZone }),
        ...(requireSecondFactor === before.requireSecondFactor ? {} : { requireSecondFactor }),
      })
    },
  )
}
