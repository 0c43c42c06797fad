import type { Gateway } from '@keyward/sdk/gateway'
import { admissionOf, requireApiKey } from '@keyward/sdk/gateway/express'
import { requireApiKey as requireForFetch } from '@keyward/sdk/gateway/fetch'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ORIGIN } from '../../infra/app.ts'
import { foreignSecret } from '../../infra/world.ts'
import { ask, FRAMEWORKS, type Listening } from './frameworks.ts'
import { type ReportedWorld, startReportedWorld } from './usage-setting.ts'

/* The middleware of each framework, in real servers over HTTP. */

let world: ReportedWorld
beforeAll(async () => {
  world = await startReportedWorld()
})
afterAll(() => world?.close())

/** A budget that covers one request of `estimatedCost`. */
const forOne = { limits: { budgets: [{ period: 'TOTAL', usd: '0.01' }] } } as const
const estimatedCost = '0.01'

test('reading a request’s admission without the middleware throws an error that names it', () => {
  expect(() => admissionOf({})).toThrow(new TypeError('`requireApiKey` must run before `admissionOf`.'))
})

describe.each(Object.entries(FRAMEWORKS))('the %s middleware', (_name, { start, tellsAddress }) => {
  let server: Listening
  let asked = 0
  let served = 0
  beforeAll(async () => {
    server = await start({
      gateway: world.module,
      asked: () => void asked++,
      served: () => void served++,
    })
  })
  afterAll(() => server?.stop())
  beforeEach(() => {
    asked = 0
    served = 0
  })

  test('a live key is allowed, and the handler gets the caller', async () => {
    const { id, secret } = await world.newKey()
    const response = await ask(server.url, secret)
    expect([response.status, await response.json()]).toEqual([200, { credentialId: id }])
    expect([asked, served]).toEqual([1, 1])
  })

  test('a denied request gets the forward-auth endpoint’s response without calling a handler', async () => {
    const revoked = await world.newKey()
    await world.owner.apiKeys.revoke({ id: revoked.id })
    const narrow = await world.newKey({ workloads: ['BATCH'] })
    await world.caughtUp()
    const secrets = [foreignSecret(), revoked.secret, revoked.secret.replace(/..$/, 'zz'), narrow.secret]
    for (const secret of secrets) {
      const response = await ask(server.url, secret, { ask: { workload: 'INFERENCE' } })
      const door = await world.app.fetch(
        new Request(`${ORIGIN}/authorize`, {
          headers: {
            authorization: `Bearer ${secret}`,
            'keyward-gateway': world.gatewayToken,
            'keyward-workload': 'INFERENCE',
          },
        }),
      )
      const [own, theirs] = await Promise.all(
        [response, door].map(async (each) => ({ ...(await each.json()), asOf: '' })),
      )
      expect(own).toEqual(theirs)
      expect(response.status).toBe(door.status)
      expect(response.headers.get('content-type')).toMatch(/^application\/json(;|$)/)
      for (const name of ['keyward-reason', 'keyward-key-id', 'www-authenticate', 'retry-after']) {
        // The endpoint sends empty headers, which proxies need.
        expect([name, response.headers.get(name)]).toEqual([name, door.headers.get(name) || null])
      }
      expect(Date.parse(response.headers.get('keyward-as-of') ?? '')).not.toBeNaN()
    }
    expect(served).toBe(0)
  })

  test('denies a request without a secret before reading anything else', async () => {
    const response = await ask(server.url, null)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await response.json()).toMatchObject({ allowed: false, reason: 'NOT_FOUND', credentialId: null })
    expect([asked, served]).toEqual([0, 0])
  })

  test('the response to a key over its rate limit contains the time until the next request', async () => {
    const { secret } = await world.newKey({ limits: { requestsPerMinute: 1 } })
    const first = await ask(server.url, secret)
    expect([first.status, first.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '0'])
    const response = await ask(server.url, secret)
    expect([response.status, response.headers.get('keyward-reason')]).toEqual([429, 'RATE_LIMITED'])
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(response.headers.get('ratelimit-policy')).toBe('"requests-per-minute";q=1;w=60')
    expect(response.headers.get('ratelimit')).toMatch(/^"requests-per-minute";r=0;t=60$/)
  })

  test('usage is recorded for the key', async () => {
    const { secret, projectId } = await world.newKey()
    const consumer = `customer of ${projectId}`
    expect((await ask(server.url, secret, { cost: '0.25', ask: { consumer } })).status).toBe(200)
    await expect.poll(() => world.recorded(projectId)).toEqual({ events: 1, nanos: 250_000_000 })
    const rows = await world.database.sql('SELECT cost::float8 AS cost FROM usage_record WHERE consumer = $1', [
      consumer,
    ])
    expect(rows).toEqual([{ cost: 0.25 }])
  })

  test.each([
    ['throws', 0, 500],
    ['answers that the request was wrong', 422, 422],
    ['answers that it could not', 503, 503],
  ])('a handler that %s without recording usage does not charge the key', async (_how, status, seen) => {
    const { secret } = await world.newKey(forOne)
    expect((await ask(server.url, secret, { ask: { estimatedCost }, status })).status).toBe(seen)
    await expect.poll(async () => (await ask(server.url, secret, { ask: { estimatedCost } })).status).toBe(200)
  })

  test('a handler that fails after recording usage leaves the key charged', async () => {
    const { secret, projectId } = await world.newKey(forOne)
    const spent = { ask: { estimatedCost }, cost: estimatedCost, status: 500 }
    expect((await ask(server.url, secret, spent)).status).toBe(500)
    await expect.poll(() => world.recorded(projectId)).toEqual({ events: 1, nanos: 10_000_000 })
    expect((await ask(server.url, secret, { ask: { estimatedCost } })).status).toBe(429)
  })

  // Failed while an attempt to record counted as success.
  test('a handler that fails because its usage was rejected does not charge the key', async () => {
    const { secret } = await world.newKey(forOne)
    const own = await start({
      gateway: {
        carriesSecret: (source) => world.module.carriesSecret(source),
        authorize: (source, asked) => world.module.authorize(source, asked),
        release: (answer) => world.module.release(answer),
        // Like a closed gateway, or one with a full spool.
        record: () => Promise.reject(new Error('Not taken on')),
      },
      asked() {},
      served() {},
    })
    try {
      expect((await ask(own.url, secret, { ask: { estimatedCost }, cost: estimatedCost })).status).toBe(500)
      await expect.poll(async () => (await ask(server.url, secret, { ask: { estimatedCost } })).status).toBe(200)
    } finally {
      await own.stop()
    }
  })

  test('a reservation counts against the budget until the usage of its request is recorded', async () => {
    const { secret } = await world.newKey(forOne)
    expect((await ask(server.url, secret, { ask: { estimatedCost } })).status).toBe(200)
    const second = await ask(server.url, secret, { ask: { estimatedCost } })
    expect([second.status, (await second.json()).reason]).toEqual([429, 'BUDGET_EXCEEDED'])
  })

  test("if `ask` throws, the server's error handling responds and the handler is not called", async () => {
    const { secret } = await world.newKey()
    const response = await ask(server.url, secret, { askFails: true })
    expect(response.status).toBe(500)
    expect(served).toBe(0)
  })

  test('a key that is limited to networks is allowed if the framework or `ask` provides the address', async () => {
    const { secret } = await world.newKey({ allowedIps: ['127.0.0.0/8'] })
    const other = await world.newKey({ allowedIps: ['192.0.2.0/24'] })
    expect((await ask(server.url, secret)).status).toBe(tellsAddress ? 200 : 403)
    expect((await ask(server.url, other.secret)).status).toBe(403)
    expect((await ask(server.url, other.secret, { ask: { clientIp: '192.0.2.7' } })).status).toBe(200)
  })

  test('a denial’s body and headers can be customized', async () => {
    const own = await start({
      gateway: world.module,
      asked() {},
      served() {},
      refusal: ({ reason, message }) => ({ error: { message, code: reason } }),
      refusalHeaders: ({ reason }) => ({
        'x-should-retry': String(reason === 'UNAVAILABLE'),
        'www-authenticate': 'Own',
      }),
    })
    try {
      const response = await ask(own.url, foreignSecret())
      expect([response.status, response.headers.get('keyward-reason')]).toEqual([401, 'NOT_FOUND'])
      expect(await response.json()).toEqual({ error: { message: 'The secret is unknown.', code: 'NOT_FOUND' } })
      const { headers } = response
      expect([headers.get('x-should-retry'), headers.get('www-authenticate')]).toEqual(['false', 'Own'])
    } finally {
      await own.stop()
    }
  })
})

