import type { Gateway } from '@keyward/sdk/gateway'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { decided } from '../../infra/decided.ts'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'
import { watched } from './usage-setting.ts'

/*
 * R6 with gateways that decide themselves: known costs never overspend, and no request that fits is denied. Failed when
 * a gateway spent an amount that was not granted.
 */

let world: GatewayWorld
let modules: [Gateway, Gateway, Gateway]
beforeAll(async () => {
  world = await startGatewayWorld()
  modules = [world.module, world.open(), world.open()]
  await Promise.all(modules.map((module) => module.ready()))
})
afterAll(() => world?.close())

let made = 0
async function create(limits: object) {
  made += 1
  return world.owner.apiKeys.create({ projectId: world.projectId, name: `limited ${made}`, limits })
}

interface Outcome {
  reservations: string[]
  reasons: string[]
  credentialId: string
}

/** Sends a number of requests with a given concurrency, by turns through each gateway. */
async function spend(secret: string, estimatedCost: string, requests: number, concurrency: number): Promise<Outcome> {
  const outcome: Outcome = { reservations: [], reasons: [], credentialId: '' }
  let left = requests
  const work = async (module: Gateway) => {
    while (left > 0) {
      left -= 1
      const answer = await decided(() => module.authorize(secret, { estimatedCost }))
      if (answer.__typename === 'ApiKeyDenied') outcome.reasons.push(answer.reason)
      else {
        outcome.credentialId = answer.credentialId
        outcome.reservations.push(answer.reservation ?? '')
      }
    }
  }
  const workers = Array.from({ length: concurrency }, (_, index) => modules[index % 3] ?? modules[0])
  await Promise.all(workers.map(work))
  return outcome
}

const statusOf = async (id: string) => (await world.owner.apiKeys.getLimits(id)).budgetStatus?.[0]

test.each([1, 16, 128])(
  'a budget of 1 dollar allows exactly 33 requests of 3 cents through three gateways, at concurrency %i',
  async (concurrency) => {
    const { apiKey, secret } = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
    const { reservations, reasons } = await spend(secret, '0.03', Math.max(60, concurrency), concurrency)
    expect(reservations).toHaveLength(33)
    expect(new Set(reservations).size).toBe(33)
    expect(new Set(reasons)).toEqual(new Set(['BUDGET_EXCEEDED']))
    // Once everything is recorded, the ledger equals the counter to the cent.
    const occurredAt = world.database.clock.now().toISOString()
    const events = reservations.map((reservation) => ({
      eventId: crypto.randomUUID(),
      credentialId: apiKey.id,
      workload: 'INFERENCE' as const,
      occurredAt,
      cost: '0.02',
      reservation,
    }))
    const recorded = await world.gateway.usage.record({ events })
    expect(recorded).toMatchObject({ recorded: 33, rejected: [] })
    await expect
      .poll(() => statusOf(apiKey.id), { timeout: 10_000 })
      .toMatchObject({
        spent: '0.66',
        reserved: '0',
        remaining: '0.34',
        debt: '0',
      })
  },
)

// Failed while a gateway spent amounts of a rate that were not granted: all 64 requests were allowed.
test.each([1, 64])(
  'token and request rate limits are exact across three gateways, at concurrency %i',
  async (concurrency) => {
    const estimatedUnits = [
      { lineItem: 'INPUT_TOKENS', quantity: '1' },
      { lineItem: 'OUTPUT_TOKENS', quantity: '2' },
    ] as const
    for (const rate of [
      { unit: 'TOKENS', per: 'DAY', max: '32' },
      { unit: 'OUTPUT_TOKENS', per: 'HOUR', max: '21' },
      { unit: 'REQUESTS', per: 'DAY', max: '10' },
    ] as const) {
      const { apiKey, secret } = await create({ rates: [rate] })
      let left = 64
      const answers: Awaited<ReturnType<Gateway['authorize']>>[] = []
      const work = async (module: Gateway) => {
        while (left > 0) {
          left -= 1
          answers.push(await decided(() => module.authorize(secret, { estimatedUnits })))
        }
      }
      await Promise.all(Array.from({ length: concurrency }, (_, index) => work(modules[index % 3] ?? modules[0])))
      const allowed = answers.filter(({ __typename }) => __typename === 'ApiKeyAllowed')
      expect(allowed).toHaveLength(10)
      expect(answers.find(({ __typename }) => __typename === 'ApiKeyDenied')).toMatchObject({ reason: 'RATE_LIMITED' })
      // Half of the requests were not served.
      for (const [index, answer] of allowed.entries()) {
        const module = modules[index % 3] ?? modules[0]
        if (answer.__typename !== 'ApiKeyAllowed') continue
        if (index % 2 === 0) module.release(answer)
        else await module.record({ answer, workload: 'INFERENCE', units: [...estimatedUnits], cost: '0' })
      }
      const used = { TOKENS: '15', OUTPUT_TOKENS: '10', REQUESTS: '10' }[rate.unit]
      await expect
        .poll(async () => (await world.owner.apiKeys.getLimits(apiKey.id)).rateStatus, { timeout: 15_000 })
        .toMatchObject([{ used, reserved: '0', debt: '0' }])
    }
  },
)

