import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import type { Client } from '../../infra/app.ts'
import { createKey, createOrganization, createProject, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

/* Rates that count only requests for the models of a pattern, of keys, projects and organizations. */

let world: World
let owner: Client
let gateway: TestGateway
let modelIds: Map<string, string>
beforeAll(async () => {
  world = await startWorld()
  owner = world.as.owner
  gateway = await startGateway(world)
  const foreign = await createProject(owner, world.ids.organization, 'foreign')
  await loadModels(world.app.runtime, {
    models: [
      { slug: 'meta/llama', displayName: 'Llama', workload: 'INFERENCE', prices: [] },
      { slug: 'meta/other', displayName: 'Other', workload: 'INFERENCE', prices: [] },
      { slug: 'acme/porter', displayName: 'Porter', workload: 'INFERENCE', prices: [] },
      { slug: 'private', displayName: 'Private', workload: 'INFERENCE', prices: [], project: foreign },
    ],
  })
  const { data } = await owner.ask(
    'query ($id: ID!) { node(id: $id) { ... on Project { models(first: 10) { nodes { id slug } } } } }',
    { id: foreign },
  )
  modelIds = new Map(data.node.models.nodes.map(({ id, slug }: { id: string; slug: string }) => [slug, id]))
})
afterAll(() => world?.close())

let made = 0
async function setting() {
  made += 1
  const { id: organizationId, defaultProject: projectId } = await createOrganization(owner, `models ${made}`)
  return { organizationId, projectId, ...(await createKey(owner, projectId, `key ${made}`)) }
}
type Setting = Awaited<ReturnType<typeof setting>>

const OWNERS = {
  API_KEY: ({ id }: Setting) => ['apiKeyLimitsSet', { id }] as const,
  PROJECT: ({ projectId }: Setting) => ['projectUsageLimitsSet', { projectId }] as const,
  ORGANIZATION: ({ organizationId }: Setting) => ['organizationUsageLimitsSet', { organizationId }] as const,
}
type Owner = keyof typeof OWNERS
const EVERY_OWNER = Object.keys(OWNERS) as Owner[]

const rate = (unit: string, per: string, max: string, model: string | null = null) => ({ unit, per, max, model })

const set = (of: Setting, scope: Owner, limits: object, fields = '__typename') => {
  const [mutation, target] = OWNERS[scope](of)
  return owner.mutate(mutation, { ...target, ...limits }, fields)
}

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyAllowed { reservation limits { scope kind model limit } }
  ... on ApiKeyDenied { reason limits { scope kind model limit } } } }`

async function authorize(secret: string, model: string | null, outputTokens = 1) {
  const estimatedUnits = [{ lineItem: 'OUTPUT_TOKENS', quantity: String(outputTokens) }]
  const { data, errors } = await gateway.client.ask(AUTHORIZE, { inputs: [{ secret, model, estimatedUnits }] })
  if (errors) throw new Error(JSON.stringify(errors))
  const [answer] = data.apiKeysAuthorize
  return { outcome: answer.__typename === 'ApiKeyAllowed' ? 'ALLOWED' : answer.reason, ...answer }
}
const outcome = async (...asked: Parameters<typeof authorize>): Promise<string> => (await authorize(...asked)).outcome

let events = 0
async function record(credentialId: string, model: string | null, outputTokens: number, reservation?: string) {
  events += 1
  const units = [{ lineItem: 'OUTPUT_TOKENS', quantity: String(outputTokens) }]
  const event = { eventId: `model-rate-${events}`, workload: 'INFERENCE', credentialId, model, units, cost: '0' }
  const input = { events: [{ ...event, reservation }] }
  const { rejected } = await gateway.client.mutate('usageRecord', input, 'recorded rejected { message }')
  expect(rejected).toEqual([])
}

const STATUS = 'rateStatus { unit per max model used reserved remaining debt }'
async function statusOf({ organizationId, projectId, id }: Setting, scope: Owner) {
  const query = `query ($organization: ID!, $project: ID!, $key: ID!) {
    ORGANIZATION: organization(id: $organization) { ${STATUS} } PROJECT: project(id: $project) { ${STATUS} }
    API_KEY: node(id: $key) { ... on ApiKey { ${STATUS} } } }`
  const { data } = await owner.ask(query, { organization: organizationId, project: projectId, key: id })
  return data[scope].rateStatus
}

describe.each(EVERY_OWNER)('rates by model of %s', (scope) => {
  test('a rate counts requests for its models', async () => {
    const of = await setting()
    await set(of, scope, {
      rates: [rate('REQUESTS', 'DAY', '1', 'meta/llama'), rate('REQUESTS', 'DAY', '2', 'meta/*')],
    })
    const answer = await authorize(of.secret, 'meta/llama')
    expect(answer).toMatchObject({ outcome: 'ALLOWED' })
    expect(answer.limits).toHaveLength(2)
    expect(answer.limits).toEqual(
      expect.arrayContaining([
        { scope, kind: 'REQUESTS_PER_DAY', model: 'meta/llama', limit: '1' },
        { scope, kind: 'REQUESTS_PER_DAY', model: 'meta/*', limit: '2' },
      ]),
    )
    const denied = await authorize(of.secret, 'meta/llama')
    expect(denied).toMatchObject({ outcome: 'RATE_LIMITED', limits: [{ model: 'meta/llama' }, { model: 'meta/*' }] })
    expect(await outcome(of.secret, 'meta/other')).toBe('ALLOWED')
    expect(await authorize(of.secret, 'meta/other')).toMatchObject({
      outcome: 'RATE_LIMITED',
      limits: [{ model: 'meta/*' }],
    })
    for (const model of ['acme/porter', null]) {
      expect(await authorize(of.secret, model)).toMatchObject({ outcome: 'ALLOWED', limits: [] })
    }
  })

  test('recorded usage settles a token rate of the model, with and without a reservation', async () => {
    const of = await setting()
    const rates = [rate('OUTPUT_TOKENS', 'DAY', '1000'), rate('OUTPUT_TOKENS', 'DAY', '100', 'meta/*')]
    await set(of, scope, { rates })
    const { reservation } = await authorize(of.secret, 'meta/llama', 90)
    expect(await outcome(of.secret, 'meta/other', 11)).toBe('RATE_LIMITED')
    await record(of.id, 'meta/llama', 40, reservation)
    expect(await outcome(of.secret, 'meta/other', 61)).toBe('RATE_LIMITED')
    const second = await authorize(of.secret, 'meta/other', 60)
    // The reservation names the rate, although the event names no model.
    await record(of.id, null, 61, second.reservation)
    await record(of.id, 'meta/other', 5)
    await record(of.id, 'acme/porter', 7)
    const [whole, byModel] = await statusOf(of, scope)
    expect(whole).toMatchObject({ max: '1000', model: null, used: '113' })
    expect(byModel).toMatchObject({
      max: '100',
      model: 'meta/*',
      used: '106',
      reserved: '0',
      remaining: '0',
      debt: '1',
    })
    expect(await outcome(of.secret, 'meta/llama')).toBe('RATE_LIMITED')
    expect(await outcome(of.secret, 'acme/porter', 100)).toBe('ALLOWED')
  })

  test('requests a minute of a model are counted separately from those of all models', async () => {
    const of = await setting()
    await set(of, scope, { requestsPerMinute: 3, rates: [rate('REQUESTS', 'MINUTE', '1', 'meta/llama')] })
    expect(await outcome(of.secret, 'meta/llama')).toBe('ALLOWED')
    expect(await outcome(of.secret, 'meta/llama')).toBe('RATE_LIMITED')
    expect(await outcome(of.secret, 'meta/other')).toBe('ALLOWED')
    expect(await statusOf(of, scope)).toMatchObject([
      { max: '3', model: null, used: '2' },
      { max: '1', model: 'meta/llama', used: '1', remaining: '0' },
    ])
  })

  test('setting other limits does not remove rate limits by model', async () => {
    const of = await setting()
    await set(of, scope, { rates: [rate('REQUESTS', 'DAY', '1', 'meta/*')] })
    await set(of, scope, { requestsPerMinute: 60 })
    await set(of, scope, { budgets: [{ period: 'DAY', usd: '5' }] })
    expect(await statusOf(of, scope)).toMatchObject([
      { unit: 'REQUESTS', per: 'MINUTE', model: null },
      { unit: 'REQUESTS', per: 'DAY', model: 'meta/*' },
    ])
    expect([await outcome(of.secret, 'meta/llama'), await outcome(of.secret, 'meta/llama')]).toEqual([
      'ALLOWED',
      'RATE_LIMITED',
    ])
    await set(of, scope, { rates: [] })
    // The server decides by the former limits until its feed has read the change.
    await expect.poll(() => outcome(of.secret, 'meta/llama')).toBe('ALLOWED')
    expect(await statusOf(of, scope)).toEqual([])
  })

  test('a model that is given by its id is stored as its slug', async () => {
    const of = await setting()
    await set(of, scope, { rates: [rate('REQUESTS', 'DAY', '1', modelIds.get('meta/llama') ?? '')] })
    expect(await statusOf(of, scope)).toMatchObject([{ model: 'meta/llama' }])
    const foreign = rate('REQUESTS', 'DAY', '1', modelIds.get('private') ?? '')
    const twice = [
      rate('REQUESTS', 'DAY', '1', modelIds.get('meta/llama') ?? ''),
      rate('REQUESTS', 'DAY', '2', 'meta/llama'),
    ]
    expect(await set(of, scope, { rates: [foreign] })).toMatchObject({
      issues: [{ path: ['rates', '0', 'model', '0'] }],
    })
    expect(await set(of, scope, { rates: twice })).toMatchObject({ issues: [{ path: ['rates'] }] })
  })
})

describe('input of rates by model', () => {
  test.each([
    ['two of a kind and model', [rate('TOKENS', 'DAY', '1', 'a'), rate('TOKENS', 'DAY', '2', 'a')], ['rates']],
    ['no pattern', [rate('TOKENS', 'DAY', '1', 'a*b')], ['rates', '0', 'model']],
    ['an empty pattern', [rate('TOKENS', 'DAY', '1', '')], ['rates', '0', 'model']],
    ['a long pattern', [rate('TOKENS', 'DAY', '1', 'a'.repeat(201))], ['rates', '0', 'model']],
    ['21 rates', Array.from({ length: 21 }, (_, index) => rate('TOKENS', 'DAY', '1', `m${index}`)), ['rates']],
  ])('%s is rejected', async (_name, rates, path) => {
    const of = await setting()
    expect(await set(of, 'API_KEY', { rates })).toMatchObject({ issues: [{ path }] })
  })

  test('consumers, tags and key policies cannot have rate limits by model', async () => {
    const { projectId, organizationId } = await setting()
    const rates = [rate('TOKENS', 'DAY', '1', 'meta/*')]
    const issues = { issues: [{ message: 'Only rates of organizations, projects and keys may name a model.' }] }
    expect(await owner.mutate('projectConsumerLimitsSet', { projectId, rates })).toMatchObject(issues)
    const tag = { key: 'team', value: 'search' }
    expect(await owner.mutate('organizationTagLimitsSet', { organizationId, tag, rates })).toMatchObject(issues)
    const maximumLimits = { rates }
    expect(await owner.mutate('projectKeyPolicySet', { projectId, maximumLimits })).toMatchObject(issues)
  })

  test('a new key’s rate limits by model apply immediately', async () => {
    const { projectId } = await setting()
    const rates = [rate('REQUESTS', 'HOUR', '1', 'meta/*')]
    const { id, secret } = await createKey(owner, projectId, 'limited', { limits: { rates } })
    expect([await outcome(secret, 'meta/llama'), await outcome(secret, 'meta/llama')]).toEqual([
      'ALLOWED',
      'RATE_LIMITED',
    ])
    const rows = await world.database.sql<{ details: { rates: string[] } }>(
      "SELECT details FROM audit_event WHERE action = 'apiKey.created' AND target_name = 'limited'",
    )
    expect(rows.map(({ details }) => details.rates)).toEqual([['1 REQUESTS per HOUR for meta/*']])
    await owner.mutate('apiKeyRevoke', { id })
  })

  test('a rate by model does not satisfy a policy’s maximum for all models', async () => {
    const of = await setting()
    const maximumLimits = { rates: [rate('TOKENS', 'DAY', '100')] }
    await owner.mutate('projectKeyPolicySet', { projectId: of.projectId, maximumLimits })
    const byModel = rate('TOKENS', 'DAY', '50', 'meta/*')
    expect(await set(of, 'API_KEY', { rates: [byModel] })).toMatchObject({ issues: [{ path: ['rates'] }] })
    await set(of, 'API_KEY', { rates: [rate('TOKENS', 'DAY', '100'), byModel] })
    expect(await statusOf(of, 'API_KEY')).toHaveLength(2)
  })
})