describe.each(['Express', 'Fastify', 'node:http'])('%s', (name) => {
  // Failed while the reservation ended with the client's connection: clients that disconnected in time were served for
  // free.
  test('a reservation counts against the budget until its handler ends, even if the client disconnects', async () => {
    const { secret } = await world.newKey(forOne)
    let released = 0
    let closed = () => {}
    const gone = new Promise<void>((resolve) => {
      closed = resolve
    })
    const gateway: Pick<Gateway, 'authorize' | 'carriesSecret' | 'record' | 'release'> = {
      carriesSecret: (source) => world.module.carriesSecret(source),
      authorize: (source, asked) => world.module.authorize(source, asked),
      record: (usage) => world.module.record(usage),
      release(answer) {
        released += 1
        world.module.release(answer)
      },
    }
    let served = 0
    const server = await FRAMEWORKS[name]?.start({ gateway, asked() {}, served: () => void served++, closed })
    if (!server) throw new Error(`There is no ${name}`)
    try {
      const leaving = new AbortController()
      const left = ask(server.url, secret, { ask: { estimatedCost }, status: -1 }, { signal: leaving.signal })
      left.catch(() => {})
      await expect.poll(() => served).toBe(1)
      leaving.abort()
      await gone
      await new Promise((resolve) => setImmediate(resolve))
      expect(released).toBe(0)
      expect((await ask(server.url, secret, { ask: { estimatedCost } })).status).toBe(429)
    } finally {
      await server.stop()
    }
  })

  // Failed while the end of a response was watched only after the gateway's decision.
  test('a request whose client disconnects before the decision does not charge the key', async () => {
    const { secret } = await world.newKey(forOne)
    const leaving = new AbortController()
    let closed = () => {}
    const gone = new Promise<void>((resolve) => {
      closed = resolve
    })
    let hasPassed = false
    let served = 0
    const gateway: Pick<Gateway, 'authorize' | 'carriesSecret' | 'record' | 'release'> = {
      carriesSecret: (source) => world.module.carriesSecret(source),
      async authorize(source, asked) {
        const answer = await world.module.authorize(source, asked)
        leaving.abort()
        await gone
        hasPassed = answer.__typename === 'ApiKeyAllowed'
        return answer
      },
      record: (usage) => world.module.record(usage),
      release: (answer) => world.module.release(answer),
    }
    const server = await FRAMEWORKS[name]?.start({ gateway, asked() {}, served: () => void served++, closed })
    const other = await FRAMEWORKS[name]?.start({ gateway: world.module, asked() {}, served() {} })
    if (!server || !other) throw new Error(`There is no ${name}`)
    try {
      const { signal } = leaving
      await ask(server.url, secret, { ask: { estimatedCost }, status: -1 }, { signal }).catch(() => {})
      await expect.poll(() => hasPassed).toBe(true)
      await expect.poll(async () => (await ask(other.url, secret, { ask: { estimatedCost } })).status).toBe(200)
      // Its cost would exceed the rest of the budget.
      expect(served).toBe(0)
    } finally {
      await Promise.all([server.stop(), other.stop()])
    }
  })
})

// Failed while an exception of the handler was treated as one of the middleware.
test('a node:http handler that throws synchronously is called once', async () => {
  const { secret } = await world.newKey()
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const thrown = new Promise((resolve) => void process.once('unhandledRejection', resolve))
  const calls: unknown[] = []
  const response = { statusCode: 200, headersSent: false, destroyed: false, once() {}, setHeader() {}, end() {} }
  try {
    requireApiKey(world.module)({ headers: { authorization: `Bearer ${secret}` } }, response, (error) => {
      calls.push(error)
      throw new Error('The handler fails')
    })
    expect(await thrown).toEqual(new Error('The handler fails'))
    expect(calls).toEqual([undefined])
  } finally {
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
})

// Failed while the status of such a response, which is 0, counted as success.
test('a handler that returns a network error response does not charge the key', async () => {
  const { secret } = await world.newKey(forOne)
  const request = () => new Request(ORIGIN, { headers: { authorization: `Bearer ${secret}` } })
  const guarded = requireForFetch(world.module, { ask: { estimatedCost } })
  expect((await guarded(() => Response.error())(request())).type).toBe('error')
  await expect.poll(async () => (await guarded(() => Response.json({}))(request())).status).toBe(200)
})
