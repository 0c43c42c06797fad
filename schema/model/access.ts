import type { Prisma } from '@keyward/prisma/generated/prisma/client'
import type { Access } from '../core/access.ts'
import { literally } from '../core/like.ts'
import { INSTANCE } from '../core/policy.ts'

/** Matches no row. */
const NONE: Prisma.ModelWhereInput = { id: { in: [] } }

/** WHERE condition for the models that match one of some patterns, equivalent to the engine's `isModelAllowed`. */
const matching = (patterns: readonly string[]): Prisma.ModelWhereInput => ({
  OR: patterns.map((pattern) => ({
    slug: pattern.endsWith('*') ? { startsWith: literally(pattern.slice(0, -1)) } : pattern,
  })),
})

/**
 * The models visible to an actor, as a WHERE condition: the public models, and those of the projects where the actor
 * may list models. A key that is restricted to models sees only those. A gateway serves every project and sees all
 * models.
 */
export function visibleModels(access: Access): Prisma.ModelWhereInput {
  if (access.actor.kind === 'ANONYMOUS') return NONE
  if (access.can('model:list', INSTANCE)) return {}
  const { organizationIds, projectIds } = access.reach('model:list')
  const { actor } = access
  return {
    ...(actor.kind === 'API_KEY' && actor.models.length > 0 ? { AND: matching(actor.models) } : {}),
    OR: [{ projectId: null }, { organizationId: { in: organizationIds } }, { projectId: { in: projectIds } }],
  }
}

/** Whether an actor may see a model. This is a second check after the WHERE that found it. */
export function maySee(access: Access, model: { organizationId: string | null; projectId: string | null }): boolean {
  if (access.actor.kind === 'ANONYMOUS') return false
  const { organizationId, projectId } = model
  return organizationId === null || projectId === null || access.can('model:list', { organizationId, projectId })
}
