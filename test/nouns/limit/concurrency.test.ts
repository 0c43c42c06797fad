import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { removeOldLeases } from '../../../schema/limit/leases/reconcile.ts'
import type { Client } from '../../infra/app.ts'
import { decided } from '../../infra/decided.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { type Replicas, startReplicas } from './two-replicas.ts'

/*
 * R6 for concurrency behind `apiKeysAuthorize`: never more requests under way than the maximum, none denied that fits, and
 * nothing held after the end of each.
 */

let replicas: Replicas
let owner: Client
beforeAll(async () => {
  replicas = await startReplicas()
  owner = await replicas.first.signUp('Owner')
})
afterAll(() => replicas?.close())

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyAllowed { reservation } ... on ApiKeyDenied { reason httpStatus retryAfterSeconds limits { kind scope limit } } } }`

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

async function setMax(world: World, scope: Scope, maxConcurrent: number | null): Promise<void> {
  const [mutation, target] = MUTATIONS[scope](world)
  await owner.mutate(mutation, { ...target, maxConcurrent })
}

async function statusOf({ organizationId, projectId, apiKeyId }: World, scope: Scope) {
  const status = 'concurrencyStatus { max used remaining }'
  const query = `query ($organization: ID!, $project: ID!, $key: ID!) {
    ORGANIZATION: organization(id: $organization) { ${status} } PROJECT: project(id: $project) { ${status} }
    API_KEY: node(id: $key) { ... on ApiKey { ${status} } } }`
  const { data } = await owner.ask(query, { organization: organizationId, project: projectId, key: apiKeyId })
  return data[scope].concurrencyStatus
}

const gatewayAt = (index: number) => replicas.gateways[index % 2] ?? replicas.gateways[0]

async function authorize({ secret }: World, index = 0) {
  const { data } = await gatewayAt(index).ask(AUTHORIZE, { inputs: [{ secret }] })
  return data.apiKeysAuthorize[0]
}

const release = (reservations: (string | null)[], index = 0) =>
  gatewayAt(index).mutate('usageRecord', { events: [], released: reservations })

const record = ({ apiKeyId: credentialId }: World, reservation: string | null, index = 0) =>
  gatewayAt(index).mutate('usageRecord', {
    events: [
      {
        eventId: randomUUID(),
        credentialId,
        workload: 'INFERENCE',
        occurredAt: new Date().toISOString(),
        units: [],
        cost: '0',
        reservation,
      },
    ],
  })

const SCOPES: Scope[] = ['API_KEY', 'PROJECT', 'ORGANIZATION']

test.each(SCOPES.flatMap((scope) => [1, 64].map((concurrency) => ({ scope, concurrency }))))(
  'a concurrency limit of $scope is enforced across two replicas, at concurrency $concurrency',
  async ({ scope, concurrency }) => {
    const world = await createWorld(`${scope} ${concurrency}`)
    await setMax(world, scope, 5)
    // Each allowed request is ended through the other replica before the test counts it as over.
    let live = 0
    let most = 0
    const reasons = new Set<string>()
    let left = Math.max(12, concurrency)
    const work = async (index: number) => {
      while (left > 0) {
        left -= 1
        const answer = await decided(() => authorize(world, index))
        if (answer.__typename !== 'ApiKeyAllowed') {
          reasons.add(answer.reason)
          expect(answer).toMatchObject({
            httpStatus: 429,
            retryAfterSeconds: 1,
            limits: [{ kind: 'CONCURRENCY', scope, limit: '5' }],
          })
          continue
        }
        live += 1
        most = Math.max(most, live)
        await new Promise((resolve) => setTimeout(resolve, 5))
        live -= 1
        if (index % 3 === 0) await release([answer.reservation], index + 1)
        else await record(world, answer.reservation, index + 1)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, (_, index) => work(index)))
    expect(most).toBeLessThanOrEqual(5)
    // One after the other, all of them fit.
    if (concurrency === 1) expect(reasons).toEqual(new Set())
    else expect(reasons).toEqual(new Set(['CONCURRENCY_LIMITED']))
    // As many as the maximum are held at once, and not one more.
    const held = []
    for (let index = 0; index < 5; index += 1) held.push(await authorize(world, index))
    expect(held.map(({ __typename }) => __typename)).toEqual(Array(5).fill('ApiKeyAllowed'))
    expect(await authorize(world, 1)).toMatchObject({ reason: 'CONCURRENCY_LIMITED' })
    await expect.poll(() => statusOf(world, scope)).toEqual({ max: 5, used: 5, remaining: 0 })
    // A reservation that is released twice gives one place back.
    const [first] = held
    await release([first.reservation])
    await release([first.reservation], 1)
    const next = await authorize(world, 1)
    expect(next).toMatchObject({ __typename: 'ApiKeyAllowed' })
    expect(await authorize(world)).toMatchObject({ reason: 'CONCURRENCY_LIMITED' })
    await release([...held, next].map(({ reservation }) => reservation))
    await expect.poll(() => statusOf(world, scope), { timeout: 10_000 }).toEqual({ max: 5, used: 0, remaining: 5 })
  },
)

test('requests that are never reported as finished keep their slots for 15 minutes', async () => {
  const world = await createWorld('Lapsed')
  await setMax(world, 'API_KEY', 2)
  const lost = [await authorize(world, 1), await authorize(world, 1)]
  expect(await authorize(world)).toMatchObject({ reason: 'CONCURRENCY_LIMITED' })
  const { database } = replicas.first
  const scope = decodeId('ApiKey', world.apiKeyId)
  // From then on, no replica renews its lease.
  const used = () => database.sql('SELECT sum(used)::int AS used FROM limit_lease WHERE scope_id = $1', [scope])
  await expect.poll(used, { timeout: 10_000 }).toEqual([{ used: 2 }])
  const lapse = (minutes: number) =>
    database.sql("UPDATE limit_lease SET lapses_at = lapses_at - $1 * interval '1 minute' WHERE scope_id = $2", [
      minutes,
      scope,
    ])
  await lapse(14)
  expect(await statusOf(world, 'API_KEY')).toEqual({ max: 2, used: 2, remaining: 0 })
  await lapse(2)
  expect(await statusOf(world, 'API_KEY')).toEqual({ max: 2, used: 0, remaining: 2 })
  const held = [await authorize(world), await authorize(world)]
  expect(held).toMatchObject([{ __typename: 'ApiKeyAllowed' }, { __typename: 'ApiKeyAllowed' }])
  await record(world, lost[0].reservation)
  await release([lost[1].reservation], 1)
  expect(await authorize(world)).toMatchObject({ reason: 'CONCURRENCY_LIMITED' })
  expect(await statusOf(world, 'API_KEY')).toEqual({ max: 2, used: 2, remaining: 0 })
  // Leases that lapsed are removed, and the counter stays.
  await lapse(90)
  await removeOldLeases(database)
  expect(await database.sql('SELECT held::int AS held FROM limit_counter WHERE scope_id = $1', [scope])).toEqual([
    { held: 2 },
  ])
  expect(
    await database.sql('SELECT 1 FROM limit_lease WHERE scope_id = $1 AND reconciled_at IS NOT NULL', [scope]),
  ).toEqual([])
})

test('a concurrency limit can be set, lowered and removed', async () => {
  const world = await createWorld('Settings')
  const { apiKeyId: id, projectId } = world
  const set = (input: object) =>
    owner.mutate('apiKeyLimitsSet', { id, ...input }, 'apiKey { limits { maxConcurrent } }')
  const read = (maxConcurrent: number | null) => ({ apiKey: { limits: { maxConcurrent } } })
  expect(await set({ maxConcurrent: 3 })).toMatchObject(read(3))
  expect(await set({ budgets: [] })).toMatchObject(read(3))
  const held = [await authorize(world), await authorize(world)]
  expect(await set({ maxConcurrent: 1 })).toMatchObject(read(1))
  await expect.poll(async () => (await authorize(world)).reason).toBe('CONCURRENCY_LIMITED')
  expect(await set({ maxConcurrent: null })).toMatchObject(read(null))
  await expect.poll(async () => (await authorize(world)).reservation).toBe(null)
  await release(held.map(({ reservation }) => reservation))
  for (const wrong of [0, 1_000_001])
    expect(await set({ maxConcurrent: wrong })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['maxConcurrent'] }],
    })
  await owner.mutate('projectKeyPolicySet', { projectId, maximumLimits: { maxConcurrent: 4 } })
  for (const wrong of [5, null])
    expect(await set({ maxConcurrent: wrong })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['maxConcurrent'] }],
    })
  expect(await set({ maxConcurrent: 4 })).toMatchObject(read(4))
})
