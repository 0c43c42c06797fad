import type { ApiKey, Prisma, Project, Workload } from '@keyward/prisma/generated/prisma/client'
import { createContextCache } from '@pothos/core'
import { visibleApiKeys } from '../api-key/access.ts'
import { answering } from '../api-key/filter.ts'
import type { Access } from '../core/access.ts'
import { Loader } from '../core/loader.ts'
import type { GraphContext } from '../graphql/context.ts'
import { visibleModels } from '../model/access.ts'
import { notPaused } from '../pause/state.ts'
import { findUsableKeys } from './sql.ts'

/** Maximum number of projects, and of keys, that are listed for a model. */
export const MAX_SHOWN = 100

/** WHERE condition for the live keys of projects that a person can use. */
export const usableKeys = (access: Access, now: Date): Prisma.ApiKeyWhereInput => ({
  AND: [visibleApiKeys(access), answering(now)],
})

/** WHERE condition for projects through which requests are allowed. */
const callable = (now: Date): Prisma.ProjectWhereInput => ({
  archivedAt: null,
  AND: [notPaused(now), { organization: notPaused(now) }],
})

/** WHERE condition for the projects that a person can use. */
function usableProjects(access: Access, now: Date): Prisma.ProjectWhereInput {
  const { organizationIds, projectIds } = access.reach('apiKey:read')
  return {
    AND: [callable(now), { OR: [{ organizationId: { in: organizationIds } }, { id: { in: projectIds } }] }],
  }
}

/** WHERE condition for the models that a person can call. Matches none without a role. */
export function usableModels(access: Access, now: Date): Prisma.ModelWhereInput {
  const { organizationIds, projectIds } = access.reach('apiKey:read')
  if (organizationIds.length + projectIds.length === 0) return { id: { in: [] } }
  return { AND: [visibleModels(access), { OR: [{ projectId: null }, { project: callable(now) }] }] }
}

/** The project, workload and slug of a model. */
type Called = { projectId: string | null; workload: Workload; slug: string }

/**
 * Finds the projects and keys with which a person can call models. Takes a fixed number of statements for all models of
 * a request.
 */
class PlaygroundReach {
  readonly #context: GraphContext
  readonly #own: Loader<string, Project | null>
  readonly #keys: Loader<Called, ApiKey[], string>
  #all: Promise<Project[]> | undefined

  constructor(context: GraphContext) {
    this.#context = context
    this.#own = new Loader(context.runtime.database, async (ids) => {
      const rows = await this.#projects({ id: { in: [...ids] } })
      const byId = new Map(rows.map((row) => [row.id, row]))
      return ids.map((id) => byId.get(id) ?? null)
    })
    this.#keys = new Loader(context.runtime.database, (asked) => this.#findKeys(asked), {
      cacheKeyFn: ({ projectId, workload, slug }) => `${projectId} ${workload} ${slug}`,
    })
  }

  /** The person's projects that can call a model. A model that a project owns can be called only from that project. */
  async projectsOf({ projectId }: { projectId: string | null }): Promise<Project[]> {
    if (projectId === null) {
      this.#all ??= this.#projects({}, MAX_SHOWN)
      return this.#all
    }
    const own = await this.#own.load(projectId)
    return own ? [own] : []
  }

  /**
   * The live keys with which a model can be called: keys of the same projects that allow the model and its workload.
   */
  keysOf({ projectId, workload, slug }: Called): Promise<ApiKey[]> {
    return this.#keys.load({ projectId, workload, slug })
  }

  #projects(where: Prisma.ProjectWhereInput, take?: number): Promise<Project[]> {
    const { access, runtime } = this.#context
    return runtime.database.prisma.project.findMany({
      where: { AND: [where, usableProjects(access, runtime.database.clock.now())] },
      orderBy: { id: 'asc' },
      ...(take === undefined ? {} : { take }),
    })
  }

  async #findKeys(asked: readonly Called[]): Promise<ApiKey[][]> {
    const { access, runtime } = this.#context
    const { clock, prisma } = runtime.database
    const found = await findUsableKeys(runtime.database, asked, access.reach('apiKey:read'), clock.now(), MAX_SHOWN)
    const ids = [...new Set(found.map(({ id }) => id))]
    const rows = ids.length > 0 ? await prisma.apiKey.findMany({ where: { id: { in: ids } } }) : []
    const byId = new Map(rows.map((row) => [row.id, row]))
    const keys = asked.map((): ApiKey[] => [])
    for (const { place, id } of found) {
      const row = byId.get(id)
      if (row) keys[place - 1]?.push(row)
    }
    return keys
  }
}

/** The projects and keys of a request's person, by model. */
export const reachOf = createContextCache((context: GraphContext) => new PlaygroundReach(context))
