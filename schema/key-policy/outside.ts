import { isWithinPatterns } from '@keyward/engine/models'
import { isWithinNetworks, parseNetwork, parseNetworks } from '@keyward/engine/networks'
import type { Database } from '@keyward/prisma/database'
import { type Prisma, Workload } from '@keyward/prisma/generated/prisma/client'
import { liveAt } from '../api-key/filter.ts'
import { rowsOf } from '../limit/settings/store.ts'
import type { Bounds, KeyRule } from './bounds.ts'
import { policiesWithin } from './service.ts'
import { findScopesInUse } from './sql.ts'

type Where = Prisma.ApiKeyWhereInput

const DAY_MS = 86_400_000

/** The distinct models and networks that keys of an organization are restricted to. */
interface InUse {
  models: string[]
  networks: string[]
}

const NONE: InUse = { models: [], networks: [] }

/**
 * WHERE condition for each rule, equivalent to `violationsOf` for one key. test/nouns/key-policy/outside.test.ts
 * compares both.
 */
const OUTSIDE: Record<KeyRule, (bounds: Bounds, inUse: InUse, now: Date) => Where[]> = {
  CREATORS: ({ creators }) => (creators === 'SERVICE_ACCOUNTS' ? [{ createdByServiceAccountId: null }] : []),
  MAXIMUM_LIMITS: ({ maximumLimits }) =>
    rowsOf(maximumLimits).map(({ kind, amount, action }) => ({
      limits: {
        none: { kind, part: null, model: null, amount: { lte: amount }, ...(action === 'REJECT' ? { action } : {}) },
      },
    })),
  EXPIRATION: ({ requiresExpiration, maxLifetimeSeconds }, _inUse, now) => [
    ...(requiresExpiration || maxLifetimeSeconds !== null ? [{ expiresAt: null }] : []),
    ...(maxLifetimeSeconds === null
      ? []
      : [{ expiresAt: { gt: new Date(now.getTime() + maxLifetimeSeconds * 1000) } }]),
  ],
  ROTATION: ({ rotateEveryDays }, _inUse, now) =>
    rotateEveryDays === null
      ? []
      : [{ secrets: { none: { createdAt: { gt: new Date(now.getTime() - rotateEveryDays * DAY_MS) } } } }],
  WORKLOADS: ({ workloads }) =>
    workloads.length === 0
      ? []
      : [
          { workloads: { isEmpty: true } },
          { workloads: { hasSome: Object.values(Workload).filter((each) => !workloads.includes(each)) } },
        ],
  MODELS: ({ models }, inUse) =>
    models.length === 0
      ? []
      : [
          { models: { isEmpty: true } },
          { models: { hasSome: inUse.models.filter((each) => !isWithinPatterns(models, each)) } },
        ],
  ALLOWED_IPS: ({ allowedIps }, inUse) => {
    if (allowedIps.length === 0) return []
    const permitted = parseNetworks(allowedIps)
    const others = inUse.networks.filter((each) => !isWithinNetworks(parseNetwork(each), permitted))
    return [{ allowedIps: { isEmpty: true } }, { allowedIps: { hasSome: others } }]
  },
}

/**
 * WHERE condition for an organization's live keys that violate one of the given rules of the key policies that bind
 * them.
 */
export async function outsidePolicy(
  { prisma, clock }: Database,
  organizationId: string,
  rules: readonly KeyRule[],
): Promise<Where> {
  const now = clock.now()
  const policies = await policiesWithin(prisma, organizationId)
  const isListed = policies.some(({ bounds }) => bounds.models.length > 0 || bounds.allowedIps.length > 0)
  const [inUse = NONE] = isListed ? await findScopesInUse(prisma, organizationId) : []
  const any = policies.flatMap(({ projectId, bounds }): Where[] => {
    const or = rules.flatMap((rule) => OUTSIDE[rule](bounds, inUse, now))
    return or.length === 0 ? [] : [{ ...(projectId === null ? {} : { projectId }), OR: or }]
  })
  // Prisma omits an empty OR, which would then list every key.
  if (any.length === 0) return { id: { in: [] } }
  return { AND: [{ organizationId }, liveAt(now), { OR: any }] }
}
