import type { Project } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import { InvalidStateError, LimitExceededError, NotFoundError, ValidationError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { name, parse, text } from '../core/input.ts'
import type { Action } from '../core/policy.ts'
import { findOrganization, targetOf as organizationTarget } from '../organization/access.ts'
import { lockOrganization } from '../organization/sql.ts'
import type { Details } from '../write/audit/chain.ts'
import { change, makerOf, type UnitOfWork } from '../write/unit-of-work.ts'
import { findProject, targetOf } from './access.ts'
import { lockProject } from './sql.ts'

const description = text(1_000)
  .transform((value) => value.normalize('NFC').trim())
  .nullish()

/** Audits and publishes a change of a project. */
export function record(
  unit: UnitOfWork,
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
  unit.publish({ organizationId, projectId: id, kind: 'PROJECT_CHANGED', subjectId: id })
}

export const projectCreateInput = z.object({ organizationId: z.string(), name: name(), description })

/** Creates a project. The caller becomes its ADMIN. */
export async function createProject(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const fields = parse(projectCreateInput, input)
  const organization = await findOrganization(caller, fields.organizationId)
  const { id: organizationId } = organization
  const maker = makerOf(caller.access.actor)
  return change(caller, [{ action: 'project:create', target: organizationTarget(organization) }], async (unit) => {
    const { tx } = unit
    await lockOrganization(tx, organizationId)
    const limit = caller.runtime.limits.projectsPerOrganization
    if ((await tx.project.count({ where: { organizationId }, take: limit })) >= limit) {
      throw new LimitExceededError(`An organization may have at most ${limit} projects, archived ones included.`, limit)
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

/** Changes one project: finds it, requires the action, locks it and reads it again. */
export async function changeProject(
  caller: Caller,
  id: string,
  action: Action,
  work: (unit: UnitOfWork, project: Project) => Promise<void>,
): Promise<{ projectId: string }> {
  const project = await findProject(caller, id)
  const { id: uuid } = project
  return change(caller, [{ action, target: targetOf(project) }], async (unit) => {
    await lockProject(unit.tx, uuid)
    const row = await unit.tx.project.findUniqueOrThrow({ where: { id: uuid } })
    // A deletion was committed after the project was found.
    if (row.deletesAt) throw new NotFoundError('project')
    await work(unit, row)
    return { projectId: uuid }
  })
}

/** Throws InvalidStateError if a project is archived. */
export function requireLive(project: { archivedAt: Date | null }): void {
  if (project.archivedAt) throw new InvalidStateError('This project is archived. Restore it first.', ['projectRestore'])
}

export const projectUpdateInput = z.object({ id: z.string(), name: name().nullish(), description })

/** Changes a project's name or description. Omitted fields stay unchanged. An empty description removes it. */
export async function updateProject(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const fields = parse(projectUpdateInput, input)
  if (fields.name == null && fields.description == null)
    throw ValidationError.at('name', 'Give `name` or `description`.')
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

export const projectArchiveInput = z.object({ id: z.string() })

/**
 * Archives a project. Its keys are denied until it is restored. An archived project stays unchanged, so that a retry
 * succeeds.
 */
export async function archiveProject(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { id } = parse(projectArchiveInput, input)
  return changeProject(caller, id, 'project:archive', async (unit, project) => {
    if (project.isDefault) throw new InvalidStateError('The default project cannot be archived.')
    if (project.archivedAt) return
    await unit.tx.project.update({ where: { id: project.id }, data: { archivedAt: unit.now } })
    record(unit, project, 'project.archived')
  })
}

export const projectRestoreInput = z.object({ id: z.string() })

/**
 * Restores an archived project and its keys. A project that is not archived stays unchanged, so that a retry succeeds.
 */
export async function restoreProject(caller: Caller, input: unknown): Promise<{ projectId: string }> {
  const { id } = parse(projectRestoreInput, input)
  return changeProject(caller, id, 'project:restore', async (unit, project) => {
    if (!project.archivedAt) return
    await unit.tx.project.update({ where: { id: project.id }, data: { archivedAt: null } })
    record(unit, project, 'project.restored')
  })
}
