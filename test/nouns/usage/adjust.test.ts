import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateSecret } from '../../../schema/api-key/secret.ts'
import type { Client, Json } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { type Replicas, startReplicas } from '../limit/two-replicas.ts'
import { HOUR_MS } from './setting.ts'

/*
 * A wrong charge blocks a key until an administrator adjusts it. No more is given back than was charged: red
 * without the comparison of the credit with the costs.
 */

let replicas: Replicas
let owner: Client
let organizationId: string
let projectId: string
beforeAll(async () => {
  replicas = await startReplicas()
  owner = await replicas.first.signUp('Owner')
  const organization = await createOrganization(owner, 'Adjusted')
  organizationId = organization.id
  projectId = organization.defaultProject
})
afterAll(() => replicas?.close())

const at = (ms: number) => new Date(replicas.first.database.clock.now().getTime() + ms).toISOString()

async function keyWith(budget: object | null, more: object = {}): Promise<{ id: string; secret: string }> {
  const { id, secret } = await createKey(owner, projectId, `key ${randomUUID()}`)
  if (more) await owner.mutate('apiKeyUpdate', { id, ...more, name: `named ${randomUUID()}` })
  if (budget) await owner.mutate('apiKeyLimitsSet', { id, budgets: [budget] })
  return { id, secret }
}

const event = (credentialId: string, cost: string, more: object = {}) => ({
  eventId: randomUUID(),
  credentialId,
  workload: 'INFERENCE',
  cost,
  ...more,
})

const recordEvents = (events: object[]) => replicas.gateways[0].mutate('usageRecord', { events }, 'recorded')

const adjust = (given: object, as = owner) =>
  as.mutate(
    'usageAdjust',
    { adjustmentId: randomUUID(), reason: 'Charged twice.', ...given },
    'adjustment { id amount }',
  )

/** The decision at each replica about a request of one cent. */
async function decisions(secret: string, more: object = {}): Promise<string[]> {
  const answers: string[] = []
  for (const gateway of replicas.gateways) {
    const { data } = await gateway.ask(
      'mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) { __typename ... on ApiKeyDenied { reason } } }',
      { inputs: [{ secret, estimatedCost: '0.01', ...more }] },
    )
    answers.push(data.apiKeysAuthorize[0].reason ?? 'ALLOWED')
  }
  return answers
}

async function costsOf(keyId: string, groupBy: string[] = []): Promise<Json> {
  const input = { from: at(-24 * HOUR_MS), to: at(HOUR_MS), groupBy, filter: { credentialIds: [keyId] } }
  const { data } = await owner.ask(
    `query ($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) {
       total totalRequests buckets { groups { cost requests lineItem consumer } } } } }`,
    { id: organizationId, input },
  )
  return data.organization.costAnalytics
}

const HERE = { workload: 'INFERENCE' }
const BLOCKED = ['BUDGET_EXCEEDED', 'BUDGET_EXCEEDED']
const PASSES = ['ALLOWED', 'ALLOWED']

test('a key that was blocked by a wrong charge is allowed at both replicas after an adjustment', async () => {
  const { id, secret } = await keyWith({ period: 'MONTH', usd: '10' })
  const wrong = event(id, '25')
  await recordEvents([wrong])
  expect(await decisions(secret)).toEqual(BLOCKED)
  expect(await adjust({ apiKeyId: id, amount: '-25', eventId: wrong.eventId })).toMatchObject({
    adjustment: { amount: '-25' },
  })
  await expect.poll(() => decisions(secret)).toEqual(PASSES)
})

test('a credit also applies to project, organization, tag and consumer budgets', async () => {
  const tag = { key: 'team', value: 'search' }
  const limits = { budgets: [{ period: 'MONTH', usd: '10' }] }
  await owner.mutate('projectConsumerLimitsSet', { projectId, consumer: 'ada', ...limits })
  await owner.mutate('organizationTagLimitsSet', { organizationId, tag, ...limits })
  await owner.mutate('projectUsageLimitsSet', { projectId, budgets: [{ period: 'MONTH', usd: '1000' }] })
  await owner.mutate('organizationUsageLimitsSet', { organizationId, budgets: [{ period: 'MONTH', usd: '1000' }] })
  const { id, secret } = await keyWith(null, { tags: [tag] })
  const wrong = event(id, '25', { consumer: 'ada' })
  const before = await spentOf()
  await recordEvents([wrong])
  expect(await decisions(secret, { consumer: 'ada' })).toEqual(BLOCKED)
  expect(await adjust({ apiKeyId: id, amount: '-25', eventId: wrong.eventId })).toMatchObject({
    issues: [{ path: ['consumer'] }],
  })
  await adjust({ apiKeyId: id, amount: '-25', eventId: wrong.eventId, consumer: 'ada' })
  await expect.poll(() => decisions(secret, { consumer: 'ada' })).toEqual(PASSES)
  expect(await spentOf()).toEqual(before)
})