test('any gateway can spend the rest of a budget', async () => {
  const { secret } = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
  const [one, other] = modules
  for (let time = 0; time < 40; time += 1) await one.authorize(secret, { estimatedCost: '0.01' })
  const answers = []
  for (let time = 0; time < 6; time += 1) answers.push(await other.authorize(secret, { estimatedCost: '0.1' }))
  expect(answers.map(({ __typename }) => __typename)).toEqual(Array.from({ length: 6 }, () => 'ApiKeyAllowed'))
  expect(await one.authorize(secret, { estimatedCost: '0.001' })).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
})

test('no limit is charged if another limit denies the request', async () => {
  const { apiKey, secret } = await create({ requestsPerMinute: 100, budgets: [{ period: 'MONTH', usd: '1' }] })
  const [module] = modules
  expect(await module.authorize(secret, { estimatedCost: '2' })).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
  expect(await module.authorize(secret, { estimatedCost: '1' })).toMatchObject({ __typename: 'ApiKeyAllowed' })
  expect(await statusOf(apiKey.id)).toMatchObject({ spent: '0' })
})

test('a decision’s limits are current at each access, even in JSON and in copies', async () => {
  const { secret } = await create({ requestsPerMinute: 100, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const ask = () => decided(() => world.module.authorize(secret, { estimatedCost: '0.1' }))
  const { limits, ...rest } = await ask()
  const remaining = () => limits.map((limit) => limit.remaining)
  await expect.poll(remaining).toEqual(['99', '0.9'])
  await ask()
  expect(remaining()).toEqual(['98', '0.8'])
  const plain = [
    { scope: 'API_KEY', kind: 'REQUESTS_PER_MINUTE', model: null, limit: '100', remaining: '98', resetsAt: null },
    { scope: 'API_KEY', kind: 'TOTAL', model: null, limit: '1', remaining: '0.8', resetsAt: null },
  ]
  const answer = { ...rest, limits }
  expect(JSON.parse(JSON.stringify(answer)).limits).toEqual(plain)
  expect(structuredClone(answer).limits).toEqual(plain)
  expect(limits.map((limit) => ({ ...limit }))).toEqual(plain)
  // Answers share them.
  expect(() => Array.prototype.pop.call(limits)).toThrow(TypeError)
})

test('changed limits apply to the next request', async () => {
  const { apiKey, secret } = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
  const [module] = modules
  expect(await module.authorize(secret, { estimatedCost: '2' })).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
  await world.owner.apiKeys.setLimits({ id: apiKey.id, budgets: [{ period: 'TOTAL', usd: '5' }] })
  await expect
    .poll(async () => (await module.authorize(secret, { estimatedCost: '2' })).__typename)
    .toBe('ApiKeyAllowed')
  await world.owner.apiKeys.setLimits({ id: apiKey.id, budgets: [] })
  await expect
    .poll(async () => (await module.authorize(secret, { estimatedCost: '200' })).__typename)
    .toBe('ApiKeyAllowed')
})

// Failed by throwing, when only look-ups handled the removed scope.
test('a removed limit in a gateway’s cache denies no request', async () => {
  const { apiKey, secret } = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
  let isDeaf = false
  const module = world.open({
    async fetch(url, init) {
      const body = String(init.body)
      if (isDeaf && body.includes('gatewayAcknowledge')) throw new TypeError('fetch failed')
      const response = await world.fetch(url, init)
      if (!body.includes('gatewaySync') || !response.body || body.includes('gatewayAcknowledge')) return response
      // The gateway receives no changes from here on.
      const deaf = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          if (!isDeaf) controller.enqueue(chunk)
        },
      })
      return new Response(response.body.pipeThrough(deaf), { headers: response.headers })
    },
  })
  await module.ready()
  expect(await module.authorize(secret, { estimatedCost: '0.5' })).toMatchObject({ __typename: 'ApiKeyAllowed' })
  isDeaf = true
  await world.owner.apiKeys.setLimits({ id: apiKey.id, budgets: [] })
  expect(await module.authorize(secret, { estimatedCost: '3' })).toMatchObject({ __typename: 'ApiKeyAllowed' })
})

test('a gateway returns its leases when it is closed', async () => {
  const { apiKey, secret } = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
  const module = world.open()
  const answer = await module.authorize(secret, { estimatedCost: '0.5' })
  if (answer.__typename !== 'ApiKeyAllowed') throw new Error('Refused')
  await module.record({ answer, workload: 'INFERENCE', cost: '0.25' })
  await module.close()
  expect(await statusOf(apiKey.id)).toMatchObject({ spent: '0.25', reserved: '0', remaining: '0.75' })
})

