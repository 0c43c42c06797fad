import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reconcileLeases, removeOldLeases } from '../../../schema/limit/leases/reconcile.ts'
import type { Client } from '../../infra/app.ts'
import { decided } from '../../infra/decided.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { type Replicas, startReplicas } from './two-replicas.ts'

/*
 * R6 for rates by unit: known use never exceeds a rate, and no request that fits is denied, through two replicas. Failed
 * while reported requests were not counted as used. It does not notice a missing lock of the counter.
 */

let replicas: Replicas
let owner: Client
beforeAll(async () => {
  replicas = await startReplicas()
  owner = await replicas.first.signUp('Owner')
})
afterAll(() => replicas?.close())

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyAllowed { reservation } ... on ApiKeyDenied { reason retryAfterSeconds } } }`

const UNITS = [
  { lineItem: 'INPUT_TOKENS', quantity: '1' },
  { lineItem: 'CACHED_INPUT_TOKENS', quantity: '1' },
  { lineItem: 'CACHE_WRITE_1H_TOKENS', quantity: '1' },
  { lineItem: 'OUTPUT_TOKENS', quantity: '1' },
  { lineItem: 'REASONING_TOKENS', quantity: '2' },
]

interface World {
  organizationId: string
  projectId: string
  apiKeyId: string
  secret: string
}

async function createWorld(name: string): Promise<World> {
  const { id: organizationId, defaultProject: projectId } = await createOrganization(owner, name)
  const { id: apiKeyId, secret } = await createKey(owner, projectId, name)
  return { organizationId, projectId, apiKeyId, secret }
}

const MUTATIONS = {
  API_KEY: ({ apiKeyId: id }: World) => ['apiKeyLimitsSet', { id }] as const,
  PROJECT: ({ projectId }: World) => ['projectUsageLimitsSet', { projectId }] as const,
  ORGANIZATION: ({ organizationId }: World) => ['organizationUsageLimitsSet', { organizationId }] as const,
}

type Scope = keyof typeof MUTATIONS

interface Rate {
  unit: string
  per: string
  max: string
}

async function setRates(world: World, scope: Scope, rates: Rate[]): Promise<void> {
  const [mutation, target] = MUTATIONS[scope](world)
  await owner.mutate(mutation, { ...target, rates })
}

const STATUS = 'rateStatus { unit per max used reserved remaining debt }'

async function statusOf(world: World, scope: Scope) {
  const { organizationId, projectId, apiKeyId } = world
  const query = `query ($organization: ID!, $project: ID!, $key: ID!) {
    ORGANIZATION: organization(id: $organization) { ${STATUS} } PROJECT: project(id: $project) { ${STATUS} }
    API_KEY: node(id: $key) { ... on ApiKey { ${STATUS} } } }`
  const { data } = await owner.ask(query, { organization: organizationId, project: projectId, key: apiKeyId })
  return data[scope].rateStatus
}

/** Sends requests of 6 tokens with a given concurrency, by turns through each replica. */
async function spend(secret: string, requests: number, concurrency: number, estimatedUnits = UNITS) {
  const outcome: { reservations: (string | null)[]; reasons: string[] } = { reservations: [], reasons: [] }
  let left = requests
  const work = async (gateway: Client) => {
    while (left > 0) {
      left -= 1
      const answer = await decided(
        async () => (await gateway.ask(AUTHORIZE, { inputs: [{ secret, estimatedUnits }] })).data.apiKeysAuthorize[0],
      )
      if (answer.__typename === 'ApiKeyAllowed') outcome.reservations.push(answer.reservation)
      else outcome.reasons.push(answer.reason)
    }
  }
  const gatewayAt = (index: number) => replicas.gateways[index % 2] ?? replicas.gateways[0]
  await Promise.all(Array.from({ length: concurrency }, (_, index) => work(gatewayAt(index))))
  return outcome
}

const record = (world: World, reservations: (string | null)[], units = UNITS) =>
  replicas.gateways[0].mutate(
    'usageRecord',
    {
      events: reservations.map((reservation) => ({
        eventId: randomUUID(),
        credentialId: world.apiKeyId,
        workload: 'INFERENCE',
        occurredAt: new Date().toISOString(),
        units,
        cost: '0.001',
        reservation,
      })),
    },
    'recorded rejected { code message }',
  )

/** A rate with room for ten of the requests and a remainder, and the amount used by then. */
const RATES: [Scope, Rate, string][] = [
  ['API_KEY', { unit: 'TOKENS', per: 'DAY', max: '65' }, '60'],
  ['PROJECT', { unit: 'INPUT_TOKENS', per: 'HOUR', max: '32' }, '30'],
  ['ORGANIZATION', { unit: 'OUTPUT_TOKENS', per: 'DAY', max: '32' }, '30'],
  ['API_KEY', { unit: 'REQUESTS', per: 'HOUR', max: '10' }, '10'],
  ['PROJECT', { unit: 'REQUESTS', per: 'DAY', max: '10' }, '10'],
  ['ORGANIZATION', { unit: 'REQUESTS', per: 'DAY', max: '10' }, '10'],
]

const CONCURRENCIES = process.env.KEYWARD_NIGHTLY ? [1, 64, 256] : [1, 64]

test.each(
  RATES.flatMap(([scope, rate, used]) => CONCURRENCIES.map((concurrency) => ({ scope, rate, used, concurrency }))),
)(
  'a rate in $rate.unit per $rate.per of $scope allows exactly the requests that fit, at concurrency $concurrency',
  async ({ scope, rate, used, concurrency }) => {
    const world = await createWorld(`${scope} ${rate.unit} ${concurrency}`)
    await setRates(world, scope, [rate])
    const { reservations, reasons } = await spend(world.secret, Math.max(20, concurrency), concurrency)
    expect(reservations).toHaveLength(10)
    expect(new Set(reasons)).toEqual(new Set(['RATE_LIMITED']))
    expect(await record(world, reservations)).toMatchObject({ recorded: 10, rejected: [] })
    await expect
      .poll(() => statusOf(world, scope), { timeout: 10_000 })
      .toEqual([{ ...rate, used, reserved: '0', remaining: String(BigInt(rate.max) - BigInt(used)), debt: '0' }])
  },
)

test('usage above the estimate becomes debt, and usage below it releases the rest', async () => {
  const world = await createWorld('Settled')
  const rate = { unit: 'TOKENS', per: 'DAY', max: '18' }
  await setRates(world, 'API_KEY', [rate])
  const { reservations } = await spend(world.secret, 3, 1)
  expect((await spend(world.secret, 1, 1)).reasons).toEqual(['RATE_LIMITED'])
  const [above = null, below = null, released] = reservations
  const output = (quantity: string) => [{ lineItem: 'OUTPUT_TOKENS', quantity }]
  // The same reservation in a second event settles nothing again.
  await record(world, [above], output('8'))
  await record(world, [below], output('1'))
  await replicas.gateways[0].mutate('usageRecord', { events: [], released: [released] })
  const settled = { ...rate, used: '9', reserved: '0', remaining: '9', debt: '2' }
  await expect.poll(() => statusOf(world, 'API_KEY'), { timeout: 10_000 }).toEqual([settled])
  expect((await spend(world.secret, 2, 1)).reasons).toEqual(['RATE_LIMITED'])
})

test('a request without an estimate is charged one token', async () => {
  const world = await createWorld('All or none')
  await setRates(world, 'API_KEY', [
    { unit: 'TOKENS', per: 'DAY', max: '100' },
    { unit: 'REQUESTS', per: 'DAY', max: '100' },
  ])
  await setRates(world, 'PROJECT', [{ unit: 'OUTPUT_TOKENS', per: 'DAY', max: '2' }])
  const { reservations, reasons } = await spend(world.secret, 4, 1, [])
  expect([reservations.length, reasons.length]).toEqual([2, 2])
  const nothing = { reserved: '0', debt: '0' }
  await record(world, reservations, [])
  await expect
    .poll(() => statusOf(world, 'API_KEY'), { timeout: 10_000 })
    .toMatchObject([
      { unit: 'REQUESTS', used: '2', ...nothing },
      { unit: 'TOKENS', used: '0', ...nothing },
    ])
})

test('`requestsPerMinute` shows the rate in requests per minute', async () => {
  const { apiKeyId: id } = await createWorld('View')
  const daily = { unit: 'TOKENS', per: 'DAY', max: '1000000000000' }
  const perMinute = { unit: 'REQUESTS', per: 'MINUTE', max: '60' }
  const limits = 'apiKey { limits { requestsPerMinute rates { unit per max } } }'
  const set = (input: object) => owner.mutate('apiKeyLimitsSet', { id, ...input }, `${limits}`)
  const read = (requestsPerMinute: number | null, rates: object[]) => ({
    apiKey: { limits: { requestsPerMinute, rates } },
  })
  expect(await set({ rates: [daily, perMinute] })).toMatchObject(read(60, [perMinute, daily]))
  expect(await set({ requestsPerMinute: 5 })).toMatchObject(read(5, [{ ...perMinute, max: '5' }, daily]))
  expect(await set({ requestsPerMinute: null })).toMatchObject(read(null, [daily]))
  expect(await set({ rates: [daily], requestsPerMinute: 7 })).toMatchObject(
    read(7, [{ ...perMinute, max: '7' }, daily]),
  )
  expect(await set({ budgets: [] })).toMatchObject(read(7, [{ ...perMinute, max: '7' }, daily]))
  expect(await set({ rates: null })).toMatchObject(read(null, []))
  const issues = (path: string[]) => ({ __typename: 'ValidationError', issues: [{ path }] })
  expect(await set({ rates: [perMinute], requestsPerMinute: 7 })).toMatchObject(issues(['requestsPerMinute']))
  expect(await set({ rates: [daily, daily] })).toMatchObject(issues(['rates']))
  expect(await set({ rates: [{ ...daily, max: '0' }] })).toMatchObject(issues(['rates', '0', 'max']))
  expect(await set({ rates: [{ ...daily, max: '1000000000001' }] })).toMatchObject(issues(['rates', '0', 'max']))
  expect(await set({ rates: [{ ...perMinute, max: '10000001' }] })).toMatchObject(issues(['rates', '0', 'max']))
})

test('a rate limit denial says when the window ends', async () => {
  const world = await createWorld('Windows')
  await setRates(world, 'API_KEY', [{ unit: 'TOKENS', per: 'HOUR', max: '6' }])
  await spend(world.secret, 1, 1)
  const { data } = await replicas.gateways[0].ask(AUTHORIZE, { inputs: [{ secret: world.secret }] })
  const [{ reason, retryAfterSeconds }] = data.apiKeysAuthorize
  expect(reason).toBe('RATE_LIMITED')
  expect(retryAfterSeconds).toBeGreaterThan(0)
  expect(retryAfterSeconds).toBeLessThanOrEqual(3_600)
  const { database } = replicas.first
  await database.sql(
    "UPDATE limit_lease SET renewed_at = renewed_at - interval '49 hours' WHERE kind = 'TOKENS_PER_HOUR'",
  )
  await database.sql(
    "UPDATE limit_counter SET window_start = window_start - interval '49 hours' WHERE kind = 'TOKENS_PER_HOUR'",
  )
  expect(await reconcileLeases(database)).toBe(0)
  await removeOldLeases(database)
  for (const table of ['limit_lease', 'limit_counter'])
    expect(await database.sql(`SELECT 1 FROM ${table} WHERE kind = 'TOKENS_PER_HOUR'`)).toEqual([])
})
