import {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  ForbiddenError,
  InvalidStateError,
  Keyward,
  LimitExceededError,
  NotFoundError,
  RateLimitError,
  ServerError,
  TimeoutError,
  ValidationError,
} from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_LIMITS, STREAMS } from '../../../schema/core/quotas.ts'
import { ORIGIN } from '../../infra/app.ts'
import { answer, refusalOf, type SdkWorld, startSdkWorld } from './world.ts'

let world: SdkWorld

beforeAll(async () => {
  world = await startSdkWorld()
})
afterAll(() => world.close())

test('a mutation error is thrown as its class, with its fields', async () => {
  const { owner, projectId, organizationId, as, person } = world
  const { apiKey, secret } = await owner.apiKeys.create({ projectId, name: 'worker' })
  const invalid = await refusalOf(owner.apiKeys.create({ projectId, name: ' ' }))
  expect(invalid).toBeInstanceOf(ValidationError)
  expect(invalid).toMatchObject({ code: 'VALIDATION', operation: 'apiKeys.create', issues: [{ path: ['name'] }] })
  expect(invalid).toMatchObject({ requestId: expect.stringMatching(/^\S{8,}$/) })
  const missing = await refusalOf(owner.apiKeys.revoke({ id: 'key_01h455vb4pex5vsknk084sn02q' }))
  expect(missing).toBeInstanceOf(NotFoundError)
  expect(missing).toMatchObject({ code: 'NOT_FOUND', name: 'NotFoundError' })
  const taken = await refusalOf(owner.apiKeys.create({ projectId, name: 'worker' }))
  expect(taken).toBeInstanceOf(ConflictError)
  expect(taken).toMatchObject({
    field: 'name',
    path: ['name'],
    holder: { id: apiKey.id, name: 'worker' },
    resolvedBy: [],
  })
  const forbidden = await refusalOf(as(secret).apiKeys.revoke({ id: apiKey.id }))
  expect(forbidden).toBeInstanceOf(ForbiddenError)
  expect(forbidden).toMatchObject({ action: 'apiKey:revoke', allowedRoles: expect.arrayContaining(['OWNER']) })
  await owner.apiKeys.rotate({ id: apiKey.id })
  expect(await refusalOf(owner.apiKeys.rotate({ id: apiKey.id }))).toMatchObject({
    name: 'InvalidStateError',
    resolvedBy: ['apiKeys.finishRotation', 'apiKeys.undoRotation'],
  })
  await owner.apiKeys.revoke({ id: apiKey.id })
  const late = await refusalOf(owner.apiKeys.rotate({ id: apiKey.id }))
  expect(late).toBeInstanceOf(InvalidStateError)
  const { client: foreigner } = await person('Foreigner')
  expect(await refusalOf(foreigner.projects.create({ organizationId, name: 'x' }))).toBeInstanceOf(NotFoundError)
})

// Failed when redaction also removed the path.
test('an error for an invalid variable contains its path and the rule, but not its value', async () => {
  const { owner, projectId } = world
  const wrong: [ask: () => Promise<unknown>, path: string[], message: RegExp][] = [
    [
      () => owner.apiKeys.create({ projectId, name: 'x', expiresAt: 'tomorrow' }),
      ['expiresAt'],
      /^A DateTime must be an RFC 3339/,
    ],
    [
      () => owner.apiKeys.create({ projectId, name: 'x', expiresAt: ' at "input.name"; x' }),
      ['expiresAt'],
      /^A DateTime/,
    ],
    [
      () => owner.apiKeys.setLimits({ id: 'key_x', budgets: [{ period: 'DAY', usd: '1e3' }] }),
      ['budgets', '0', 'usd'],
      /^A Decimal must be/,
    ],
    [() => owner.apiKeys.rotate({ id: 'key_x', overlapSeconds: 1.5 }), ['overlapSeconds'], /^Must be of type Int/],
  ]
  for (const [ask, path, message] of wrong) {
    const error = await refusalOf(ask())
    expect(error).toBeInstanceOf(ValidationError)
    expect(error).toMatchObject({ issues: [{ path, message: expect.stringMatching(message) }] })
    expect(String(error)).toContain(`: ${path.join('.')}: `)
    expect(String(error)).not.toContain('tomorrow')
  }
})

test('a forbidden read throws ForbiddenError, and a hidden object throws NotFoundError', async () => {
  const { owner, projectId, organizationId, as, person } = world
  const { secret } = await owner.apiKeys.create({ projectId, name: 'reader' })
  const hidden = await refusalOf(as(secret).members.list({ organizationId }))
  expect(hidden).toBeInstanceOf(ForbiddenError)
  expect(hidden).toMatchObject({ action: 'organization:listMembers', operation: 'members.list' })
  expect(await refusalOf(as(secret).legacyKey.get(organizationId))).toBeInstanceOf(ForbiddenError)
  const { client: foreigner } = await person('Stranger')
  const [foreign, none, otherType] = await Promise.all([
    refusalOf(foreigner.projects.get(projectId)),
    refusalOf(owner.projects.get('prj_01h455vb4pex5vsknk084sn02q')),
    refusalOf(owner.apiKeys.get(projectId)),
  ])
  for (const error of [foreign, none, otherType]) expect(error).toBeInstanceOf(NotFoundError)
  expect(String(foreign)).toBe(String(none))
  expect(await refusalOf(foreigner.apiKeys.list({ projectId }))).toBeInstanceOf(NotFoundError)
})

