import type { Client, Json } from '../../infra/app.ts'
import { createProject, startWorld, type World } from '../../infra/world.ts'

export const LIMITS = '{ requestsPerMinute budgets { period usd onLimit alertThresholds } }'
export const POLICY = `keyPolicy { defaultLimits ${LIMITS} maximumLimits ${LIMITS} maxLifetimeSeconds leakedKeyAction }`
export const NO_LIMITS = { requestsPerMinute: null, budgets: [] }

/** A budget, as input and as output. */
export const budget = (period: string, usd: string, rest: object = {}) => ({
  period,
  usd,
  onLimit: 'REJECT',
  alertThresholds: [],
  ...rest,
})

/** A world with key policies of projects. */
export interface Setting {
  world: World
  /** A new project, with a policy if one is given. */
  newProject(policy?: object): Promise<string>
  /** Sets a policy and returns the stored one. */
  set(as: Client, projectId: string, policy: object): Promise<Json>
  /** Tries to create a key, as the Owner by default. */
  create(projectId: string, input?: object, as?: Client): Promise<Json>
  /** A time in the future. */
  inSeconds(seconds: number): string
}

export async function startSetting(...args: Parameters<typeof startWorld>): Promise<Setting> {
  const world = await startWorld(...args)
  const { owner } = world.as
  let made = 0
  const set = async (as: Client, projectId: string, policy: object): Promise<Json> => {
    const answer = await as.mutate('projectKeyPolicySet', { projectId, ...policy }, `project { ${POLICY} }`)
    if (!answer.project) throw new Error(JSON.stringify(answer))
    return answer.project.keyPolicy
  }
  return {
    world,
    set,
    async newProject(policy) {
      made += 1
      const projectId = await createProject(owner, world.ids.organization, `Bound ${made}`)
      if (policy) await set(owner, projectId, policy)
      return projectId
    },
    create(projectId, input = {}, as = owner) {
      made += 1
      const fields = { projectId, name: `bound ${made}`, ...input }
      return as.mutate('apiKeyCreate', fields, `apiKey { id limits ${LIMITS} } secret`)
    },
    inSeconds: (seconds) => new Date(world.database.clock.now().getTime() + seconds * 1000).toISOString(),
  }
}
