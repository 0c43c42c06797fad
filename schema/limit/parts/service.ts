import type { Transaction } from '@keyward/prisma/database'
import { z } from 'zod'
import { tag as tagOfKey } from '../../api-key/input.ts'
import type { Caller } from '../../core/caller.ts'
import { LimitExceededError } from '../../core/errors.ts'
import { parse } from '../../core/input.ts'
import { findOrganization, targetOf as organizationTarget } from '../../organization/access.ts'
import { lockOrganizationUsage } from '../../organization/sql.ts'
import { findProject, targetOf as projectTarget } from '../../project/access.ts'
import { requireLive } from '../../project/service.ts'
import { lockProject } from '../../project/sql.ts'
import { consumer } from '../../usage/consumers/consumer.ts'
import { hashConsumer } from '../../usage/consumers/hash.ts'
import { findSaltInUse } from '../../usage/consumers/sql.ts'
import { change } from '../../write/unit-of-work.ts'
import { EACH_CONSUMER, nameOfTag, tagOfName, uuidOfPart } from '../part.ts'
import { limitFieldsOfEveryModel } from '../settings/input.ts'
import { replace, requireSomething } from '../settings/service.ts'
import { countLimitedConsumers, findTagNames } from './sql.ts'

/** Maximum number of consumers of a project, and of tags of an organization, that may have limits of their own. */
export const MAX_PARTS = 250
/** A request reserves an amount from the limits of each tag of its key, and its reservation names all of them. */
export const MAX_TAG_KEYS = 3

/** The name of a consumer in rows: hashed if its organization hashes consumers. */
async function storedName(tx: Transaction, organizationId: string, given: string): Promise<string> {
  const salt = await findSaltInUse(tx, organizationId)
  return salt === null ? given : hashConsumer(salt, given)
}

export const projectConsumerLimitsSetInput = z.object({
  projectId: z.string(),
  consumer: consumer.nullish(),
  ...limitFieldsOfEveryModel,
})

/** Sets the limits of one consumer of a project, or the default limits for the project's consumers. */
export async function setConsumerLimits(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { projectId: id, consumer: given, ...limits } = parse(projectConsumerLimitsSetInput, input)
  requireSomething(limits)
  const { id: projectId, organizationId, ...project } = await findProject(caller, id)
  const required = [
    { action: 'project:setUsageLimits' as const, target: projectTarget({ ...project, id: projectId, organizationId }) },
  ]
  return change(caller, required, async (unit) => {
    const { tx } = unit
    await lockOrganizationUsage(tx, organizationId)
    await lockProject(tx, projectId)
    requireLive(await tx.project.findUniqueOrThrow({ where: { id: projectId } }))
    const name = given == null ? EACH_CONSUMER : await storedName(tx, organizationId, given)
    const part = { id: uuidOfPart({ kind: 'CONSUMER', ownerId: projectId, name: given ?? EACH_CONSUMER }), name }
    const details = await replace(unit, { organizationId, projectId, apiKeyId: null, part }, limits)
    if ((await countLimitedConsumers(tx, projectId)) > MAX_PARTS)
      throw new LimitExceededError(
        `At most ${MAX_PARTS} consumers of a project may have limits of their own.`,
        MAX_PARTS,
      )
    unit.audit({
      organizationId,
      projectId,
      action: 'project.consumerLimitsSet',
      targetType: 'Project',
      targetId: projectId,
      targetName: project.name,
      details: { consumer: given == null ? null : name, ...details },
    })
    unit.publish({ organizationId, projectId, kind: 'LIMITS_CHANGED', subjectId: projectId })
    return { projectId }
  })
}

export const organizationTagLimitsSetInput = z.object({
  organizationId: z.string(),
  tag: tagOfKey,
  ...limitFieldsOfEveryModel,
})

/** Sets the limits that all keys of an organization with a tag share. */
export async function setTagLimits(caller: Caller, input: unknown): Promise<{ organizationId: string }> {
  const { organizationId: id, tag, ...limits } = parse(organizationTagLimitsSetInput, input)
  requireSomething(limits)
  const organization = await findOrganization(caller, id)
  const organizationId = organization.id
  const required = [{ action: 'organization:setUsageLimits' as const, target: organizationTarget(organization) }]
  return change(caller, required, async (unit) => {
    await lockOrganizationUsage(unit.tx, organizationId)
    const name = nameOfTag(tag)
    const part = { id: uuidOfPart({ kind: 'TAG', ownerId: organizationId, name }), name }
    const details = await replace(unit, { organizationId, projectId: null, apiKeyId: null, part }, limits)
    const names = await findTagNames(unit.tx, organizationId)
    if (new Set(names.map((each) => tagOfName(each).key)).size > MAX_TAG_KEYS)
      throw new LimitExceededError(`At most ${MAX_TAG_KEYS} different tag keys may have limits.`, MAX_TAG_KEYS)
    if (names.length > MAX_PARTS)
      throw new LimitExceededError(`At most ${MAX_PARTS} tags of an organization may have limits.`, MAX_PARTS)
    unit.audit({
      organizationId,
      action: 'organization.tagLimitsSet',
      targetType: 'Organization',
      targetId: organizationId,
      targetName: organization.name,
      details: { tag: name, ...details },
    })
    unit.publish({ organizationId, projectId: null, kind: 'LIMITS_CHANGED', subjectId: organizationId })
    // Leases of the old limits are returned immediately.
    unit.publish({ organizationId, projectId: null, kind: 'LIMITS_CHANGED', subjectId: part.id })
    return { organizationId }
  })
}
