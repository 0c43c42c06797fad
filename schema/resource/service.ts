import type { Project, Resource } from '@keyward/prisma/generated/prisma/client'
import { ResourceKind } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { LimitExceededError, NotFoundError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, parse } from '../core/input.ts'
import { requireLive } from '../project/service.ts'
import { type ChangeUnit, change } from '../write/unit-of-work.ts'
import { findProjectOf, findResource } from './access.ts'

function record(unit: ChangeUnit, resource: Resource, action: string): void {
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
  unit.announce({ organizationId, projectId, kind: 'RESOURCE_CHANGED', subjectId: id })
}

/** One at a time in a project, so that two registrations of one resource find each other and the limit holds. */
async function lockProject(unit: ChangeUnit, id: string): Promise<Project> {
  await unit.tx.$queryRaw`SELECT id FROM project WHERE id = ${id}::uuid FOR NO KEY UPDATE`
  const project = await unit.tx.project.findUniqueOrThrow({ where: { id } })
  requireLive(project)
  return project
}

/** Registers a resource in a project; the same one again is answered as it is, and changes nothing. */
export async function registerResource(caller: Caller, input: unknown): Promise<{ resourceId: string }> {
  const schema = z.object({ projectId: z.string(), kind: z.enum(ResourceKind), name: name() })
  const fields = parse(schema, input)
  const { id: projectId } = await findProjectOf(caller, fields.projectId, 'resource:register')
  return change(caller, async (unit) => {
    const { tx } = unit
    const { organizationId } = await lockProject(unit, projectId)
    const { kind, name } = fields
    const present = await tx.resource.findUnique({ where: { projectId_kind_name: { projectId, kind, name } } })
    if (present) return { resourceId: present.id }
    const limit = caller.runtime.limits.resourcesPerProject
    if ((await tx.resource.count({ where: { projectId }, take: limit })) >= limit) {
      throw new LimitExceededError(`A project has at most ${limit} resources. Remove some (resourceRemove).`, limit)
    }
    const resource = await tx.resource.create({
      data: { id: newId(), organizationId, projectId, kind, name, createdAt: unit.now },
    })
    record(unit, resource, 'resource.registered')
    return { resourceId: resource.id }
  })
}

/** What is left when a resource is removed: its project. */
export type RemovedResource = Pick<Resource, 'organizationId' | 'projectId'>

/** Removes a resource: requests that name it are refused from then on. */
export async function removeResource(caller: Caller, input: unknown): Promise<RemovedResource> {
  const { id } = parse(z.object({ id: z.string() }), input)
  const resource = await findResource(caller, id, 'resource:remove')
  const { organizationId, projectId } = resource
  return change(caller, async (unit) => {
    await lockProject(unit, projectId)
    const { count } = await unit.tx.resource.deleteMany({ where: { id: resource.id } })
    if (count === 0) throw new NotFoundError('resource')
    record(unit, resource, 'resource.removed')
    return { organizationId, projectId }
  })
}
