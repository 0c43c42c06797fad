import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { reconcileLeases, removeOldLeases } from '../../../schema/limit/leases/reconcile.ts'
import type { Client } from '../../infra/app.ts'
import { createKey, createProject, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

/* Limits of parts: of each consumer of a project, of one consumer, and of the keys of an organization with a tag. */

let world: World
let owner: Client
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  owner = world.as.owner
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

let made = 0
async function setting(tags: { key: string; value: string }[] = []) {
  made += 1
  const projectId = await createProject(owner, world.ids.organization, `parts ${made}`)
  const key = await createKey(owner, projectId, `key ${made}`, { tags })
  return { projectId, ...key }
}

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyAllowed { reservation limits { scope kind remaining } }
  ... on ApiKeyDenied { reason limits { scope kind remaining } } } }`

async function authorize(secret: string, consumer: string | null, more: object = {}) {
  const { data, errors } = await gateway.client.ask(AUTHORIZE, { inputs: [{ secret, consumer, ...more }] })
  if (errors) throw new Error(JSON.stringify(errors))
  const [answer] = data.apiKeysAuthorize
  return { outcome: answer.__typename === 'ApiKeyAllowed' ? 'ALLOWED' : answer.reason, ...answer }
}
const outcome = async (...asked: Parameters<typeof authorize>): Promise<string> => (await authorize(...asked)).outcome
const costing = (estimatedCost: string) => ({ estimatedCost })

let events = 0
async function record(event: object) {
  events += 1
  const input = { events: [{ eventId: `part-${events}`, workload: 'INFERENCE', ...event }] }
  const { recorded, rejected } = await gateway.client.mutate('usageRecord', input, 'recorded rejected { message }')
  expect({ recorded, rejected }).toEqual({ recorded: 1, rejected: [] })
}
const release = (reservation: string) =>
  gateway.client.mutate('usageRecord', { events: [], released: [reservation] }, 'recorded')

const setConsumer = (projectId: string, consumer: string | null, limits: object) =>
  owner.mutate('projectConsumerLimitsSet', { projectId, consumer, ...limits }, 'project { id }')
const setTag = (key: string, value: string, limits: object) =>
  owner.mutate(
    'organizationTagLimitsSet',
    { organizationId: world.ids.organization, tag: { key, value }, ...limits },
    '__typename organization { id }',
  )

const STATUS = `consumer inherited limits { budgets { period usd } maxConcurrent requestsPerMinute }
  budgetStatus { period spent reserved remaining } concurrencyStatus { max used }`
async function consumerOf(projectId: string, name: string) {
  const { data } = await owner.ask(
    `query ($id: ID!, $name: String!) { node(id: $id) { ... on Project { consumer(name: $name) { ${STATUS} }
       limitedConsumers { consumer } } } }`,
    { id: projectId, name },
  )
  return data.node
}

describe('limits of consumers', () => {
  test('each consumer has its own budget', async () => {
    const { projectId, id, secret } = await setting()
    await setConsumer(projectId, null, { budgets: [{ period: 'DAY', usd: '1' }] })
    await expect.poll(() => outcome(secret, 'ada', costing('1.1'))).toBe('BUDGET_EXCEEDED')
    const ada = await authorize(secret, 'ada', costing('0.7'))
    expect(ada).toMatchObject({ outcome: 'ALLOWED', limits: [{ scope: 'CONSUMER', kind: 'DAY' }] })
    expect(await authorize(secret, 'ada', costing('0.4'))).toMatchObject({
      outcome: 'BUDGET_EXCEEDED',
      limits: [{ scope: 'CONSUMER' }],
    })
    expect(await outcome(secret, 'bob', costing('1'))).toBe('ALLOWED')
    expect(await outcome(secret, null, costing('50'))).toBe('ALLOWED')
    await record({ credentialId: id, cost: '0.65', reservation: ada.reservation, consumer: 'ada' })
    expect(await outcome(secret, 'ada', costing('0.36'))).toBe('BUDGET_EXCEEDED')
    expect((await consumerOf(projectId, 'ada')).consumer).toMatchObject({
      inherited: true,
      limits: { budgets: [{ period: 'DAY', usd: '1' }] },
      budgetStatus: [{ spent: '0.65', remaining: expect.stringMatching(/^0\.3/) }],
    })
    expect((await consumerOf(projectId, 'nobody')).consumer.budgetStatus).toMatchObject([
      { spent: '0', remaining: '1' },
    ])
  })

  test('usage without a consumer is charged to its reservation’s consumer', async () => {
    const { projectId, id, secret } = await setting()
    await setConsumer(projectId, null, { budgets: [{ period: 'TOTAL', usd: '1' }] })
    await expect.poll(() => outcome(secret, 'ada', costing('2'))).toBe('BUDGET_EXCEEDED')
    const { reservation } = await authorize(secret, 'ada', costing('0.5'))
    await record({ credentialId: id, cost: '0.5', reservation })
    await record({ credentialId: id, cost: '0.25', consumer: 'ada' })
    const spent = async () => (await consumerOf(projectId, 'ada')).consumer.budgetStatus[0]
    expect(await spent()).toMatchObject({ spent: '0.75' })
    expect(await outcome(secret, 'ada', costing('0.26'))).toBe('BUDGET_EXCEEDED')
    expect(await outcome(secret, 'ada', costing('0.25'))).toBe('ALLOWED')
  })

  test('a consumer’s own limits replace all default limits, until they are removed', async () => {
    const { projectId, secret } = await setting()
    await setConsumer(projectId, null, { budgets: [{ period: 'DAY', usd: '1' }], requestsPerMinute: 1 })
    await setConsumer(projectId, 'big', { budgets: [{ period: 'DAY', usd: '100' }] })
    await expect.poll(() => outcome(secret, 'small', costing('2'))).toBe('BUDGET_EXCEEDED')
    // The request costs more than any other consumer may spend, and no rate applies to it.
    for (const _ of [1, 2, 3]) expect(await outcome(secret, 'big', costing('30'))).toBe('ALLOWED')
    expect(await outcome(secret, 'big', costing('30'))).toBe('BUDGET_EXCEEDED')
    expect(await outcome(secret, 'small')).toBe('ALLOWED')
    expect(await outcome(secret, 'small')).toBe('RATE_LIMITED')
    expect(await consumerOf(projectId, 'big')).toMatchObject({
      consumer: { inherited: false, limits: { requestsPerMinute: null } },
      limitedConsumers: [{ consumer: 'big' }],
    })
    await setConsumer(projectId, 'big', { budgets: null })
    await expect.poll(() => outcome(secret, 'big', costing('30'))).toBe('BUDGET_EXCEEDED')
    expect((await consumerOf(projectId, 'big')).limitedConsumers).toEqual([])
  })

  test('a project can limit a single consumer', async () => {
    const { projectId, secret } = await setting()
    await setConsumer(projectId, 'trial', { budgets: [{ period: 'TOTAL', usd: '0.1' }], maxConcurrent: 1 })
    await expect.poll(() => outcome(secret, 'trial', costing('0.2'))).toBe('BUDGET_EXCEEDED')
    expect(await outcome(secret, 'other', costing('500'))).toBe('ALLOWED')
    const { reservation } = await authorize(secret, 'trial', costing('0.05'))
    expect(await outcome(secret, 'trial', costing('0.01'))).toBe('CONCURRENCY_LIMITED')
    await release(reservation)
    await expect.poll(() => outcome(secret, 'trial', costing('0.01'))).toBe('ALLOWED')
  })

  test('token rates and requests an hour apply to a consumer', async () => {
    const { projectId, secret } = await setting()
    const rates = [
      { unit: 'REQUESTS', per: 'HOUR', max: '2' },
      { unit: 'OUTPUT_TOKENS', per: 'DAY', max: '100' },
    ]
    await setConsumer(projectId, null, { rates })
    const tokens = (quantity: string) => ({ estimatedUnits: [{ lineItem: 'OUTPUT_TOKENS', quantity }] })
    await expect.poll(() => outcome(secret, 'ada', tokens('101'))).toBe('RATE_LIMITED')
    expect(await outcome(secret, 'ada', tokens('60'))).toBe('ALLOWED')
    expect(await outcome(secret, 'ada', tokens('41'))).toBe('RATE_LIMITED')
    expect(await outcome(secret, 'ada', tokens('40'))).toBe('ALLOWED')
    expect(await outcome(secret, 'bob', tokens('1'))).toBe('ALLOWED')
    expect(await outcome(secret, 'bob', tokens('1'))).toBe('ALLOWED')
    expect(await outcome(secret, 'bob', tokens('1'))).toBe('RATE_LIMITED')
  })

  test('consumers with the same name in two projects are separate', async () => {
    const [here, there] = [await setting(), await setting()]
    const odd = 'a/b c % \u{1f600} ='
    for (const { projectId } of [here, there])
      await setConsumer(projectId, null, { budgets: [{ period: 'TOTAL', usd: '1' }] })
    await expect.poll(() => outcome(here.secret, odd, costing('2'))).toBe('BUDGET_EXCEEDED')
    expect(await outcome(here.secret, odd, costing('1'))).toBe('ALLOWED')
    expect(await outcome(here.secret, odd, costing('1'))).toBe('BUDGET_EXCEEDED')
    expect(await outcome(there.secret, odd, costing('1'))).toBe('ALLOWED')
  })

  test('limits apply to consumers whose names the organization hashes', async () => {
    const { projectId, secret } = await setting()
    const hash = (hashConsumers: boolean) =>
      owner.mutate('organizationUpdate', { id: world.ids.organization, hashConsumers }, 'organization { id }')
    await hash(true)
    await setConsumer(projectId, 'person@example.com', { budgets: [{ period: 'TOTAL', usd: '1' }] })
    await hash(false)
    await expect.poll(() => outcome(secret, 'person@example.com', costing('2'))).toBe('BUDGET_EXCEEDED')
    const { limitedConsumers } = await consumerOf(projectId, 'person@example.com')
    expect(limitedConsumers).toEqual([{ consumer: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }])
    const stored = await world.database.sql("SELECT 1 FROM usage_limit WHERE part LIKE '%person@%'")
    expect(stored).toEqual([])
  })
})

describe('limits of tags', () => {
  test('all keys with a tag share the tag’s budget', async () => {
    const [here, there, other] = [
      await setting([{ key: 'team', value: 'search' }]),
      await setting([
        { key: 'team', value: 'search' },
        { key: 'env', value: 'dev' },
      ]),
      await setting([{ key: 'team', value: 'ads' }]),
    ]
    await setTag('team', 'search', { budgets: [{ period: 'MONTH', usd: '1' }] })
    await expect.poll(() => outcome(here.secret, null, costing('2'))).toBe('BUDGET_EXCEEDED')
    const { reservation, limits } = await authorize(here.secret, null, costing('0.6'))
    expect(limits).toMatchObject([{ scope: 'TAG', kind: 'MONTH' }])
    expect(await outcome(there.secret, null, costing('0.5'))).toBe('BUDGET_EXCEEDED')
    await record({ credentialId: here.id, cost: '0.6', reservation })
    // Without a reservation, too.
    await record({ credentialId: there.id, cost: '0.3' })
    expect(await outcome(there.secret, null, costing('0.2'))).toBe('BUDGET_EXCEEDED')
    expect(await outcome(there.secret, null, costing('0.1'))).toBe('ALLOWED')
    expect(await outcome(other.secret, null, costing('50'))).toBe('ALLOWED')
    const { data } = await owner.ask(
      `query ($id: ID!) { node(id: $id) { ... on Organization { tagLimits { key value budgetStatus { spent remaining } } } } }`,
      { id: world.ids.organization },
    )
    expect(data.node.tagLimits).toMatchObject([{ key: 'team', value: 'search', budgetStatus: [{ spent: '0.9' }] }])
    // A key that loses its tag is free of its limits.
    await owner.mutate('apiKeyUpdate', { id: there.id, tags: [] }, 'apiKey { id }')
    await expect.poll(() => outcome(there.secret, null, costing('9'))).toBe('ALLOWED')
    await setTag('team', 'search', { budgets: null })
    await expect.poll(() => outcome(here.secret, null, costing('9'))).toBe('ALLOWED')
  })

  test('a budget of a tag raises an alert that names it', async () => {
    const { id } = await setting([{ key: 'team', value: 'alerting' }])
    await setTag('team', 'alerting', {
      budgets: [{ period: 'TOTAL', usd: '1', onLimit: 'ALERT', alertThresholds: [50] }],
    })
    await record({ credentialId: id, cost: '0.6' })
    const alerts = async () => {
      const { data } = await owner.ask(
        `query ($id: ID!) { node(id: $id) { ... on Organization {
           auditLog(first: 5, filter: { actions: ["budget.alerted"] }) { nodes { target { name } } } } } }`,
        { id: world.ids.organization },
      )
      return data.node.auditLog.nodes
    }
    await expect.poll(alerts).toEqual([{ target: { name: expect.stringContaining('tag team=alerting') } }])
    await setTag('team', 'alerting', { budgets: null })
  })

  test('limits can be set for at most three different tag keys', async () => {
    const limits = { budgets: [{ period: 'DAY', usd: '1' }] }
    for (const key of ['a', 'b', 'c']) await setTag(key, 'x', limits)
    expect(await setTag('a', 'y', limits)).toMatchObject({ __typename: 'OrganizationTagLimitsSetPayload' })
    expect(await setTag('d', 'x', limits)).toMatchObject({ __typename: 'LimitExceededError' })
    for (const [key, value] of ['ax', 'bx', 'cx', 'ay']) await setTag(key ?? '', value ?? '', { budgets: null })
  })
})

test('amounts that a crashed gateway leased for consumers and tags are returned', async () => {
  const { projectId, secret } = await setting([{ key: 'healing', value: 'yes' }])
  await setConsumer(projectId, null, { budgets: [{ period: 'TOTAL', usd: '1' }] })
  await setTag('healing', 'yes', { budgets: [{ period: 'TOTAL', usd: '1' }] })
  await expect.poll(() => outcome(secret, 'ada', costing('2'))).toBe('BUDGET_EXCEEDED')
  expect(await outcome(secret, 'ada', costing('1'))).toBe('ALLOWED')
  expect(await outcome(secret, 'ada', costing('1'))).toBe('BUDGET_EXCEEDED')
  const remaining = async () => {
    const { data } = await owner.ask(
      `query ($id: ID!) { node(id: $id) { ... on Project { consumer(name: "ada") { budgetStatus { remaining } }
         organization { tagLimits { budgetStatus { remaining } } } } } }`,
      { id: projectId },
    )
    return [data.node.consumer, ...data.node.organization.tagLimits].map((each) => each.budgetStatus[0].remaining)
  }
  expect(await remaining()).toEqual(['0', '0'])
  await world.database.sql("UPDATE limit_lease SET renewed_at = renewed_at - interval '25 hours'")
  await reconcileLeases(world.database)
  expect(await remaining()).toEqual(['1', '1'])
  await setConsumer(projectId, null, { budgets: null })
  await setTag('healing', 'yes', { budgets: null })
  world.database.clock.advance(40 * 86_400_000)
  await reconcileLeases(world.database)
  await removeOldLeases(world.database)
  const owners = [decodeId('Project', projectId), decodeId('Organization', world.ids.organization)]
  const left = "SELECT kind FROM limit_counter WHERE owner_id = ANY($1::uuid[]) AND kind = 'TOTAL'"
  expect(await world.database.sql(left, [owners])).toEqual([])
})
