import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { ForbiddenError, LimitExceededError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, parse } from '../core/input.ts'
import { GENESIS } from '../write/audit/chain.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'
import { findOrganization } from './access.ts'

/** Refuses that somebody owns one organization more than the instance allows; nobody else makes them own one meanwhile. */
export async function requireMayOwnMore({ runtime }: Caller, { tx }: ChangeUnit, userId: string): Promise<void> {
  const limit = runtime.limits.organizationsPerOwner
  await tx.$queryRaw`SELECT id FROM "user" WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
  if ((await tx.member.count({ where: { userId, role: 'OWNER' } })) >= limit) {
    throw new LimitExceededError(`One person owns at most ${limit} organizations.`, limit)
  }
}

/** Creates an organization with its default project; whoever creates it is its Owner. */
export async function createOrganization(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const fields = parse(z.object({ name: name(), defaultProjectName: name().nullish() }), input)
  const { actor } = caller.access
  if (actor.kind !== 'USER' || caller.runtime.settings.organizationCreation !== 'anyone') {
    throw new ForbiddenError(
      'organization:create',
      caller.runtime.settings.organizationCreation === 'anyone' ? ['USER'] : [],
      'Only people who are signed in create organizations, where this instance allows it.',
    )
  }
  return change(caller, async (unit) => {
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
    unit.announce({ organizationId, projectId: null, kind: 'ORGANIZATION_CHANGED', subjectId: organizationId })
    return { organizationId }
  })
}

/** Renames an organization. */
export async function updateOrganization(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const fields = parse(z.object({ id: z.string(), name: name() }), input)
  const { id: organizationId } = await findOrganization(caller, fields.id, 'organization:update')
  return change(caller, async (unit) => {
    await unit.tx.$queryRaw`SELECT id FROM organization WHERE id = ${organizationId}::uuid FOR NO KEY UPDATE`
    const { name: before } = await unit.tx.organization.findUniqueOrThrow({ where: { id: organizationId } })
    await unit.tx.organization.update({ where: { id: organizationId }, data: { name: fields.name } })
    unit.audit({
      organizationId,
      action: 'organization.updated',
      targetType: 'Organization',
      targetId: organizationId,
      targetName: fields.name,
      details: { nameBefore: before, name: fields.name },
    })
    unit.announce({ organizationId, projectId: null, kind: 'ORGANIZATION_CHANGED', subjectId: organizationId })
    return { organizationId }
  })
}
