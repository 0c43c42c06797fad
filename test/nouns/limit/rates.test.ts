import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { type Client, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

let app: TestApp
let owner: Client
let gateway: TestGateway
let organization: { id: string; defaultProject: string }
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  gateway = await startGateway(app)
  organization = await createOrganization(owner, 'Limited')
})
afterAll(() => app?.close())

const askOften = async (secret: string, times: number): Promise<number[]> =>
  Promise.all(Array.from({ length: times }, async () => (await gateway.authorize(secret)).status))

const accepted = (statuses: number[]) => statuses.filter((status) => status === 200).length

test('a key can make as many requests per minute as its rate limit allows', async () => {
  const key = await createKey(owner, organization.defaultProject, 'rated')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, requestsPerMinute: 3 })
  expect(accepted(await askOften(key.secret, 10))).toBe(3)
  const refused = await gateway.authorize(key.secret)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('keyward-reason')).toBe('RATE_LIMITED')
  expect(refused.headers.get('retry-after')).toBe('20')
  // Verifying charges no limits and reports none.
  expect(await gateway.verify({ secret: key.secret })).toMatchObject({ __typename: 'ApiKeyAllowed' })
})

test('a rate limit refills as time passes', async () => {
  const key = await createKey(owner, organization.defaultProject, 'refilled')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, requestsPerMinute: 120 })
  expect(accepted(await askOften(key.secret, 130))).toBeGreaterThanOrEqual(120)
  await expect.poll(async () => (await gateway.authorize(key.secret)).status, { timeout: 5_000 }).toBe(200)
})

test('project and organization rate limits apply in addition to the key’s', async () => {
  const { id: organizationId, defaultProject: projectId } = await createOrganization(owner, 'Levels')
  const key = await createKey(owner, projectId, 'below')
  await owner.mutate('projectUsageLimitsSet', { projectId, requestsPerMinute: 2 })
  await expect.poll(async () => accepted(await askOften(key.secret, 5))).toBeLessThanOrEqual(2)
  await owner.mutate('projectUsageLimitsSet', { projectId, requestsPerMinute: null })
  await expect.poll(async () => accepted(await askOften(key.secret, 5))).toBe(5)
  await owner.mutate('organizationUsageLimitsSet', { organizationId, requestsPerMinute: 1 })
  await expect.poll(async () => accepted(await askOften(key.secret, 5))).toBeLessThanOrEqual(1)
})

test('a budget that only raises alerts denies no request', async () => {
  const key = await createKey(owner, organization.defaultProject, 'alerting')
  await owner.mutate('apiKeyLimitsSet', {
    id: key.id,
    budgets: [{ period: 'DAY', usd: '0.01', onLimit: 'ALERT', alertThresholds: [50] }],
  })
  expect((await gateway.authorize(key.secret, { 'keyward-estimated-cost': '5' })).status).toBe(200)
})

test('rule 12: an organization’s Owner and ADMINs set and read its limits, which apply to all of its keys', async () => {
  const { id: organizationId, defaultProject } = await createOrganization(owner, 'Rule 12')
  const key = await createKey(owner, defaultProject, 'bound')
  await owner.mutate('organizationUsageLimitsSet', {
    organizationId,
    budgets: [{ period: 'MONTH', usd: '10', alertThresholds: [80, 50] }],
  })
  const query = `query ($id: ID!) { organization(id: $id) {
    usageLimits { requestsPerMinute budgets { period usd onLimit alertThresholds } } budgetStatus { period remaining resetsAt } } }`
  const { data } = await owner.ask(query, { id: organizationId })
  expect(data.organization.usageLimits).toEqual({
    requestsPerMinute: null,
    budgets: [{ period: 'MONTH', usd: '10', onLimit: 'REJECT', alertThresholds: [50, 80] }],
  })
  const refused = await gateway.authorize(key.secret, { 'keyward-estimated-cost': '10.01' })
  expect([refused.status, refused.headers.get('keyward-reason')]).toEqual([429, 'BUDGET_EXCEEDED'])
  expect(
    (await gateway.authorize(key.secret, { 'keyward-estimated-cost': '9.5' })).headers.get('keyward-warnings'),
  ).toBe('BUDGET_NEARLY_SPENT')
  // A used-up budget also denies requests without an estimate.
  expect((await gateway.authorize(key.secret, { 'keyward-estimated-cost': '0.5' })).status).toBe(200)
  expect((await gateway.authorize(key.secret)).status).toBe(429)
})