/** The amounts spent in the budgets of the project and the organization. */
async function spentOf(): Promise<Json[]> {
  return replicas.first.database.sql(
    `SELECT c.spent::text AS spent FROM limit_counter c JOIN project p ON c.scope_id IN (p.id, p.organization_id) ORDER BY c.scope_id`,
  )
}

test('costs show an adjustment as its own line item', async () => {
  const { id } = await keyWith(null)
  const wrong = event(id, '5', { consumer: 'eve', units: [{ lineItem: 'OUTPUT_TOKENS', quantity: '7' }] })
  await recordEvents([wrong, event(id, '3')])
  await adjust({ apiKeyId: id, amount: '-4', eventId: wrong.eventId, consumer: 'eve' })
  await adjust({ apiKeyId: id, amount: '-0.000000001', hour: at(0), ...HERE })
  for (const groupBy of [[], ['LINE_ITEM'], ['CONSUMER'], ['CONSUMER', 'LINE_ITEM'], ['PROJECT', 'MODEL', 'USER']]) {
    const { total, totalRequests, buckets } = await costsOf(id, groupBy)
    expect({ total, totalRequests }).toEqual({ total: '3.999999999', totalRequests: '2' })
    const groups: Json[] = buckets.flatMap((bucket: Json) => bucket.groups)
    expect(groups.reduce((sum, { cost }) => sum + Number(cost), 0)).toBeCloseTo(3.999999999, 9)
  }
  const { buckets } = await costsOf(id, ['CONSUMER', 'LINE_ITEM'])
  const groups = buckets.flatMap((bucket: Json) => bucket.groups)
  expect(groups).toContainEqual({ cost: '-4', requests: '0', lineItem: 'ADJUSTMENT', consumer: 'eve' })
  expect(groups).toContainEqual({ cost: '-0.000000001', requests: '0', lineItem: 'ADJUSTMENT', consumer: null })
})

test('a credit for an event or an hour cannot exceed the amount that the key was charged', async () => {
  const { id, secret } = await keyWith({ period: 'TOTAL', usd: '10' })
  const wrong = event(id, '6')
  await recordEvents([wrong, event(id, '4')])
  const tooMuch = { __typename: 'ValidationError', issues: [{ path: ['amount'] }] }
  const ofEvent = { apiKeyId: id, eventId: wrong.eventId }
  expect(await adjust({ ...ofEvent, amount: '-6.000000001' })).toMatchObject(tooMuch)
  await adjust({ ...ofEvent, amount: '-5' })
  expect(await adjust({ ...ofEvent, amount: '-1.5' })).toMatchObject(tooMuch)
  const ofHour = { apiKeyId: id, hour: at(0), ...HERE }
  expect(await adjust({ ...ofHour, amount: '-5.000000001' })).toMatchObject(tooMuch)
  // Another workload, hour and consumer were not charged.
  expect(await adjust({ ...ofHour, workload: 'BATCH', amount: '-1' })).toMatchObject(tooMuch)
  expect(await adjust({ ...ofHour, hour: at(-3 * HOUR_MS), amount: '-1' })).toMatchObject(tooMuch)
  expect(await adjust({ ...ofHour, consumer: 'nobody', amount: '-1' })).toMatchObject(tooMuch)
  await adjust({ ...ofHour, amount: '-5' })
  expect((await costsOf(id)).total).toBe('0')
  await expect.poll(() => decisions(secret, { estimatedCost: '4' })).toEqual(PASSES)
  expect(await decisions(secret, { estimatedCost: '4' })).toEqual(BLOCKED)
})

