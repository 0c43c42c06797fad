import { Keyward } from '@keyward/sdk'
import { createGateway, type Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { App } from '../../../server/app.ts'
import { fetchOf } from '../../clients/sdk/world.ts'
import { ORIGIN } from '../../infra/app.ts'
import { testDatabaseKind } from '../../infra/database.ts'
import { type Replicas, startReplicas } from '../../nouns/limit/two-replicas.ts'
import { chanceOf } from '../../nouns/usage/chance.ts'

/*
 * R6 in whole: every kind of limit of every scope, shared by two replicas and three gateway modules, at concurrency 1, 64
 * and 256. Exactly what fits is allowed. Then the same while clients go away in the middle of their calls: never more than fits is allowed, and only requests that were or may have been allowed use up the limit.
 */

const isNightly = process.env.KEYWARD_NIGHTLY === '1' && testDatabaseKind === 'postgresql'
const SEED = Number(process.env.KEYWARD_NIGHTLY_SEED ?? Date.now() % 1_000_000_000)

/** How many requests fit into each limit. */
const FITS = 33
/** How many requests may be under way. */
const PLACES = 4

const KINDS = {
  'a budget': {
    limits: { budgets: [{ period: 'TOTAL', usd: '1' }] },
    ask: { estimatedCost: '0.03' },
    reason: 'BUDGET_EXCEEDED',
  },
  'a rate in tokens': {
    limits: { rates: [{ unit: 'OUTPUT_TOKENS', per: 'DAY', max: '100' }] },
    ask: { estimatedUnits: [{ lineItem: 'OUTPUT_TOKENS', quantity: '3' }] },
    reason: 'RATE_LIMITED',
  },
  'a rate in requests': {
    limits: { rates: [{ unit: 'REQUESTS', per: 'DAY', max: String(FITS) }] },
    ask: {},
    reason: 'RATE_LIMITED',
  },
  'a maximum under way': { limits: { maxConcurrent: PLACES }, ask: {}, reason: 'CONCURRENCY_LIMITED' },
} as const

type Kind = keyof typeof KINDS
type Limits = (typeof KINDS)[Kind]['limits']

interface Request {
  secret: string
  consumer?: string
}

describe.skipIf(!isNightly)('nightly run: limits', () => {
  let replicas: Replicas
  let owner: Keyward
  let modules: Gateway[]
  let organizationId: string
  let made = 0
  const chance = chanceOf(SEED)

  beforeAll(async () => {
    replicas = await startReplicas()
    const { token } = await replicas.first.signUp('Owner')
    owner = new Keyward({ baseUrl: ORIGIN, token, fetch: fetchOf(replicas.first.app) })
    organizationId = (await owner.organizations.create({ name: 'of limits' })).id
    const open = (app: App) => createGateway({ baseUrl: ORIGIN, token: replicas.gatewayToken, fetch: fetchOf(app) })
    modules = [open(replicas.first.app), open(replicas.second), open(replicas.second)]
    await Promise.all(modules.map((module) => module.ready()))
  })
  afterAll(async () => {
    await Promise.all((modules ?? []).map((module) => module.close({ timeout: 1_000 }).catch(() => undefined)))
    await replicas?.close()
  })

  /** Creates a key in a project of its own. */
  async function keyOf(more: object = {}, of = organizationId) {
    made += 1
    const { id: projectId } = await owner.projects.create({ organizationId: of, name: `limited ${made}` })
    const { apiKey, secret } = await owner.apiKeys.create({ projectId, name: 'limited', ...more })
    return { projectId, id: apiKey.id, secret }
  }

  /** Creates a key with the limits of a scope, and returns how requests count in it. */
  const SCOPES: Record<string, (limits: Limits) => Promise<Request>> = {
    async 'a key'(limits) {
      const { secret } = await keyOf({ limits })
      return { secret }
    },
    async 'a project'(limits) {
      const { projectId, secret } = await keyOf()
      await owner.projects.setUsageLimits({ projectId, ...limits })
      return { secret }
    },
    async 'an organization'(limits) {
      const { id } = await owner.organizations.create({ name: `of limits ${made}` })
      const { secret } = await keyOf({}, id)
      await owner.organizations.setUsageLimits({ organizationId: id, ...limits })
      return { secret }
    },
    async 'a tag'(limits) {
      const tag = { key: 'team', value: `team ${made}` }
      const { secret } = await keyOf({ tags: [tag] })
      await owner.organizations.setTagLimits({ organizationId, tag, ...limits })
      return { secret }
    },
    async 'a consumer'(limits) {
      const { projectId, secret } = await keyOf()
      await owner.projects.setConsumerLimits({ projectId, ...limits })
      return { secret, consumer: 'ada' }
    },
  }

  const caughtUp = async () => {
    const now = replicas.first.database.clock.now().getTime()
    for (const module of modules) {
      await expect.poll(() => Date.parse(module.status.asOf ?? ''), { timeout: 30_000 }).toBeGreaterThanOrEqual(now)
    }
  }

  interface Decided {
    outcome: string
    /** Frees the place of an allowed request. */
    free(): Promise<unknown>
  }

  const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
    __typename ... on ApiKeyAllowed { reservation } ... on ApiKeyDenied { reason } } }`
  const RELEASE = 'mutation ($input: UsageRecordInput!) { usageRecord(input: $input) { __typename } }'

  const post = async (app: App, query: string, variables: object, signal?: AbortSignal) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${replicas.gatewayToken}` }
    const body = JSON.stringify({ query, variables })
    const response = await app.fetch(
      new globalThis.Request(`${ORIGIN}/graphql`, { method: 'POST', headers, body, signal: signal ?? null }),
    )
    return response.json()
  }

  /** Asks one of the three modules or the two replicas. */
  async function decide(
    at: number,
    { secret, ...request }: Request,
    ask: object,
    signal?: AbortSignal,
  ): Promise<Decided> {
    const module = modules[at % 5]
    if (module) {
      const answer = await module.authorize(secret, { ...request, ...ask })
      return answer.__typename === 'ApiKeyDenied'
        ? { outcome: answer.reason, free: async () => undefined }
        : { outcome: 'ALLOWED', free: async () => module.release(answer) }
    }
    const app = at % 2 === 0 ? replicas.first.app : replicas.second
    const { data } = await post(app, AUTHORIZE, { inputs: [{ secret, ...request, ...ask }] }, signal)
    const [answer] = data.apiKeysAuthorize
    const released = { input: { events: [], released: [answer.reservation] } }
    return {
      outcome: answer.__typename === 'ApiKeyDenied' ? answer.reason : 'ALLOWED',
      free: async () => (answer.reservation ? post(app, RELEASE, released) : undefined),
    }
  }

  /** Runs calls at a concurrency until none is left. */
  async function run(concurrency: number, calls: number, call: (worker: number) => Promise<void>): Promise<void> {
    let left = calls
    const work = async (worker: number) => {
      while (left > 0) {
        left -= 1
        await call(worker)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)))
  }

  const cases = Object.keys(SCOPES).flatMap((scope) =>
    (Object.keys(KINDS) as Kind[]).flatMap((kind) => [1, 64, 256].map((concurrency) => ({ scope, kind, concurrency }))),
  )

  const isUnderWay = (kind: Kind) => kind === 'a maximum under way'

  test.each(cases)('enforces $kind of $scope at concurrency $concurrency', async ({ scope, kind, concurrency }) => {
    const { limits, ask, reason } = KINDS[kind]
    const request = await (SCOPES[scope] ?? SCOPES['a key'])?.(limits)
    if (!request) throw new Error(`No scope ${scope}`)
    await caughtUp()
    const outcomes: string[] = []
    let live = 0
    let most = 0
    await run(concurrency, Math.max(60, concurrency * 2), async (worker) => {
      const { outcome, free } = await decide(worker, request, ask)
      outcomes.push(outcome)
      if (outcome !== 'ALLOWED' || !isUnderWay(kind)) return
      live += 1
      most = Math.max(most, live)
      await new Promise((resolve) => setTimeout(resolve, 1))
      live -= 1
      await free()
    })
    const allowed = outcomes.filter((outcome) => outcome === 'ALLOWED').length
    if (isUnderWay(kind)) {
      expect(most).toBeLessThanOrEqual(PLACES)
      if (concurrency === 1) expect(allowed).toBe(outcomes.length)
      expect(allowed).toBeGreaterThanOrEqual(PLACES)
      // Nothing is held: as many as there are places fit again, and no more.
      await expect.poll(() => placesOf(request), { timeout: 30_000 }).toBe(PLACES)
    } else {
      expectExactly(outcomes, reason)
    }
  })

  /** Exactly as many are allowed as fit. On a busy machine, a call past its deadline may have taken what it asked for. */
  function expectExactly(outcomes: readonly string[], reason: string): void {
    const count = (which: string) => outcomes.filter((outcome) => outcome === which).length
    expect(count('ALLOWED')).toBeLessThanOrEqual(FITS)
    expect(count('ALLOWED') + count('UNAVAILABLE')).toBeGreaterThanOrEqual(FITS)
    expect(count('ALLOWED') + count('UNAVAILABLE') + count(reason)).toBe(outcomes.length)
  }

  /** Takes all free places of a request, and frees them. */
  async function placesOf(request: Request): Promise<number> {
    const taken: Decided[] = []
    for (let at = 0; ; at += 1) {
      const decided = await decide(at, request, {})
      if (decided.outcome !== 'ALLOWED') break
      taken.push(decided)
    }
    await Promise.all(taken.map(({ free }) => free()))
    return taken.length
  }

  test.each(Object.keys(KINDS) as Kind[])(
    'enforces %s while clients disconnect in the middle of their requests',
    async (kind) => {
      const { limits, ask } = KINDS[kind]
      const request = await SCOPES['a project']?.(limits)
      if (!request) throw new Error('No scope')
      await caughtUp()
      let allowed = 0
      let lost = 0
      await run(64, 400, async (worker) => {
        const leaving = new AbortController()
        const leaves = chance() < 0.3 ? setTimeout(() => leaving.abort(), chance() * 20) : undefined
        try {
          const { outcome } = await decide(3 + (worker % 2), request, ask, leaving.signal)
          if (leaving.signal.aborted) lost += 1
          else if (outcome === 'ALLOWED') allowed += 1
        } catch {
          lost += 1
        }
        clearTimeout(leaves)
      })
      const fits = isUnderWay(kind) ? PLACES : FITS
      expect(lost).toBeGreaterThan(0)
      expect(allowed).toBeLessThanOrEqual(fits)
      expect(allowed + lost).toBeGreaterThanOrEqual(fits)
      // Afterwards only the places that the lost calls did not take are free.
      const { outcome } = await decide(0, request, ask)
      if (allowed === fits) expect(outcome).not.toBe('ALLOWED')
    },
  )

  test.each([1, 64, 256])('enforces the cap of a child token at concurrency %i', async (concurrency) => {
    const { id } = await keyOf()
    const { token } = await owner.apiKeys.createToken({ id, maxCost: '1' })
    await caughtUp()
    const outcomes: string[] = []
    await run(concurrency, Math.max(60, concurrency * 2), async (worker) => {
      outcomes.push((await decide(worker, { secret: token }, KINDS['a budget'].ask)).outcome)
    })
    expectExactly(outcomes, 'BUDGET_EXCEEDED')
  })
})