test('an invalid or missing credential throws AuthenticationError', async () => {
  const { as, projectId } = world
  const invalid = await refusalOf(as('kw_proj_0000000000000000000000000000000000000000000000000').viewer.get())
  expect(invalid).toBeInstanceOf(AuthenticationError)
  const absent = await refusalOf(as(null).apiKeys.create({ projectId, name: 'x' }))
  expect(absent).toBeInstanceOf(AuthenticationError)
  expect((await as(null).viewer.get()).kind).toBe('ANONYMOUS')
})

test("request returns the data of a custom document, or throws the server's error", async () => {
  const { owner, organizationId } = world
  const query = 'query Own($id: ID!) { organization(id: $id) { name } }'
  expect(await owner.request(query, { id: organizationId })).toEqual({ organization: { name: 'Acme' } })
  const wrong = await refusalOf(owner.request('query Own { organization { nothing } }'))
  expect(wrong).toBeInstanceOf(ValidationError)
  expect(wrong).toMatchObject({ code: 'BAD_REQUEST', operation: 'Own', issues: [] })
  await expect(owner.request('subscription S { apiKeyChanges { cursor } }')).rejects.toThrow(TypeError)
})

test('an exceeded quota throws LimitExceededError, and too many streams throw RateLimitError', async () => {
  const { owner, ownerToken, organizationId, projectId, fetch } = world
  const { playgroundTokensPerPerson } = DEFAULT_LIMITS
  for (let made = 0; made < playgroundTokensPerPerson; made += 1) await owner.playground.createToken({ organizationId })
  const full = await refusalOf(owner.playground.createToken({ organizationId }))
  expect(full).toBeInstanceOf(LimitExceededError)
  expect(full).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: playgroundTokensPerPerson })

  let opened = 0
  const counted = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) opened += 1
    return response
  }
  const client = new Keyward({ baseUrl: ORIGIN, token: ownerToken, fetch: counted })
  const streams = Array.from({ length: STREAMS.perActor }, () => client.apiKeys.changes({ projectId }))
  // Settled here, since a stream that fails while this test waits for others would be an unhandled rejection.
  const waiting = Promise.allSettled(streams.map((stream) => stream.next()))
  await expect.poll(() => opened, { timeout: 60_000 }).toBe(STREAMS.perActor)
  const late = await refusalOf(client.apiKeys.changes({ projectId }, { maxRetries: 0 }).next())
  expect(late).toBeInstanceOf(RateLimitError)
  expect(late).toMatchObject({ code: 'RATE_LIMITED', requestId: expect.any(String) })
  await Promise.all(streams.map((stream) => stream.return?.()))
  expect(await waiting).toEqual(streams.map(() => ({ status: 'fulfilled', value: { done: true, value: undefined } })))
})

test('server, limit, timeout and connection errors throw the documented classes', async () => {
  const failing = (fetch: () => Promise<Response>, timeout?: number) =>
    refusalOf(new Keyward({ token: null, fetch, maxRetries: 0, timeout }).viewer.get())
  const coded = (code: string, status: number, more: object = {}) =>
    failing(async () => answer({ errors: [{ message: 'So', extensions: { code, ...more } }] }, status))
  expect(await coded('INTERNAL', 500)).toBeInstanceOf(ServerError)
  expect(await coded('UNAVAILABLE', 503)).toBeInstanceOf(ServerError)
  expect(await coded('RATE_LIMITED', 429)).toBeInstanceOf(RateLimitError)
  expect(await coded('LIMIT_EXCEEDED', 200, { limit: DEFAULT_LIMITS.projectsPerOrganization })).toBeInstanceOf(
    LimitExceededError,
  )
  const unknown = await coded('SOMETHING_NEW', 400)
  expect(unknown).toBeInstanceOf(ApiError)
  expect(unknown).toMatchObject({ code: 'SOMETHING_NEW', requestId: 'req-1234' })
  const page = await failing(async () => new Response('<html>', { status: 502 }))
  expect(page).toMatchObject({ name: 'ServerError', code: 'BAD_RESPONSE', status: 502 })
  expect(await failing(async () => new Response(null, { status: 301 }))).toMatchObject({ code: 'BAD_RESPONSE' })
  const late = await failing(() => new Promise(() => {}), 20)
  expect(late).toBeInstanceOf(TimeoutError)
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const away = await failing(() => Promise.reject(new TypeError('fetch failed', { cause })))
  expect(away).toBeInstanceOf(ConnectionError)
  expect(String(away)).toContain('ECONNREFUSED')
})
