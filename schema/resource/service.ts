import type { Resource } from '@keyward/prisma/generated/prisma/client'
import { ResourceKind } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { LimitExceededError, NotFoundError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, parse } from '../core/input.ts'
import { targetOf as projectTarget } from '../project/access.ts'
import { requireLive } from '../project/service.ts'
import { lockProject } from '../project/sql.ts'
import type { RemovalRule } from '../write/removed.ts'
import { change, type UnitOfWork } from '../write/unit-of-work.ts'
import { findProjectOf, findResource, targetOf } from './access.ts'

function record(unit: UnitOfWork, resource: Resource, action: string): void {
  const { id, organizationId, projectId, kind } = resource
  unit.audit({
    organizationId,
    projectId,
    action,
    targetType: 'Resource',
    targetId: id,
    targetName: resource.name,
    details: { kind },
  })
  unit.publish({ organizationId, projectId, kind: 'RESOURCE_CHANGED', subjectId: id })
}

/** Locks a live project, so that simultaneous registrations see each other and the quota is enforced. */
async function lockLiveProject(unit: UnitOfWork, id: string): Promise<void> {
  await lockProject(unit.tx, id)
  requireLive(await unit.tx.project.findUniqueOrThrow({ where: { id } }))
}

export const resourceRegisterInput = z.object({ projectId: z.string(), kind: z.enum(ResourceKind), name: name() })

/** Registers a resource in a project. Registering it again returns the existing one. */
export async function registerResource(caller: Caller, input: unknown): Promise<{ resourceId: string }> {
  const fields = parse(resourceRegisterInput, input)
  const project = await findProjectOf(caller, fields.projectId)
  const { id: projectId, organizationId } = project
  return change(caller, [{ action: 'resource:register', target: projectTarget(project) }], async (unit) => {
    const { tx } = unit
    await lockLiveProject(unit, projectId)
    const { kind, name } = fields
    const present = await tx.resource.findUnique({ where: { projectId_kind_name: { projectId, kind, name } } })
    if (present) return { resourceId: present.id }
    const limit = caller.runtime.limits.resourcesPerProject
    if ((await tx.resource.count({ where: { projectId }, take: limit })) >= limit) {
      throw new LimitExceededError(`A project may have at most ${limit} resources. Remove some first.`, limit, [
        'resourceRemove',
      ])
    }
    const resource = await tx.resource.create({
      data: { id: newId(), organizationId, projectId, kind, name, createdAt: unit.now },
    })
    record(unit, resource, 'resource.registered')
    return { resourceId: resource.id }
  })
}

/** The project of a removed resource. */
export type RemovedResource = Pick<Resource, 'organizationId' | 'projectId'>

export const resourceRemoveInput = z.object({ id: z.string() })

/** How removals of resources are recorded, and who may remove. */
export const resourceRemoval = {
  type: 'Resource',
  event: 'resource.removed',
  action: 'resource:remove',
} as const satisfies RemovalRule

/** Removes a resource. Requests that name it are denied from then on. */
export async function removeResource(caller: Caller, input: unknown): Promise<RemovedResource> {
  const { id } = parse(resourceRemoveInput, input)
  const resource = await findResource(caller, id)
  const { organizationId, projectId } = resource
  return change(caller, [{ action: resourceRemoval.action, target: targetOf(resource) }], async (unit) => {
    await lockLiveProject(unit, projectId)
    const { count } = await unit.tx.resource.deleteMany({ where: { id: resource.id } })
    if (count === 0) throw new NotFoundError('resource')
    record(unit, resource, resourceRemoval.event)
    return { organizationId, projectId }
  })
}
