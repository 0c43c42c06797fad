import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeExpiredChildTokens } from '../../../schema/child-token/service.ts'
import { ORIGIN } from '../../infra/app.ts'
import { createKey, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

/*
 * A child token with a cap in money. Seen red: while usage is charged only to the organization, the project and the key of an
 * event, settling a reservation refilled the cap.
 */

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

let made = 0
async function newKey(more: object = {}): Promise<{ id: string; secret: string }> {
  made += 1
  return createKey(world.as.owner, world.ids.project, `capped ${made}`, more)
}

async function exchange(secret: string, more: Record<string, string>) {
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: secret,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    ...more,
  })
  const response = await world.app.fetch(new Request(`${ORIGIN}/token`, { method: 'POST', body: form }))
  return (await response.json()) as { access_token: string; error?: string; error_description?: string }
}

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyAllowed { reservation limits { scope kind limit remaining } }
  ... on ApiKeyDenied { reason limits { scope kind remaining } } } }`

async function authorize(secret: string, estimatedCost: string) {
  const { data, errors } = await gateway.client.ask(AUTHORIZE, { inputs: [{ secret, estimatedCost }] })
  if (errors) throw new Error(JSON.stringify(errors))
  return data.apiKeysAuthorize[0]
}

let events = 0
async function record(credentialId: string, cost: string, reservation: string) {
  events += 1
  const event = {
    eventId: `capped ${events}`.replace(' ', '-'),
    credentialId,
    workload: 'INFERENCE',
    cost,
    reservation,
  }
  const { recorded } = await gateway.client.mutate('usageRecord', { events: [event] }, 'recorded rejected { message }')
  expect(recorded).toBe(1)
}

test('requests with a capped token cannot exceed its cap', async () => {
  const { id, secret } = await newKey()
  const { access_token: token } = await exchange(secret, { max_cost: '1' })
  const first = await authorize(token, '0.6')
  expect(first).toMatchObject({
    __typename: 'ApiKeyAllowed',
    limits: [{ scope: 'CHILD_TOKEN', kind: 'TOTAL', limit: '1' }],
  })
  expect(await authorize(token, '0.5')).toMatchObject({ reason: 'BUDGET_EXCEEDED', limits: [{ scope: 'CHILD_TOKEN' }] })
  await record(id, '0.55', first.reservation)
  // 0.45 are left, and not the whole dollar.
  expect(await authorize(token, '0.46')).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
  const last = await authorize(token, '0.45')
  expect(last.__typename).toBe('ApiKeyAllowed')
  await record(id, '0.45', last.reservation)
  expect(await authorize(token, '0.000000001')).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
  // The key and another child have their own room.
  expect((await authorize(secret, '5')).__typename).toBe('ApiKeyAllowed')
  const { access_token: other } = await exchange(secret, { max_cost: '0.1' })
  expect((await authorize(other, '0.1')).__typename).toBe('ApiKeyAllowed')
})

test('a capped token also obeys its key’s budget', async () => {
  const { secret } = await newKey({ limits: { budgets: [{ period: 'TOTAL', usd: '0.5' }] } })
  const { access_token: token } = await exchange(secret, { max_cost: '10' })
  expect(await authorize(token, '0.6')).toMatchObject({ reason: 'BUDGET_EXCEEDED', limits: [{ scope: 'API_KEY' }, {}] })
  const { reservation } = await authorize(token, '0.5')
  await gateway.client.mutate('usageRecord', { events: [], released: [reservation] }, 'recorded')
  await expect.poll(async () => (await authorize(token, '0.5')).__typename).toBe('ApiKeyAllowed')
})

test('a token that a person creates for a key obeys its cap', async () => {
  const { id } = await newKey()
  const { token } = await world.as.owner.mutate(
    'apiKeyTokenCreate',
    { id, maxCost: '0.25', expiresInSeconds: 60 },
    'token',
  )
  expect(await authorize(token, '0.3')).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
  expect((await authorize(token, '0.25')).__typename).toBe('ApiKeyAllowed')
  const budgets = () =>
    world.database.sql<{ amount: string }>(
      'SELECT amount::text FROM usage_limit WHERE part IS NOT NULL AND amount = 0.25',
    )
  expect(await budgets()).toHaveLength(1)
  world.database.clock.advance(61_000)
  await removeExpiredChildTokens(world.database)
  expect(await budgets()).toEqual([])
})

test.each(['0', '-1', 'x', '1e3', '1000000000', '0.0000000001'])('a cap of %s is rejected', async (max_cost) => {
  const { secret } = await newKey()
  expect(await exchange(secret, { max_cost })).toMatchObject({
    error: 'invalid_request',
    error_description: expect.stringContaining('`max_cost`'),
  })
})
