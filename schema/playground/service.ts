import type { Project } from '@keyward/prisma/generated/prisma/client'
import { z } from 'zod'
import { generateSecret, hashSecret } from '../api-key/secret.ts'
import type { Caller } from '../core/caller.ts'
import {
  ForbiddenError,
  InvalidStateError,
  LimitExceededError,
  NotFoundError,
  ValidationError,
} from '../core/errors.ts'
import { encodeId, newId } from '../core/ids.ts'
import { parse } from '../core/input.ts'
import { findOrganization, targetOf } from '../organization/access.ts'
import { findProject, targetOf as projectTarget } from '../project/access.ts'
import { lockUser } from '../user/sql.ts'
import { nameOf } from '../write/audit/personal.ts'
import { changeOnce, idempotencyKey } from '../write/idempotency/once.ts'

/** Lifetime of a playground token. */
export const TOKEN_MINUTES = 10

/** A new playground token. Only its hash is stored. */
export interface IssuedPlaygroundToken {
  organizationId: string
  projectId: string
  token: string
  expiresAt: string
}

const issued: z.ZodType<IssuedPlaygroundToken> = z.object({
  organizationId: z.string(),
  projectId: z.string(),
  token: z.string(),
  expiresAt: z.string(),
})

export const playgroundTokenCreateInput = z.object({
  organizationId: z.string(),
  projectId: z.string().nullish(),
  idempotencyKey: idempotencyKey(),
})

/** Finds the project to which a token is charged: the given project, or the caller's only one. */
async function payingProject(caller: Caller, organizationId: string, given: string | null): Promise<Project> {
  const { access, runtime } = caller
  if (given !== null) {
    const project = await findProject(caller, given)
    if (project.organizationId !== organizationId) throw new NotFoundError('project')
    return project
  }
  const { projectIds } = access.reach('project:read')
  const own = await runtime.database.prisma.project.findMany({
    where: { organizationId, OR: [{ isDefault: true }, { id: { in: projectIds }, archivedAt: null }] },
    orderBy: { isDefault: 'desc' },
  })
  const usable = own.filter((project) => access.can('project:read', projectTarget(project)))
  const [first] = usable
  if (first?.isDefault || (first && usable.length === 1)) return first
  throw ValidationError.at(
    'projectId',
    'Give one of your projects. Only members of the organization may use its default project.',
  )
}

/**
 * Issues a person a short-lived token to call models in an organization where they have a role. Usage is attributed to the
 * person and charged to a project that they may use.
 */
export async function createPlaygroundToken(caller: Caller, input: unknown): Promise<IssuedPlaygroundToken> {
  const fields = parse(playgroundTokenCreateInput, input)
  const { actor } = caller.access
  // Checked before the organization is looked up, so that other actors do not learn whether it exists.
  if (actor.kind !== 'USER') {
    throw new ForbiddenError(
      'playground:use',
      ['USER'],
      'Playground tokens are for signed-in people. Programs use API keys.',
    )
  }
  const organization = await findOrganization(caller, fields.organizationId)
  const { id: organizationId } = organization
  const request = {
    operation: 'playgroundTokenCreate',
    key: fields.idempotencyKey,
    input: { organizationId: fields.organizationId, projectId: fields.projectId ?? undefined },
    result: issued,
  }
  const project = await payingProject(caller, organizationId, fields.projectId ?? null)
  const required = [
    { action: 'playground:use' as const, target: targetOf(organization) },
    { action: 'project:read' as const, target: projectTarget(project) },
  ]
  return changeOnce(caller, required, request, async (unit) => {
    const { tx } = unit
    if (project.archivedAt) throw new InvalidStateError('This project is archived.')
    await lockUser(tx, actor.id)
    const limit = caller.runtime.limits.playgroundTokensPerPerson
    const live = { userId: actor.id, expiresAt: { gt: unit.now } }
    if ((await tx.playgroundToken.count({ where: live, take: limit })) >= limit) {
      throw new LimitExceededError(
        `One person may have at most ${limit} playground tokens at a time. Each expires after ${TOKEN_MINUTES} minutes.`,
        limit,
      )
    }
    const token = generateSecret('play')
    const expiresAt = new Date(unit.now.getTime() + TOKEN_MINUTES * 60_000)
    await tx.playgroundToken.create({
      data: {
        id: newId(),
        organizationId,
        projectId: project.id,
        userId: actor.id,
        hash: hashSecret(token),
        createdAt: unit.now,
        expiresAt,
      },
    })
    unit.audit({
      organizationId,
      action: 'playground.tokenCreated',
      targetType: 'User',
      targetId: actor.id,
      targetName: nameOf(actor),
      details: { expiresAt: expiresAt.toISOString(), projectId: encodeId('Project', project.id) },
    })
    return { organizationId, projectId: project.id, token, expiresAt: expiresAt.toISOString() }
  })
}

/** Deletes expired tokens. */
export async function removeExpiredTokens({ clock, prisma }: Caller['runtime']['database']): Promise<number> {
  const { count } = await prisma.playgroundToken.deleteMany({ where: { expiresAt: { lte: clock.now() } } })
  return count
}
