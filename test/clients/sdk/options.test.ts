import { type Attempt, ConflictError, Keyward, type TypedDocument } from '@keyward/sdk'
import { createGateway } from '@keyward/sdk/gateway'
import { parse, print } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN } from '../../infra/app.ts'
import { answer, refusalOf, type SdkWorld, startSdkWorld } from './world.ts'

let world: SdkWorld

beforeAll(async () => {
  world = await startSdkWorld()
})
afterAll(() => world.close())

test('withOptions preserves options that are not replaced', async () => {
  const { owner, projectId, person, organizationId } = world
  const { secret, apiKey } = await owner.apiKeys.create({ projectId, name: 'another' })
  const asKey = owner.withOptions({ token: secret })
  expect((await asKey.viewer.get()).actor).toMatchObject({ id: apiKey.id })
  expect((await asKey.withOptions({ token: null }).viewer.get()).kind).toBe('ANONYMOUS')
  expect((await owner.viewer.get()).kind).toBe('USER')
  const { token } = await person('Foreigner')
  expect(await refusalOf(owner.withOptions({ token }).organizations.get(organizationId))).toMatchObject({
    code: 'NOT_FOUND',
  })
  for (const baseUrl of ['nowhere', '127.0.0.1:4000', 'ftp://127.0.0.1', 'http://']) {
    expect(() => owner.withOptions({ baseUrl })).toThrow(/`baseUrl` must be a URL that begins with http:/)
  }
})

test('onAttempt receives every attempt’s request id, without the request’s content', async () => {
  const { owner, ownerToken, projectId, fetch } = world
  const attempts: Attempt[] = []
  const onAttempt = (attempt: Attempt) => attempts.push(attempt)
  let requests = 0
  const unsteady = async (url: string, init: RequestInit) => {
    requests += 1
    if (requests === 1) throw new TypeError('terminated')
    if (requests === 2) return answer({ errors: [{ message: 'Away', extensions: { code: 'UNAVAILABLE' } }] }, 503)
    return fetch(url, init)
  }
  const client = owner.withOptions({ fetch: unsteady, onAttempt })
  const { secret } = await client.apiKeys.create({ projectId, name: 'told' })
  expect(attempts).toMatchObject([
    { operation: 'apiKeys.create', requestId: null, status: null },
    { operation: 'apiKeys.create', requestId: 'req-1234', status: 503 },
    { operation: 'apiKeys.create', requestId: expect.stringMatching(/^\S{8,}$/), status: 200 },
  ])
  for (const { milliseconds } of attempts) expect(milliseconds).toBeGreaterThanOrEqual(0)
  const conflict = await refusalOf(client.apiKeys.create({ projectId, name: 'told' }))
  expect(conflict).toBeInstanceOf(ConflictError)
  expect(conflict).toMatchObject({ requestId: attempts.at(-1)?.requestId })
  expect(JSON.stringify(attempts)).not.toContain(secret)
  expect(JSON.stringify(attempts)).not.toContain(ownerToken)
})

test('an exception in onAttempt does not fail the request', async () => {
  const client = world.owner.withOptions({
    onAttempt: () => {
      throw new Error('The log is full')
    },
  })
  expect((await client.viewer.get()).kind).toBe('USER')
})

test('request accepts text, or a syntax tree if the client has a print function', async () => {
  const { owner, organizationId } = world
  const text = 'query Named($id: ID!) { organization(id: $id) { ...Name } } fragment Name on Organization { name }'
  const tree: TypedDocument<{ organization: { name: string } | null }, { id: string }> = parse(text)
  const expected = { organization: { name: 'Acme' } }
  expect(await owner.request(text, { id: organizationId })).toEqual(expected)
  expect(await owner.request(new String(text), { id: organizationId })).toEqual(expected)
  const { organization } = await owner.withOptions({ print }).request(tree, { id: organizationId })
  expect(organization?.name).toBe('Acme')
  expect(await owner.withOptions({ print }).request(text, { id: organizationId })).toEqual(expected)
  expect(await refusalOf(owner.request(tree, { id: organizationId }))).toMatchObject({
    name: 'TypeError',
    message: expect.stringContaining('`print`'),
  })
  const anonymous = new Keyward({ baseUrl: ORIGIN, token: null, fetch: world.fetch, print })
  expect(await anonymous.request(parse('{ viewer { kind } }'))).toEqual({ viewer: { kind: 'ANONYMOUS' } })
})

// Failed with "must be ASCII without spaces", which says nothing of a variable that is not set.
test('creating a gateway without a token throws an error', () => {
  expect(() => createGateway({ baseUrl: ORIGIN, token: '' })).toThrow('`token` is missing')
})

// Failed while an unset token in CI sent no credential: lists were empty, and everything else was not found.
test('creating a client without a credential throws unless the token is null', () => {
  const { KEYWARD_TOKEN } = process.env
  try {
    delete process.env.KEYWARD_TOKEN
    for (const options of [{}, { token: '' }, { token: undefined }]) {
      expect(() => new Keyward({ baseUrl: ORIGIN, ...options })).toThrow(/^Pass `token`, or set KEYWARD_TOKEN/)
    }
    process.env.KEYWARD_TOKEN = ''
    expect(() => new Keyward({ baseUrl: ORIGIN })).toThrow(/^Pass `token`/)
    new Keyward({ baseUrl: ORIGIN, token: null })
    new Keyward({ baseUrl: ORIGIN, token: null, headers: { cookie: 'keyward.session=x' } })
  } finally {
    if (KEYWARD_TOKEN === undefined) delete process.env.KEYWARD_TOKEN
    else process.env.KEYWARD_TOKEN = KEYWARD_TOKEN
  }
})

test("baseUrl can be the server's address or the GraphQL endpoint", async () => {
  const { organizationId, owner } = world
  for (const baseUrl of [`${ORIGIN}/graphql`, `${ORIGIN}/graphql/`, `${ORIGIN}/`]) {
    expect((await owner.withOptions({ baseUrl }).organizations.get(organizationId)).name, baseUrl).toBe('Acme')
  }
})
