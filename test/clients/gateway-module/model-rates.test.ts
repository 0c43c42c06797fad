import { createHash } from 'node:crypto'
import type { Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { ORIGIN } from '../../infra/app.ts'
import { decided } from '../../infra/decided.ts'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'

/*
 * R6 for rates by model: three gateways and the server share a rate of a key, a project or an organization. Exactly what fits
 * is allowed for the model, and no request for another model is charged.
 */

let world: GatewayWorld
let modules: [Gateway, Gateway, Gateway]
beforeAll(async () => {
  world = await startGatewayWorld()
  modules = [world.module, world.open(), world.open()]
  await Promise.all(modules.map((module) => module.ready()))
  const slugs = ['meta/llama', 'meta/other', 'acme/m:1@2+3']
  await loadModels(world.app.runtime, {
    models: slugs.map((slug) => ({ slug, displayName: slug, workload: 'INFERENCE' as const, prices: [] })),
  })
})
afterAll(() => world?.close())

let made = 0

const tokens = { estimatedUnits: [{ lineItem: 'OUTPUT_TOKENS', quantity: '3' }] } as const

/** Rates into which 33 requests for a model fit, with the estimate of one. */
const RATES = {
  'tokens a day': [{ unit: 'OUTPUT_TOKENS', per: 'DAY', max: '100' }, tokens],
  'requests a day': [{ unit: 'REQUESTS', per: 'DAY', max: '33' }, {}],
} as const

type Rate = { unit: 'OUTPUT_TOKENS' | 'REQUESTS'; per: 'DAY' | 'MINUTE'; max: string; model: string }

async function setting() {
  made += 1
  const { organizationId } = world
  const { id: projectId } = await world.owner.projects.create({ organizationId, name: `models ${made}` })
  const { apiKey, secret } = await world.owner.apiKeys.create({ projectId, name: `key ${made}` })
  return { projectId, id: apiKey.id, secret }
}

const OWNERS = {
  key: async (rates: Rate[]) => {
    const { id, secret } = await setting()
    await world.owner.apiKeys.setLimits({ id, rates })
    return secret
  },
  project: async (rates: Rate[]) => {
    const { projectId, secret } = await setting()
    await world.owner.projects.setUsageLimits({ projectId, rates })
    return secret
  },
  organization: async (rates: Rate[]) => {
    const { id: organizationId, defaultProject } = await world.owner.organizations.create({ name: `models ${made}` })
    await world.owner.organizations.setUsageLimits({ organizationId, rates })
    made += 1
    const projectId = defaultProject?.id ?? ''
    return (await world.owner.apiKeys.create({ projectId, name: `key ${made}` })).secret
  },
}

type Ask = Parameters<Gateway['authorize']>[1]

/** The outcome of a request at a gateway module, or at the server. */
async function decide(at: number, secret: string, ask: Ask & object): Promise<string> {
  const module = modules[at % 4]
  const answer = await decided(async () =>
    module
      ? module.authorize(secret, ask)
      : ((await world.gateway.apiKeys.authorize([{ secret, ...ask }]))[0] ?? expect.unreachable()),
  )
  return answer.__typename === 'ApiKeyDenied' ? answer.reason : 'ALLOWED'
}

const cases = (Object.keys(OWNERS) as (keyof typeof OWNERS)[]).flatMap((owner) =>
  (Object.keys(RATES) as (keyof typeof RATES)[]).flatMap((rate) =>
    [1, 64].map((concurrency) => ({ owner, rate, concurrency })),
  ),
)

test.each(cases)(
  '$rate for a model allow the $owner exactly 33 requests, at concurrency $concurrency',
  async ({ owner, rate, concurrency }) => {
    const [limit, estimate] = RATES[rate]
    const secret = await OWNERS[owner]([
      { ...limit, model: 'meta/llama' },
      // Rates of the same kind, which have counters of their own.
      { ...limit, max: '1000', model: 'meta/*' },
      { ...limit, max: '1000', model: 'acme/m:1@2+3' },
    ])
    await Promise.all(modules.map((module) => world.caughtUp(module)))
    const outcomes: string[] = []
    const others: string[] = []
    let left = 60
    const work = async (index: number) => {
      while (left > 0) {
        left -= 1
        outcomes.push(await decide(index, secret, { ...estimate, model: 'meta/llama' }))
        others.push(await decide(index, secret, { ...estimate, model: left % 2 ? 'meta/other' : 'acme/m:1@2+3' }))
      }
    }
    await Promise.all(Array.from({ length: concurrency }, (_, index) => work(index)))
    expect(outcomes.filter((outcome) => outcome === 'ALLOWED')).toHaveLength(33)
    expect(new Set(outcomes)).toEqual(new Set(['ALLOWED', 'RATE_LIMITED']))
    expect(new Set(others)).toEqual(new Set(['ALLOWED']))
    for (const at of [0, 1, 2, 3]) expect(await decide(at, secret, estimate)).toBe('ALLOWED')
  },
)

test('three gateways and the server share a model’s limit of requests per minute', async () => {
  const secret = await OWNERS.key([{ unit: 'REQUESTS', per: 'MINUTE', max: '2', model: 'meta/*' }])
  await Promise.all(modules.map((module) => world.caughtUp(module)))
  const outcomes = []
  for (const at of [0, 1, 2, 3]) outcomes.push(await decide(at, secret, { model: 'meta/llama' }))
  expect(outcomes).toEqual(['ALLOWED', 'ALLOWED', 'RATE_LIMITED', 'RATE_LIMITED'])
  expect(await decide(0, secret, { model: 'acme/m:1@2+3' })).toBe('ALLOWED')
})

test('a gateway returns its lease of a model’s rate limit when the limit changes', async () => {
  const { id, secret } = await setting()
  const rate = { unit: 'REQUESTS', per: 'DAY', model: 'meta/*' } as const
  await world.owner.apiKeys.setLimits({ id, rates: [{ ...rate, max: '1' }] })
  await world.caughtUp(modules[0])
  const decided = () => decide(0, secret, { model: 'meta/llama' })
  expect([await decided(), await decided()]).toEqual(['ALLOWED', 'RATE_LIMITED'])
  await world.owner.apiKeys.setLimits({ id, rates: [{ ...rate, max: '2' }] })
  await expect.poll(decided).toBe('ALLOWED')
  await expect.poll(decided).toBe('RATE_LIMITED')
  await world.owner.apiKeys.setLimits({ id, rates: null })
  await expect.poll(decided).toBe('ALLOWED')
})

test('gateway modules that do not support rate limits by model do not receive them', async () => {
  const secret = await OWNERS.key([{ unit: 'REQUESTS', per: 'DAY', max: '1', model: 'meta/*' }])
  const secretHash = createHash('sha256').update(secret).digest('hex')
  const query = `query ($input: GatewayLookUpInput!) { gatewayLookUp(input: $input) { credentials { limits { kind } all: limits(byModel: true) { kind model } } } }`
  const response = await world.fetch(`${ORIGIN}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.gatewayToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { input: { secretHashes: [secretHash] } } }),
  })
  expect(await response.json()).toMatchObject({
    data: { gatewayLookUp: { credentials: [{ limits: [], all: [{ kind: 'REQUESTS_PER_DAY', model: 'meta/*' }] }] } },
  })
})