test('simultaneous credits return no more than the charged amount', async () => {
  const { id } = await keyWith(null)
  await recordEvents([event(id, '5')])
  const credit = { apiKeyId: id, amount: '-1', hour: at(0), ...HERE }
  const answers: Json[] = await Promise.all(Array.from({ length: 12 }, () => adjust(credit)))
  expect(answers.filter(({ adjustment }) => adjustment)).toHaveLength(5)
  expect((await costsOf(id)).total).toBe('0')
})

test('an adjustment that is sent twice counts once, even simultaneously', async () => {
  const { id } = await keyWith(null)
  const charge = { apiKeyId: id, adjustmentId: randomUUID(), amount: '2', hour: at(0), ...HERE }
  const [first, ...others] = await Promise.all([adjust(charge), adjust(charge), adjust(charge)])
  expect(first.adjustment.id).toMatch(/^adj_/)
  for (const other of others) expect(other).toEqual(first)
  expect((await costsOf(id)).total).toBe('2')
  expect(await adjust({ ...charge, amount: '3' })).toMatchObject({
    __typename: 'ConflictError',
  })
  const another = await keyWith(null)
  expect(await adjust({ ...charge, apiKeyId: another.id })).toMatchObject({ __typename: 'ConflictError' })
})

test('an adjustment charge is added to the budget, even for a revoked key', async () => {
  const { id, secret } = await keyWith({ period: 'DAY', usd: '1' })
  await adjust({ apiKeyId: id, amount: '1', hour: at(0), ...HERE })
  await expect.poll(() => decisions(secret)).toEqual(BLOCKED)
  await owner.mutate('apiKeyRevoke', { id })
  expect(await adjust({ apiKeyId: id, amount: '-1', hour: at(0), ...HERE })).toMatchObject({
    adjustment: { amount: '-1' },
  })
})

test('the error for an invalid adjustment names the field', async () => {
  const { id } = await keyWith(null)
  const valid = { apiKeyId: id, amount: '1', hour: at(0), ...HERE }
  const invalid: [object, string][] = [
    [{ ...valid, amount: '0' }, 'amount'],
    [{ ...valid, amount: '1000000000' }, 'amount'],
    [{ ...valid, reason: ' ' }, 'reason'],
    [{ ...valid, reason: 'x'.repeat(501) }, 'reason'],
    [{ ...valid, reason: `It was ${generateSecret('proj')}.` }, 'reason'],
    [{ ...valid, adjustmentId: 'a b' }, 'adjustmentId'],
    [{ ...valid, hour: at(2 * HOUR_MS) }, 'hour'],
    [{ ...valid, hour: at(-401 * 24 * HOUR_MS) }, 'hour'],
    [{ ...valid, hour: null }, 'hour'],
    [{ ...valid, workload: null }, 'workload'],
    [{ ...valid, model: 'unknown/model' }, 'model'],
    [{ ...valid, eventId: 'event' }, 'eventId'],
    [{ apiKeyId: id, amount: '1', eventId: 'unknown' }, 'eventId'],
  ]
  for (const [given, field] of invalid) {
    expect(await adjust(given), JSON.stringify(given)).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: [field] }],
    })
  }
  const forged = event(id, '1', { units: [{ lineItem: 'ADJUSTMENT', quantity: '1' }] })
  expect(await recordEvents([forged])).toMatchObject({ recorded: 0 })
})

test('an adjustment appears in the audit log and in the key’s list of adjustments', async () => {
  const { id } = await keyWith(null)
  await adjust({ apiKeyId: id, amount: '2.5', hour: at(0), ...HERE, reason: 'A forgotten invoice.' })
  const { data } = await owner.ask(
    `query ($id: ID!, $organizationId: ID!) {
       node(id: $id) { ... on ApiKey { usageAdjustments(first: 5) { totalCount nodes { amount reason createdByName } } } }
       organization(id: $organizationId) { auditLog(first: 1, filter: { actions: ["usage.adjusted"] }) { nodes { action } } } }`,
    { id, organizationId },
  )
  expect(data.node.usageAdjustments).toEqual({
    totalCount: 1,
    nodes: [{ amount: '2.5', reason: 'A forgotten invoice.', createdByName: 'Owner' }],
  })
  expect(data.organization.auditLog.nodes).toEqual([{ action: 'usage.adjusted' }])
})
