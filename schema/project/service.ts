import type { Project } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, LimitExceededError, ValidationError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, parse, text } from '../core/input.ts'
import type { Action } from '../core/policy.ts'
import { findOrganization } from '../organization/access.ts'
import type { Details } from '../write/audit/chain.ts'
import { type ChangeUnit, change, makerOf } from '../write/unit-of-work.ts'
import { findProject } from './access.ts'

const description = text(1_000)
  .transform((value) => value.normalize('NFC').trim())
  .nullish()

function record(
  unit: ChangeUnit,
  project: Pick<Project, 'id' | 'name' | 'organizationId'>,
  action: string,
  details: Details = {},
): void {
  const { id, organizationId } = project
  unit.audit({
    organizationId,
    projectId: id,
    action,
    targetType: 'Project',
    targetId: id,
    targetName: project.name,
    details,
  })
  unit.announce({ organizationId, projectId: id, kind: 'PROJECT_CHANGED', subjectId: id })
}

/** Creates a project; whoever creates it becomes its ADMIN. */
export async function createProject(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const schema = z.object({ organizationId: z.string(), name: name(), description })
  const fields = parse(schema, input)
  const { id: organizationId } = await findOrganization(caller, fields.organizationId, 'project:create')
  const maker = makerOf(caller.access.requirePrincipal('project:create'))
  return change(caller, async (unit) => {
    const { tx } = unit
    await tx.$queryRaw`SELECT id FROM organization WHERE id = ${organizationId}::uuid FOR NO KEY UPDATE`
    const limit = caller.runtime.limits.projectsPerOrganization
    if ((await tx.project.count({ where: { organizationId }, take: limit })) >= limit) {
      throw new LimitExceededError(`An organization has at most ${limit} projects.`, limit)
    }
    const project = await tx.project.create({
      data: {
        id: newId(),
        organizationId,
        name: fields.name,
        description: fields.description || null,
        createdAt: unit.now,
      },
    })
    await tx.collaborator.create({
      data: {
        id: newId(),
        organizationId,
        projectId: project.id,
        ...maker,
        role: 'ADMIN',
        addedAt: unit.now,
        addedByUserId: maker.userId,
        addedByServiceAccountId: maker.serviceAccountId,
      },
    })
    record(unit, project, 'project.created')
    return { projectId: project.id }
  })
}

async function changeProject(
  caller: Caller,
  id: string,
  action: Action,
  work: (unit: ChangeUnit, project: Project) => Promise<void>,
): Promise<{ projectId: string }> {
  const { id: uuid } = await findProject(caller, id, action)
  return change(caller, async (unit) => {
    await unit.tx.$queryRaw`SELECT id FROM project WHERE id = ${uuid}::uuid FOR NO KEY UPDATE`
    await work(unit, await unit.tx.project.findUniqueOrThrow({ where: { id: uuid } }))
    return { projectId: uuid }
  })
}

/** Refuses changes to what is in an archived project. */
export function requireLive(project: { archivedAt: Date | null }): void {
  if (project.archivedAt) throw new InvalidStateError('This project is archived. Restore it first (projectRestore).')
}

/** Renames a project or describes it anew; what is not given stays, an empty description removes it. */
export async function updateProject(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const fields = parse(z.object({ id: z.string(), name: name().nullish(), description }), input)
  if (fields.name == null && fields.description == null)
    throw ValidationError.at('name', 'Give a name or a description.')
  return changeProject(caller, fields.id, 'project:update', async (unit, project) => {
    requireLive(project)
    const data = {
      name: fields.name ?? project.name,
      description: fields.description == null ? project.description : fields.description || null,
    }
    await unit.tx.project.update({ where: { id: project.id }, data })
    record(unit, { ...project, ...data }, 'project.updated', { nameBefore: project.name, name: data.name })
  })
}

/** Archives a project: its keys stop answering until it is restored. */
export async function archiveProject(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { id } = parse(z.object({ id: z.string() }), input)
  return changeProject(caller, id, 'project:archive', async (unit, project) => {
    if (project.isDefault) throw new InvalidStateError('The default project cannot be archived.')
    if (project.archivedAt) throw new InvalidStateError('This project is archived already.')
    await unit.tx.project.update({ where: { id: project.id }, data: { archivedAt: unit.now } })
    record(unit, project, 'project.archived')
  })
}

/** Restores an archived project, and with it its keys. */
export async function restoreProject(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { id } = parse(z.object({ id: z.string() }), input)
  return changeProject(caller, id, 'project:restore', async (unit, project) => {
    if (!project.archivedAt) throw new InvalidStateError('This project is not archived.')
    await unit.tx.project.update({ where: { id: project.id }, data: { archivedAt: null } })
    record(unit, project, 'project.restored')
  })
}
