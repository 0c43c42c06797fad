import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { createKey, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from './gateway.ts'

/* Estimates of requests by the service tier and the number of input tokens, in both ways to ask the server. */

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
  const input = (usd: string, more: object = {}) => ({ lineItem: 'INPUT_TOKENS', usd, ...more })
  const prices = [input('2'), input('1', { serviceTier: 'BATCH' }), input('8', { aboveInputTokens: 700_000 })]
  await loadModels(world.app.runtime, {
    models: [{ slug: 'tiers/one', displayName: 'One', workload: 'INFERENCE', prices }],
  })
})
afterAll(() => world?.close())

/** A key that may spend a dollar. */
async function dollar() {
  const key = await createKey(world.as.owner, world.ids.project, `tier ${crypto.randomUUID()}`)
  const budgets = [{ period: 'MONTH', usd: '1', onLimit: 'REJECT' }]
  await world.as.owner.mutate('apiKeyLimitsSet', { id: key.id, budgets })
  return key.secret
}

// Red with prices of any request for every tier, and with `<=` for the threshold.
test.each([
  ['STANDARD', 500_000, true],
  ['STANDARD', 600_000, false],
  ['BATCH', 600_000, true],
  ['BATCH', 1_200_000, false],
  ['FLEX', 500_000, true],
  ['FLEX', 600_000, false],
])('at tier %s prices, a budget of a dollar allows %d input tokens: %s', async (serviceTier, quantity, fits) => {
  const estimatedUnits = [{ lineItem: 'INPUT_TOKENS', quantity: String(quantity) }]
  const body = JSON.stringify({ model: 'tiers/one', estimatedUnits: [{ ...estimatedUnits[0], quantity }] })
  const headers = { 'content-type': 'application/json', 'keyward-service-tier': serviceTier }
  const answer = await gateway.authorize(await dollar(), headers, { method: 'POST', body })
  expect([answer.status, answer.headers.get('keyward-reason')]).toEqual(fits ? [200, ''] : [429, 'BUDGET_EXCEEDED'])
})

test('GraphQL and the endpoint estimate the same cost', async () => {
  const reasons = async (serviceTier: string | undefined, quantity: number, usd: string) => {
    const key = await createKey(world.as.owner, world.ids.project, `graph ${crypto.randomUUID()}`)
    await world.as.owner.mutate('apiKeyLimitsSet', {
      id: key.id,
      budgets: [{ period: 'MONTH', usd, onLimit: 'REJECT' }],
    })
    const estimatedUnits = [{ lineItem: 'INPUT_TOKENS', quantity: String(quantity) }]
    const inputs = [{ secret: key.secret, model: 'tiers/one', estimatedUnits, ...(serviceTier ? { serviceTier } : {}) }]
    const { data, errors } = await gateway.client.ask(
      'mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) { __typename ... on ApiKeyDenied { reason } } }',
      { inputs },
    )
    expect(errors).toBeUndefined()
    return data.apiKeysAuthorize[0].reason ?? 'allowed'
  }
  expect(await reasons(undefined, 700_000, '1.4')).toBe('allowed')
  expect(await reasons(undefined, 700_001, '5.6')).toBe('BUDGET_EXCEEDED')
  expect(await reasons(undefined, 700_001, '5.61')).toBe('allowed')
  // The tier's own price goes before that of STANDARD, above any number of tokens.
  expect(await reasons('BATCH', 800_000, '0.8')).toBe('allowed')
  expect(await reasons('PRIORITY', 800_000, '6.4')).toBe('allowed')
  expect(await reasons('PRIORITY', 800_000, '6.39')).toBe('BUDGET_EXCEEDED')
})

test('an unknown tier is rejected with an error that names it', async () => {
  const answer = await gateway.authorize(await dollar(), { 'keyward-service-tier': 'batch' })
  expect([answer.status, (await answer.json()).message]).toEqual([400, expect.stringContaining('serviceTier')])
})

test('a catalogue with an invalid tier, threshold or end is rejected', async () => {
  const price = (more: object) => ({ lineItem: 'INPUT_TOKENS', usd: '1', ...more })
  const prices = [
    price({ serviceTier: 'batch' }),
    price({ aboveInputTokens: 0 }),
    price({ aboveInputTokens: 1.5 }),
    price({ aboveInputTokens: 1e13 }),
    price({ effectiveFrom: '2026-02-01T00:00:00Z', effectiveUntil: '2026-01-01T00:00:00Z' }),
    price({ effectiveUntil: '2027-01-01T00:00:00Z' }),
  ]
  const models = [{ slug: 'tiers/wrong', displayName: 'Wrong', workload: 'INFERENCE', prices }]
  const issues = await loadModels(world.app.runtime, { models }).then(
    () => [],
    (error: { issues: { path: string[] }[] }) => error.issues.map(({ path }) => path.slice(3).join('.')),
  )
  expect(issues).toEqual([
    '0.serviceTier',
    '1.aboveInputTokens',
    '2.aboveInputTokens',
    '3.aboveInputTokens',
    '4.effectiveUntil',
    '5.effectiveUntil',
  ])
})