test('the estimated-units header charges token rates', async () => {
  const key = await createKey(owner, organization.defaultProject, 'units in a header')
  const rates = [{ unit: 'OUTPUT_TOKENS', per: 'DAY', max: '1000' }]
  await owner.mutate('apiKeyLimitsSet', { id: key.id, rates })
  const ask = (units: string) => gateway.authorize(key.secret, { 'keyward-estimated-units': units })
  await expect.poll(async () => (await ask('OUTPUT_TOKENS=1001')).headers.get('keyward-reason')).toBe('RATE_LIMITED')
  const fits = await ask(' INPUT_TOKENS=2000 ,OUTPUT_TOKENS=400')
  expect([fits.status, fits.headers.get('x-ratelimit-remaining-tokens')]).toEqual([200, '600'])
  for (const wrong of [
    '2000',
    'OUTPUT_TOKENS',
    'OUTPUT_TOKENS=',
    'OUTPUT_TOKENS=-1',
    'OUTPUT_TOKENS=1.5',
    'OUTPUT_TOKENS=1,',
    '=1',
  ]) {
    const answer = await ask(wrong)
    expect([wrong, answer.status, answer.headers.get('keyward-reason')]).toEqual([wrong, 400, 'BAD_REQUEST'])
    expect((await answer.json()).message).toContain('such as `INPUT_TOKENS=2000, OUTPUT_TOKENS=500`')
  }
  // The same rules as for units in JSON.
  for (const wrong of [
    'TOKENS=1',
    'OUTPUT_TOKENS=1, OUTPUT_TOKENS=1',
    'OUTPUT_TOKENS=999999999999999',
    'ADJUSTMENT=1',
  ]) {
    const answer = await ask(wrong)
    expect([wrong, answer.status]).toEqual([wrong, 400])
    expect((await answer.json()).message).toContain('estimatedUnits')
  }
  const long = await ask(Array.from({ length: 500 }, () => 'OUTPUT_TOKENS=1').join(','))
  expect([long.status, (await long.json()).message]).toEqual([400, expect.stringContaining('1000 characters')])
})

test('an invalid estimate is rejected with advice', async () => {
  const key = await createKey(owner, organization.defaultProject, 'estimates')
  for (const wrong of ['-1', '1e10', 'much', '1e999']) {
    const answer = await gateway.authorize(key.secret, { 'keyward-estimated-cost': wrong })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining('estimatedCost') })
  }
})

test("a cost is estimated from units and the model's prices", async () => {
  const prices = [
    { lineItem: 'INPUT_TOKENS', usd: '2' },
    { lineItem: 'OUTPUT_TOKENS', usd: '10' },
  ]
  await loadModels(app.app.runtime, {
    models: [{ slug: 'priced/model', displayName: 'Priced', workload: 'INFERENCE', prices }],
  })
  const key = await createKey(owner, organization.defaultProject, 'units')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const ask = async (outputTokens: string) => {
    const estimatedUnits = [
      { lineItem: 'INPUT_TOKENS', quantity: '100000' },
      { lineItem: 'OUTPUT_TOKENS', quantity: outputTokens },
    ]
    const query = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
      ... on ApiKeyAllowed { limits { scope kind limit remaining } } ... on ApiKeyDenied { reason } } }`
    const inputs = [{ secret: key.secret, model: 'priced/model', estimatedUnits }]
    return (await gateway.client.ask(query, { inputs })).data.apiKeysAuthorize[0]
  }
  expect(await ask('80001')).toEqual({ reason: 'BUDGET_EXCEEDED' })
  expect(await ask('50000')).toEqual({ limits: [{ scope: 'API_KEY', kind: 'TOTAL', limit: '1', remaining: '0.3' }] })
  const body = JSON.stringify({
    model: 'priced/model',
    estimatedUnits: [{ lineItem: 'OUTPUT_TOKENS', quantity: 30_001 }],
  })
  const headers = { 'content-type': 'application/json' }
  expect((await gateway.authorize(key.secret, headers, { method: 'POST', body })).status).toBe(429)
  const fits = body.replace('30001', '30000')
  expect((await gateway.authorize(key.secret, headers, { method: 'POST', body: fits })).status).toBe(200)
})

// Failed for as long as the clock was set back.
test('a rate refills at its usual speed after the database’s clock is set back', async () => {
  const key = await createKey(owner, organization.defaultProject, 'set back')
  await owner.mutate('apiKeyLimitsSet', { id: key.id, requestsPerMinute: 60 })
  await expect.poll(async () => accepted(await askOften(key.secret, 80)), { timeout: 10_000 }).toBeLessThan(80)
  app.database.clock.advance(-120_000)
  await expect.poll(async () => (await gateway.authorize(key.secret)).status, { timeout: 10_000 }).toBe(200)
  // The rate is spent once again, and a step forward to the former time cannot refill more than the rate.
  await expect.poll(async () => accepted(await askOften(key.secret, 80)), { timeout: 10_000 }).toBeLessThan(10)
  app.database.clock.advance(120_000)
})
