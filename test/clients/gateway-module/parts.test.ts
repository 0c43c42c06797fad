import type { Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decided } from '../../infra/decided.ts'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'

/*
 * R6 for parts: three gateways and the server share the limits of a consumer, a tag and a child token. Exactly what fits is
 * allowed. Failed while each gateway held the limits of a consumer by the name of its project.
 */

let world: GatewayWorld
let modules: [Gateway, Gateway, Gateway]
let organizationId: string
beforeAll(async () => {
  world = await startGatewayWorld()
  modules = [world.module, world.open(), world.open()]
  await Promise.all(modules.map((module) => module.ready()))
  organizationId = world.organizationId
})
afterAll(() => world?.close())

let made = 0

/** Limits into which 33 requests fit, with the estimate of one and the reason of a denial. */
const LIMITS = {
  'a budget': [{ budgets: [{ period: 'TOTAL', usd: '1' }] }, { estimatedCost: '0.03' }, 'BUDGET_EXCEEDED'],
  'a rate in tokens': [
    { rates: [{ unit: 'OUTPUT_TOKENS', per: 'DAY', max: '100' }] },
    { estimatedUnits: [{ lineItem: 'OUTPUT_TOKENS', quantity: '3' }] },
    'RATE_LIMITED',
  ],
  'requests a day': [{ rates: [{ unit: 'REQUESTS', per: 'DAY', max: '33' }] }, {}, 'RATE_LIMITED'],
} as const

type Limits = (typeof LIMITS)[keyof typeof LIMITS][0]

/** Makes a key, limits a part of it, and returns how to send requests that count in it and requests that do not. */
const PARTS = {
  'each consumer': async (limits: Limits) => {
    const { projectId, secret } = await keyOf([])
    await world.owner.projects.setConsumerLimits({ projectId, ...limits })
    return { inPart: { secret, consumer: 'ada' }, outside: { secret, consumer: 'bob' } }
  },
  'one consumer by name': async (limits: Limits) => {
    const { projectId, secret } = await keyOf([])
    await world.owner.projects.setConsumerLimits({ projectId, consumer: 'ada lovelace', ...limits })
    return { inPart: { secret, consumer: 'ada lovelace' }, outside: { secret } }
  },
  'the keys with a tag': async (limits: Limits) => {
    const tag = { key: 'team', value: `team ${made}` }
    const { secret } = await keyOf([tag])
    const { secret: other } = await keyOf([])
    await world.owner.organizations.setTagLimits({ organizationId, tag, ...limits })
    return { inPart: { secret }, outside: { secret: other } }
  },
}

async function keyOf(tags: { key: string; value: string }[]) {
  made += 1
  const { id: projectId } = await world.owner.projects.create({ organizationId, name: `parts ${made}` })
  const { apiKey, secret } = await world.owner.apiKeys.create({ projectId, name: `key ${made}`, tags })
  return { projectId, id: apiKey.id, secret }
}

type Ask = Parameters<Gateway['authorize']>[1]
interface Request {
  secret: string
  consumer?: string
}

/** The outcome of a request at a gateway module, or at the server. */
async function decide(at: number, { secret, ...ask }: Request, more: Ask): Promise<string> {
  const module = modules[at % 4]
  const asked = { ...ask, ...more } as Ask & object
  const answer = await decided(async () =>
    module
      ? module.authorize(secret, asked)
      : ((await world.gateway.apiKeys.authorize([{ secret, ...asked }]))[0] ?? expect.unreachable()),
  )
  return answer.__typename === 'ApiKeyDenied' ? answer.reason : 'ALLOWED'
}

const cases = Object.keys(PARTS).flatMap((part) =>
  Object.keys(LIMITS).flatMap((limit) =>
    (limit === 'a budget' ? [1, 64, 256] : [64]).map((concurrency) => ({ part, limit, concurrency })),
  ),
) as { part: keyof typeof PARTS; limit: keyof typeof LIMITS; concurrency: number }[]

test.each(cases)('$limit for $part allows exactly 33 requests, at concurrency $concurrency', async (each) => {
  const [limits, ask, reason] = LIMITS[each.limit]
  const { inPart, outside } = await PARTS[each.part](limits)
  await Promise.all(modules.map((module) => world.caughtUp(module)))
  const outcomes: string[] = []
  let left = Math.max(60, each.concurrency)
  const work = async (index: number) => {
    while (left > 0) {
      left -= 1
      outcomes.push(await decide(index, inPart, ask))
    }
  }
  await Promise.all(Array.from({ length: each.concurrency }, (_, index) => work(index)))
  expect(outcomes.filter((outcome) => outcome === 'ALLOWED')).toHaveLength(33)
  expect(new Set(outcomes)).toEqual(new Set(['ALLOWED', reason]))
  // Nobody else is affected, wherever it is decided.
  for (const at of [0, 1, 2, 3]) expect(await decide(at, outside, ask)).toBe('ALLOWED')
})

test.each([1, 64, 256])(
  'a child token with a budget of 1 dollar allows exactly 33 requests, at concurrency %i',
  async (concurrency) => {
    const { id, secret } = await keyOf([])
    const { token } = await world.owner.apiKeys.createToken({ id, maxCost: '1' })
    const outcomes: string[] = []
    let left = Math.max(60, concurrency)
    const work = async (index: number) => {
      while (left > 0) {
        left -= 1
        outcomes.push(await decide(index, { secret: token }, { estimatedCost: '0.03' }))
      }
    }
    await Promise.all(Array.from({ length: concurrency }, (_, index) => work(index)))
    expect(outcomes.filter((outcome) => outcome === 'ALLOWED')).toHaveLength(33)
    expect(new Set(outcomes)).toEqual(new Set(['ALLOWED', 'BUDGET_EXCEEDED']))
    expect(await decide(0, { secret }, { estimatedCost: '5' })).toBe('ALLOWED')
  },
)

test('a consumer’s concurrency limit is enforced across three gateways and the server', async () => {
  const { projectId, secret } = await keyOf([])
  await world.owner.projects.setConsumerLimits({ projectId, maxConcurrent: 2 })
  await Promise.all(modules.map((module) => world.caughtUp(module)))
  const ada = { secret, consumer: 'ada' }
  const outcomes = []
  for (const at of [0, 1, 2, 3]) outcomes.push(await decide(at, ada, {}))
  expect(outcomes).toEqual(['ALLOWED', 'ALLOWED', 'CONCURRENCY_LIMITED', 'CONCURRENCY_LIMITED'])
  expect(await decide(2, { secret, consumer: 'bob' }, {})).toBe('ALLOWED')
  expect(await decide(2, { secret }, {})).toBe('ALLOWED')
})

test('three gateways and the server share a consumer’s limit of requests per minute', async () => {
  const { projectId, secret } = await keyOf([])
  await world.owner.projects.setConsumerLimits({ projectId, requestsPerMinute: 2 })
  await Promise.all(modules.map((module) => world.caughtUp(module)))
  const outcomes = []
  for (const at of [0, 1, 2, 3]) outcomes.push(await decide(at, { secret, consumer: 'ada' }, {}))
  expect(outcomes).toEqual(['ALLOWED', 'ALLOWED', 'RATE_LIMITED', 'RATE_LIMITED'])
  expect(await decide(0, { secret, consumer: 'bob' }, {})).toBe('ALLOWED')
})
