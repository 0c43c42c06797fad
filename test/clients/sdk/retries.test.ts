import { ConflictError, ConnectionError, Keyward, RateLimitError, ServerError, TimeoutError } from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN } from '../../infra/app.ts'
import { answer, refusalOf, type SdkWorld, startSdkWorld } from './world.ts'

let world: SdkWorld

beforeAll(async () => {
  world = await startSdkWorld()
})
afterAll(() => world.close())

/** A client that loses the given number of responses. The server receives every request. */
function dropping(times: number): { client: Keyward; requests: () => number } {
  let requests = 0
  const fetch = async (url: string, init: RequestInit) => {
    requests += 1
    const response = await world.fetch(url, init)
    if (requests <= times) throw new TypeError('terminated')
    return response
  }
  return { client: new Keyward({ baseUrl: ORIGIN, token: world.ownerToken, fetch }), requests: () => requests }
}

/** A client whose responses come from a function of the attempt's number, from 1. */
function answered(by: (attempt: number) => Response | Promise<Response>) {
  const at: number[] = []
  const fetch = async () => by(at.push(performance.now()))
  return { client: new Keyward({ token: null, fetch }), at }
}

const viewer = () => answer({ data: { viewer: { kind: 'ANONYMOUS', actor: null } } })
const unavailable = (headers = {}) =>
  answer({ errors: [{ message: 'Away', extensions: { code: 'UNAVAILABLE' } }] }, 503, headers)
const limited = (headers = {}) =>
  answer({ errors: [{ message: 'Slower', extensions: { code: 'RATE_LIMITED' } }] }, 429, headers)

test('retrying a creation whose response was lost creates one key', async () => {
  const { owner, projectId } = world
  const { client, requests } = dropping(2)
  const { apiKey, secret } = await client.apiKeys.create({ projectId, name: 'once' })
  expect(requests()).toBe(3)
  const found = await owner.apiKeys.list({ projectId, filter: { search: 'once' }, totalCount: true })
  expect(found).toMatchObject({ totalCount: 1, items: [{ id: apiKey.id }] })
  expect(await world.as(secret).viewer.get()).toMatchObject({ actor: { id: apiKey.id } })
})

test('a rotation whose response is lost returns the current secret', async () => {
  const { owner, projectId } = world
  const { apiKey } = await owner.apiKeys.create({ projectId, name: 'rotated once' })
  const { client } = dropping(1)
  const { secret } = await client.apiKeys.rotate({ id: apiKey.id, overlapSeconds: 0 })
  expect((await world.as(secret).apiKeys.get(apiKey.id)).secretVersions).toHaveLength(2)
})

test('two calls with the same idempotency key return one result, or an error for another input', async () => {
  const { owner, projectId } = world
  const options = { idempotencyKey: 'a-key-of-my-own-with-enough-bits' }
  const first = await owner.apiKeys.create({ projectId, name: 'joined' }, options)
  expect(await owner.apiKeys.create({ projectId, name: 'joined' }, options)).toEqual(first)
  const other = await refusalOf(owner.apiKeys.create({ projectId, name: 'another' }, options))
  expect(other).toBeInstanceOf(ConflictError)
  const document = `mutation Own($input: ApiKeyCreateInput!) {
    apiKeyCreate(input: $input) { ... on ApiKeyCreatePayload { secret } } }`
  const own = await owner.request(document, { input: { projectId, name: 'joined' } }, options)
  expect(own).toEqual({ apiKeyCreate: { secret: first.secret } })
})

test('a mutation without an idempotency key is sent once', async () => {
  const { client, requests } = dropping(1)
  const organization = { id: world.organizationId, name: 'Renamed' }
  expect(await refusalOf(client.organizations.update(organization))).toBeInstanceOf(ConnectionError)
  expect(requests()).toBe(1)
})

test('authorize is sent once, because it may have charged limits', async () => {
  const { client, requests } = dropping(1)
  expect(await refusalOf(client.apiKeys.authorize([{ secret: 'any' }]))).toBeInstanceOf(ConnectionError)
  expect(requests()).toBe(1)
})

test('a query is retried up to maxRetries times', async () => {
  const { client, at } = answered((attempt) => (attempt < 3 ? unavailable() : viewer()))
  expect((await client.viewer.get()).kind).toBe('ANONYMOUS')
  expect(at).toHaveLength(3)
  const never = answered(() => unavailable())
  expect(await refusalOf(never.client.viewer.get({ maxRetries: 1 }))).toBeInstanceOf(ServerError)
  expect(never.at).toHaveLength(2)
  const slow = answered((attempt) => (attempt < 2 ? new Promise(() => {}) : viewer()))
  expect((await slow.client.viewer.get({ timeout: 30 })).kind).toBe('ANONYMOUS')
  const always = answered(() => new Promise(() => {}))
  expect(await refusalOf(always.client.viewer.get({ timeout: 10, maxRetries: 0 }))).toBeInstanceOf(TimeoutError)
  const refused = answered(() => answer({ errors: [{ message: 'No', extensions: { code: 'BAD_REQUEST' } }] }, 400))
  await refusalOf(refused.client.viewer.get())
  expect(refused.at).toHaveLength(1)
})

test('a short Retry-After is respected, and a long Retry-After throws immediately', async () => {
  const { client, at } = answered((attempt) => (attempt === 1 ? limited({ 'retry-after': '1' }) : viewer()))
  await client.viewer.get()
  const [first = 0, second = 0] = at
  expect(second - first).toBeGreaterThanOrEqual(990)
  const long = answered(() => limited({ 'retry-after': '3600' }))
  // If the client waited, the test would time out.
  const error = await refusalOf(long.client.viewer.get())
  expect(error).toBeInstanceOf(RateLimitError)
  expect(error).toMatchObject({ retryAfter: 3600 })
  expect(long.at).toHaveLength(1)
})
