import { request } from 'node:http'
import { createApp } from '@keyward/server/app'
import { readConfig } from '@keyward/server/config/config'
import { type Listener, listen } from '@keyward/server/http/listen'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, clientOf, newSecrets, ORIGIN, startApp, type TestApp } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

/*
 * A proxy or gateway that gives up waiting never learns its reservation, and would keep a place for 15 minutes and an amount
 * for a day. Failed while the server charged whoever had left.
 */

let app: TestApp
let owner: Client
let gateway: TestGateway
let listener: Listener
let project: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  gateway = await startGateway(app)
  project = (await createOrganization(owner, 'Impatient')).defaultProject
  listener = await listen(app.app, { host: '127.0.0.1', port: 0, trustedProxies: null })
})
afterAll(async () => {
  await listener?.stop(1_000)
  await app?.close()
})

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyAllowed { reservation } ... on ApiKeyDenied { reason } } }`

interface Asked {
  path: string
  headers: Record<string, string>
  body: string
}

/** Requests for a decision, as a proxy and as a gateway send them. */
const WAYS: Record<string, (secret: string) => Asked> = {
  '/authorize': (secret: string) => ({
    path: '/authorize',
    headers: { 'keyward-gateway': gateway.token, authorization: `Bearer ${secret}`, 'keyward-estimated-cost': '0.5' },
    body: '',
  }),
  apiKeysAuthorize: (secret: string) => ({
    path: '/graphql',
    headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: AUTHORIZE, variables: { inputs: [{ secret, estimatedCost: '0.5' }] } }),
  }),
}

/** Holds the counters of all limits until the returned function is called. Every charge waits for them. */
async function holdCounters(): Promise<() => Promise<void>> {
  let letGo = () => {}
  const until = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let held = () => {}
  const holding = new Promise<void>((resolve) => {
    held = resolve
  })
  const transaction = app.database.transaction(async (tx) => {
    await tx.$executeRawUnsafe('LOCK TABLE limit_counter IN ACCESS EXCLUSIVE MODE')
    held()
    await until
  })
  await holding
  return async () => {
    letGo()
    await transaction
  }
}

const waiting = async () => {
  const [row] = await app.database.sql<{ count: number }>(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  )
  return row?.count
}

/** Sends a request, and leaves once its charge waits for the counters. */
async function leaveMeanwhile({ path, headers, body }: Asked): Promise<void> {
  const letGo = await holdCounters()
  const sent = request(`${listener.url}${path}`, { method: 'POST', headers })
  const closed = new Promise<void>((resolve) => sent.once('close', () => resolve()))
  sent.on('error', () => {})
  sent.end(body)
  await expect.poll(waiting).toBeGreaterThan(0)
  sent.destroy()
  await closed
  // Once later connections are answered, the server knows that this one has ended.
  for (let times = 0; times < 2; times += 1)
    await fetch(`${listener.url}/health/live`, { headers: { connection: 'close' } })
  await letGo()
}

/** Waits until the only place and the whole budget of a key can be had. */
async function expectRoom(secret: string): Promise<void> {
  const decide = async () => {
    const { data } = await gateway.client.ask(AUTHORIZE, { inputs: [{ secret, estimatedCost: '1' }] })
    return data.apiKeysAuthorize[0].__typename
  }
  await expect.poll(decide).toBe('ApiKeyAllowed')
}

const STATUS = `query ($id: ID!) { node(id: $id) { ... on ApiKey {
  concurrencyStatus { used remaining } budgetStatus { spent reserved remaining } } } }`

// Failed while the release ran in the request that had been given up, which gets no further connection.
test("a request that exceeds the server's time limit releases its concurrency slot and its budget", async () => {
  const { id, secret } = await createKey(owner, project, 'given up')
  await owner.mutate('apiKeyLimitsSet', { id, maxConcurrent: 1, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const config = readConfig({ KEYWARD_PUBLIC_URL: ORIGIN, KEYWARD_LOG: 'silent' })
  const impatient = await createApp({ ...config, ...newSecrets() }, app.database, { milliseconds: 1_000 })
  try {
    const letGo = await holdCounters()
    const asked = clientOf(impatient, gateway.token).ask(AUTHORIZE, { inputs: [{ secret, estimatedCost: '0.5' }] })
    await expect.poll(waiting).toBeGreaterThan(0)
    expect((await asked).status).toBe(503)
    await letGo()
    await expectRoom(secret)
  } finally {
    await impatient.close()
  }
})

// Failed while only the clients that had left were looked at.
test('a response that fails as a whole releases everything that its decisions reserved', async () => {
  const { id, secret } = await createKey(owner, project, 'failed')
  await owner.mutate('apiKeyLimitsSet', { id, maxConcurrent: 1, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const query = `mutation ($good: [ApiKeyAuthorizeInput!]!, $bad: [ApiKeyAuthorizeInput!]!) {
    a: apiKeysAuthorize(inputs: $good) { __typename } b: apiKeysAuthorize(inputs: $bad) { __typename } }`
  const input = { secret, estimatedCost: '0.5' }
  const bad = [{ ...input, estimatedCost: '-1' }]
  const { data, errors } = await gateway.client.ask(query, { good: [input], bad })
  expect([data ?? null, errors?.length]).toEqual([null, 1])
  const decide = async () => {
    const answer = await gateway.client.ask(AUTHORIZE, { inputs: [{ secret, estimatedCost: '1' }] })
    return answer.data.apiKeysAuthorize[0].__typename
  }
  await expect.poll(decide).toBe('ApiKeyAllowed')
})

test.each(Object.entries(WAYS))(
  'a client of %s that disconnects before the decision reserves nothing',
  async (way, ask) => {
    const { id, secret } = await createKey(owner, project, `left ${way}`)
    const limits = { maxConcurrent: 1, budgets: [{ period: 'TOTAL', usd: '1' }] }
    await owner.mutate('apiKeyLimitsSet', { id, ...limits })
    // Twice: one place and half of the budget would be left to neither.
    for (let time = 0; time < 2; time += 1) await leaveMeanwhile(ask(secret))
    // The place and the whole budget are free again.
    await expectRoom(secret)
    await expect
      .poll(async () => (await owner.ask(STATUS, { id })).data.node)
      .toEqual({
        concurrencyStatus: { used: 1, remaining: 0 },
        budgetStatus: [{ spent: '0', reserved: '1', remaining: '0' }],
      })
  },
)