test('a released reservation’s amount is available again', async () => {
  const { apiKey, secret } = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
  const module = world.open()
  const answer = await module.authorize(secret, { estimatedCost: '0.9' })
  if (answer.__typename !== 'ApiKeyAllowed') throw new Error('Refused')
  expect(await module.authorize(secret, { estimatedCost: '0.9' })).toMatchObject({ reason: 'BUDGET_EXCEEDED' })
  module.release(answer)
  await module.close()
  expect(await statusOf(apiKey.id)).toMatchObject({ spent: '0', reserved: '0' })
})

// Failed while a lease counted as settled if its first response was lost: its amount came back after a day.
test('an amount whose grant was lost in transit can be spent by another gateway', async () => {
  const { secret } = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
  let isLost = false
  const module = world.open({
    async fetch(url, init) {
      const response = await world.fetch(url, init)
      if (isLost && String(init.body).includes('limitLeasesExchange')) throw new TypeError('fetch failed')
      return response
    },
  })
  await module.ready()
  isLost = true
  expect(await module.authorize(secret, { estimatedCost: '0.9' })).toMatchObject({ reason: 'UNAVAILABLE' })
  isLost = false
  const [other] = modules
  await expect
    .poll(async () => (await other.authorize(secret, { estimatedCost: '0.9' })).__typename, { timeout: 8_000 })
    .toBe('ApiKeyAllowed')
})

// Failed while any amount went to the server, which rejects impossible amounts together with the whole call.
test('requests whose estimate exceeds every budget are denied without affecting others', async () => {
  const [module] = modules
  const greedy = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
  const modest = await create({ budgets: [{ period: 'TOTAL', usd: '1' }] })
  const answers = await Promise.all([
    module.authorize(greedy.secret, { estimatedCost: '999999999' }),
    module.authorize(greedy.secret, { estimatedCost: '999999999' }),
    module.authorize(modest.secret, { estimatedCost: '0.5' }),
  ])
  expect(answers).toMatchObject([
    { reason: 'BUDGET_EXCEEDED' },
    { reason: 'BUDGET_EXCEEDED' },
    { __typename: 'ApiKeyAllowed' },
  ])
})

// Failed while a lease was renewed only when nothing was held: a lease in constant use was never reconciled.
test('after an hour, reservations use a new lease even if the budget is in constant use', async () => {
  const { secret } = await create({ budgets: [{ period: 'TOTAL', usd: '100' }] })
  const module = world.open()
  await module.ready()
  const now = performance.now.bind(performance)
  /** The end of a reservation identifies its lease. */
  const leaseOf = async () => {
    const answer = await module.authorize(secret, { estimatedCost: '0.001' })
    return answer.__typename === 'ApiKeyAllowed' ? answer.reservation?.slice(-22) : answer.reason
  }
  const first = await leaseOf()
  const later = vi.spyOn(performance, 'now').mockImplementation(() => now() + 3_700_000)
  try {
    await expect.poll(leaseOf, { interval: 5, timeout: 6_000 }).not.toBe(first)
  } finally {
    later.mockRestore()
  }
})

// Failed while a gateway did not wait for a pending exchange: the amount stayed leased for a day.
test('a gateway that is closed during a lease exchange returns that lease', async () => {
  const { apiKey, secret } = await create({ budgets: [{ period: 'TOTAL', usd: '100' }] })
  const network = watched(world.fetch, 'limitLeasesExchange')
  const module = world.open({ fetch: network.fetch })
  await module.ready()
  const ask = () => module.authorize(secret, { estimatedCost: '0.001' })
  for (let request = 0; request < 50; request += 1) await ask()
  const go = network.hold()
  const before = network.calls
  const asked: Promise<unknown>[] = []
  while (network.calls === before) {
    asked.push(ask())
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  let isClosed = false
  const closing = module.close().then(() => {
    isClosed = true
  })
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(isClosed).toBe(false)
  go()
  await Promise.all([closing, ...asked])
  const idle = await world.database.sql(
    'SELECT sum(taken - used - returned) = 0 AS "isNothing" FROM limit_lease WHERE scope_id = $1',
    [decodeId('ApiKey', apiKey.id)],
  )
  expect(idle).toEqual([{ isNothing: true }])
})

// Failed while a closed gateway still took leases, which were never returned.
test('a closed gateway denies with UNAVAILABLE and requests no leases', async () => {
  const { apiKey, secret } = await create({ budgets: [{ period: 'TOTAL', usd: '100' }] })
  const module = world.open()
  await module.ready()
  const ask = (estimatedCost = '0.001') => module.authorize(secret, { estimatedCost })
  expect(await ask()).toMatchObject({ __typename: 'ApiKeyAllowed' })
  const asked = ask('50')
  const closing = module.close()
  expect(await ask()).toMatchObject({ reason: 'UNAVAILABLE', httpStatus: 503 })
  await Promise.all([closing, asked])
  expect(await ask()).toMatchObject({ reason: 'UNAVAILABLE' })
  const idle = await world.database.sql(
    'SELECT sum(taken - used - returned) = 0 AS "isNothing" FROM limit_lease WHERE scope_id = $1',
    [decodeId('ApiKey', apiKey.id)],
  )
  expect(idle).toEqual([{ isNothing: true }])
})
