import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type GatewayWorld, startGatewayWorld } from './setting.ts'

/*
 * A gateway's cache is valid while it receives changes, and is not used without them. Tests move the process's clock
 * instead of waiting.
 */

let world: GatewayWorld
beforeAll(async () => {
  world = await startGatewayWorld()
})
afterAll(() => world?.close())
afterEach(() => vi.restoreAllMocks())

const realNow = performance.now.bind(performance)
function advance(seconds: number): void {
  vi.spyOn(performance, 'now').mockImplementation(() => realNow() + seconds * 1_000)
}

const create = (name: string) => world.owner.apiKeys.create({ projectId: world.projectId, name })
const reasonOf = (answer: { __typename: string; reason?: string }) => answer.reason ?? answer.__typename

/** A gateway module whose connections can be cut: streams, everything or nothing. */
function breakable() {
  let broken: 'nothing' | 'streams' | 'everything' = 'nothing'
  const cut = new Set<() => void>()
  const module = world.open({
    async fetch(url, init) {
      const isStream = String(Reflect.get(init.headers ?? {}, 'accept')).includes('event-stream')
      if (broken === 'everything' || (broken === 'streams' && isStream)) throw new TypeError('fetch failed')
      const response = await world.fetch(url, init)
      // Data in transit is lost, too.
      if (Object.is(broken, 'everything')) throw new TypeError('terminated')
      if (!isStream || !response.body) return response
      const reader = response.body.getReader()
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          cut.add(() => {
            controller.error(new TypeError('terminated'))
            reader.cancel().catch(() => {})
          })
        },
        async pull(controller) {
          const { done, value } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        },
        cancel: () => reader.cancel(),
      })
      return new Response(body, { status: response.status, headers: response.headers })
    },
  })
  return {
    module,
    /** Cuts streams or everything from now on, including open connections. */
    break(what: typeof broken) {
      broken = what
      for (const end of cut) end()
      cut.clear()
    },
  }
}

// Failed when the module did not drop changed entries: the key stayed allowed.
test('a gateway denies a revoked key as soon as its stream delivers the change', async () => {
  const { apiKey, secret } = await create('revoked')
  expect(reasonOf(await world.module.authorize(secret))).toBe('ApiKeyAllowed')
  const { gateways } = await world.owner.apiKeys.revoke({ id: apiKey.id, awaitGatewaysSeconds: 10 })
  expect(gateways?.every(({ acknowledged }) => acknowledged)).toBe(true)
  // A gateway that has acknowledged denies the key, without delay.
  expect(reasonOf(await world.module.authorize(secret))).toBe('REVOKED')
})

test('a gateway without streams polls the server, and denies a revoked key within seconds', async () => {
  const { module, break: cut } = breakable()
  await module.ready()
  const { apiKey, secret } = await create('revoked while streams are broken')
  expect(reasonOf(await module.authorize(secret))).toBe('ApiKeyAllowed')
  cut('streams')
  await world.owner.apiKeys.revoke({ id: apiKey.id })
  await expect.poll(async () => reasonOf(await module.authorize(secret)), { timeout: 5_000 }).toBe('REVOKED')
  expect(module.status.connected).toBe(false)
  cut('nothing')
  await expect.poll(() => module.status.connected, { timeout: 20_000 }).toBe(true)
})

// Failed when a look-up was cached regardless of changes in the meantime: the key stayed allowed.
test('a change that arrives during its key’s look-up discards the look-up', async () => {
  let hold: Promise<void> | null = null
  const module = world.open({
    async fetch(url, init) {
      const response = await world.fetch(url, init)
      if (String(init.body).includes('gatewayLookUp')) await hold
      return response
    },
  })
  await module.ready()
  const { apiKey, secret } = await create('changed meanwhile')
  let release = () => {}
  hold = new Promise((resolve) => {
    release = resolve
  })
  const asked = module.authorize(secret)
  // The server has sent the look-up, and it is in transit, when the key is revoked.
  await new Promise((resolve) => setTimeout(resolve, 500))
  await world.owner.apiKeys.revoke({ id: apiKey.id, awaitGatewaysSeconds: 10 })
  release()
  await asked
  hold = null
  expect(reasonOf(await module.authorize(secret))).toBe('REVOKED')
})

test('a gateway without its server allows known keys only for the configured time', async () => {
  const { module, break: cut } = breakable()
  await module.ready()
  const { secret } = await create('known before the outage')
  const { secret: unknown } = await create('unknown before the outage')
  await module.authorize(secret)
  cut('everything')
  const fresh = await module.authorize(secret)
  expect(fresh).toMatchObject({ __typename: 'ApiKeyAllowed', warnings: [] })
  expect(await module.authorize(unknown)).toMatchObject({
    reason: 'UNAVAILABLE',
    httpStatus: 503,
    retryAfterSeconds: 1,
  })
  advance(30)
  const flagged = await module.authorize(secret)
  expect(flagged).toMatchObject({
    __typename: 'ApiKeyAllowed',
    warnings: ['SERVED_DURING_OUTAGE'],
    maxStalenessSeconds: 60,
  })
  expect(Date.parse(flagged.asOf)).toBeLessThanOrEqual(Date.parse(fresh.asOf) + 5_000)
  expect(module.status.servedDuringOutage).toBe(1)
  expect(await module.authorize(unknown)).toMatchObject({ reason: 'UNAVAILABLE' })
  advance(62)
  expect(await module.authorize(secret)).toMatchObject({ reason: 'UNAVAILABLE' })
  vi.restoreAllMocks()
  cut('nothing')
  await expect.poll(async () => reasonOf(await module.authorize(unknown)), { timeout: 20_000 }).toBe('ApiKeyAllowed')
})

test('a gateway without its server enforces rate limits, and budgets up to its leases', async () => {
  const { module, break: cut } = breakable()
  await module.ready()
  const { owner, projectId } = world
  const rated = await owner.apiKeys.create({ projectId, name: 'rated', limits: { requestsPerMinute: 5 } })
  const budgets = [{ period: 'TOTAL', usd: '100' }] as const
  const budgeted = await owner.apiKeys.create({ projectId, name: 'budgeted', limits: { budgets } })
  const ask = { estimatedCost: '0.01' }
  for (let time = 0; time < 3; time += 1) await module.authorize(budgeted.secret, ask)
  await module.authorize(rated.secret)
  cut('everything')
  const outcomes: string[] = []
  for (let time = 0; time < 8; time += 1) outcomes.push(reasonOf(await module.authorize(rated.secret)))
  expect(outcomes.filter((reason) => reason === 'ApiKeyAllowed').length).toBeGreaterThanOrEqual(4)
  expect(outcomes.at(-1)).toBe('RATE_LIMITED')
  expect(await module.authorize(budgeted.secret, { estimatedCost: '50' })).toMatchObject({ reason: 'UNAVAILABLE' })
})

// Failed while an idle lease was returned after two seconds even if the server was unreachable.
test('a gateway keeps its leases while the server is unreachable', async () => {
  const input = {
    projectId: world.projectId,
    name: 'held',
    limits: { budgets: [{ period: 'TOTAL', usd: '100' }] },
  } as const
  const { secret } = await world.owner.apiKeys.create(input)
  const network = breakable()
  await network.module.ready()
  const ask = () => network.module.authorize(secret, { estimatedCost: '0.001' })
  for (let request = 0; request < 100; request += 1) await ask()
  network.break('everything')
  await expect.poll(() => network.module.status.connected).toBe(false)
  // Longer than a gateway holds an idle lease when it can return it.
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  expect(reasonOf(await ask())).toBe('ApiKeyAllowed')
})
