import { parseSecret } from '@keyward/engine/secret'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashSecret } from '../../../schema/api-key/secret.ts'
import { removeExpiredChildTokens } from '../../../schema/child-token/service.ts'
import { reportFound } from '../../../schema/leak/found.ts'
import { loadModels } from '../../../schema/model/load.ts'
import { ORIGIN, startApp } from '../../infra/app.ts'
import { createKey, sha256, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

/*
 * `POST /token` exchanges the secret of a key for a child token (RFC 8693). The tests of narrowed keys are red while a child
 * token keeps the scopes that it was made with: see the removals in test/promises/authorization.
 */

const PAGE = 'https://app.example'

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
  await loadModels(world.app.runtime, {
    models: ['meta/small', 'meta/large', 'other'].map((slug) => ({
      slug,
      displayName: slug,
      workload: 'INFERENCE' as const,
    })),
  })
})
afterAll(() => world?.close())

let made = 0
async function newKey(more: object = {}): Promise<{ id: string; secret: string }> {
  made += 1
  return createKey(world.as.owner, world.ids.project, `parent ${made}`, more)
}

const EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
}

const post = (body: string, headers: Record<string, string> = {}, path = '/token', method = 'POST') =>
  world.app.fetch(
    new Request(ORIGIN + path, {
      method,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      ...(method === 'GET' ? {} : { body }),
    }),
  )

const exchange = (secret: string, more: Record<string, string> = {}) =>
  post(new URLSearchParams({ ...EXCHANGE, subject_token: secret, ...more }).toString())

async function child(secret: string, more: Record<string, string> = {}): Promise<string> {
  const response = await exchange(secret, more)
  const answer = (await response.json()) as { access_token?: string }
  if (!answer.access_token) throw new Error(JSON.stringify(answer))
  return answer.access_token
}

async function read(id: string, fields: string): Promise<Record<string, unknown>> {
  const query = `query ($id: ID!) { node(id: $id) { ... on ApiKey { ${fields} } } }`
  return (await world.as.owner.ask(query, { id })).data.node
}

/** ALLOWED or the reason of the denial. The graph and the forward-auth endpoint must agree. */
async function ask(secret: string, question: { workload?: string; model?: string } = {}): Promise<unknown> {
  const answer = await gateway.verify({ secret, ...question })
  const headers: Record<string, string> = {}
  if (question.workload) headers['keyward-workload'] = question.workload
  if (question.model) headers['keyward-model'] = question.model
  const response = await gateway.authorize(secret, headers)
  expect(response.status).toBe(answer.reason ? answer.httpStatus : 200)
  return answer.reason ?? 'ALLOWED'
}

describe('a child token', () => {
  test('is issued in the form of RFC 8693 and stored only as a hash', async () => {
    const { id, secret } = await newKey()
    const response = await exchange(secret, { scope: 'workload:INFERENCE model:meta/*', expires_in: '120' })
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('pragma')).toBe('no-cache')
    const answer = (await response.json()) as Record<string, string>
    expect(answer).toEqual({
      access_token: expect.stringMatching(/^kw_tmp_[0-9A-Za-z]{49}$/),
      issued_token_type: EXCHANGE.subject_token_type,
      token_type: 'Bearer',
      expires_in: 120,
      scope: 'workload:INFERENCE model:meta/*',
    })
    const token = answer.access_token ?? ''
    expect(parseSecret(token)).toEqual({ shape: 'keyward', kind: 'tmp' })
    const [row] = await world.database.sql<{ text: string }>(
      'SELECT t::text AS text FROM child_token t WHERE hash = $1',
      [hashSecret(token)],
    )
    expect(row?.text).not.toContain(token)
    const decision = await gateway.verify({ secret: token, workload: 'INFERENCE', model: 'meta/small' })
    expect(decision).toMatchObject({ __typename: 'ApiKeyAllowed', kind: 'API_KEY', credentialId: id, secretVersion: 1 })
  })

  test('allows the requests that both its scope and its key allow', async () => {
    const { id, secret } = await newKey({ workloads: ['INFERENCE', 'BATCH'], models: ['meta/*', 'other'] })
    const token = await child(secret, { scope: 'workload:INFERENCE model:meta/*' })
    const other = await child(secret)
    const small = { workload: 'INFERENCE', model: 'meta/small' }
    expect(await ask(token, small)).toBe('ALLOWED')
    expect(await ask(token, { ...small, workload: 'BATCH' })).toBe('WORKLOAD_NOT_ALLOWED')
    expect(await ask(token, { ...small, model: 'other' })).toBe('MODEL_NOT_ALLOWED')
    expect(await ask(other, { workload: 'BATCH', model: 'other' })).toBe('ALLOWED')
    const setScopes = (workloads: string[], models: string[]) =>
      world.as.owner.mutate('apiKeyScopesSet', { id, workloads, models })
    await setScopes(['INFERENCE', 'BATCH'], ['meta/large', 'other'])
    await expect.poll(() => ask(token, small)).toBe('MODEL_NOT_ALLOWED')
    expect(await ask(token, { ...small, model: 'meta/large' })).toBe('ALLOWED')
    // Nothing in common is left: an empty list would allow everything.
    await setScopes(['BATCH'], [])
    await expect.poll(() => ask(token, small)).toBe('REVOKED')
    await setScopes([], ['other'])
    await expect.poll(() => ask(token, small)).toBe('REVOKED')
  })

  test('ends with its key or with the secret that created it', async () => {
    const { owner } = world.as
    const revoked = await newKey()
    const paused = await newKey()
    const rotated = await newKey()
    const tokens = {
      revoked: await child(revoked.secret),
      paused: await child(paused.secret),
      rotated: await child(rotated.secret),
    }
    for (const token of Object.values(tokens)) expect(await ask(token)).toBe('ALLOWED')
    await owner.mutate('apiKeyRevoke', { id: revoked.id })
    await owner.mutate('apiKeyPause', { id: paused.id })
    const { secret: second } = await owner.mutate('apiKeyRotate', { id: rotated.id, overlapSeconds: 600 }, 'secret')
    const newer = await child(second)
    expect(await ask(tokens.rotated)).toBe('ALLOWED')
    await owner.mutate('apiKeyRotationFinish', { id: rotated.id })
    await expect.poll(() => ask(tokens.revoked)).toBe('REVOKED')
    await expect.poll(() => ask(tokens.paused)).toBe('PAUSED')
    await expect.poll(() => ask(tokens.rotated)).toBe('SECRET_RETIRED')
    expect(await ask(newer)).toBe('ALLOWED')
    await owner.mutate('apiKeyResume', { id: paused.id })
    await expect.poll(() => ask(tokens.paused)).toBe('ALLOWED')
  })

  test('never outlives its key', async () => {
    const expiresAt = new Date(world.database.clock.now().getTime() + 90_000).toISOString()
    const { id, secret } = await newKey({ expiresAt })
    const response = await exchange(secret, { expires_in: '3600' })
    const answer = (await response.json()) as { access_token: string; expires_in: number }
    expect(answer.expires_in).toBeLessThanOrEqual(90)
    expect(await ask(answer.access_token)).toBe('ALLOWED')
    const live = async () => (await read(id, 'liveChildTokens')).liveChildTokens
    expect(await live()).toBe(1)
    await world.database.sql('UPDATE child_token SET expires_at = created_at WHERE hash = $1', [
      hashSecret(answer.access_token),
    ])
    expect(await live()).toBe(0)
    expect(await removeExpiredChildTokens(world.database)).toBeGreaterThanOrEqual(1)
  })

  test('cannot be used in the graph, exchanged again, or imported by its hash', async () => {
    const { id, secret } = await newKey()
    const token = await child(secret, { scope: 'model:meta/*' })
    const again = await exchange(token)
    expect([again.status, await again.json()]).toMatchObject([400, { error: 'invalid_request' }])
    const graph = await world.client(token).ask('{ viewer { kind } }')
    expect(JSON.stringify(graph)).toContain('UNAUTHENTICATED')
    const { outcomes } = await world.as.owner.mutate(
      'apiKeysImport',
      { organizationId: world.ids.organization, rows: [{ name: 'a child', sha256: sha256(token) }] },
      'outcomes { error { __typename } }',
    )
    expect(outcomes[0].error.__typename).toBe('ConflictError')
    expect(await ask(token, { model: 'meta/small' })).toBe('ALLOWED')
    // A leaked child token ends, and its key does not.
    const { recognized, failures } = await reportFound(world.app.runtime, [
      { hash: hashSecret(token), source: 'a page', url: null },
    ])
    expect({ recognized, failures }).toMatchObject({ recognized: [{ kind: 'CHILD_TOKEN' }], failures: [] })
    await expect.poll(() => ask(token, { model: 'meta/small' })).toBe('EXPIRED')
    expect(await ask(secret)).toBe('ALLOWED')
    expect((await read(id, 'status')).status).toBe('ACTIVE')
  })
})

describe('the token endpoint rejects', () => {
  let key: { id: string; secret: string }
  beforeAll(async () => {
    key = await newKey({ workloads: ['INFERENCE'], models: ['meta/*'] })
  })

  test.each<[string, Record<string, string>, string]>([
    ['an unknown secret', { subject_token: 'nothing' }, 'invalid_request'],
    ['a malformed secret', { subject_token: 'kw_proj_x' }, 'invalid_request'],
    ['another grant type', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['no grant type', { grant_type: '' }, 'invalid_request'],
    ['another type of subject', { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'invalid_request'],
    ['another requested type', { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' }, 'invalid_request'],
    ['an actor', { actor_token: 'x' }, 'invalid_request'],
    ['an audience', { audience: 'https://elsewhere.example' }, 'invalid_target'],
    ['a resource', { resource: 'https://elsewhere.example' }, 'invalid_target'],
    ['a lifetime over an hour', { expires_in: '3601' }, 'invalid_request'],
    ['a lifetime of nothing', { expires_in: '0' }, 'invalid_request'],
    ['a lifetime that is not a number', { expires_in: '1e3' }, 'invalid_request'],
    ['a wider workload', { scope: 'workload:BATCH' }, 'invalid_scope'],
    ['an unknown workload', { scope: 'workload:toString' }, 'invalid_scope'],
    ['a wider model', { scope: 'model:*' }, 'invalid_scope'],
    ['a malformed model', { scope: 'model:a*b' }, 'invalid_scope'],
    ['a scope of another kind', { scope: 'openid' }, 'invalid_scope'],
  ])('%s', async (_what, more, error) => {
    const response = await exchange(key.secret, more)
    expect(response.status).toBe(400)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const text = await response.text()
    expect(JSON.parse(text)).toEqual({ error, error_description: expect.any(String) })
    expect(text).not.toContain(key.secret)
  })

  test('secrets in the URL, bodies that are not forms, repeated parameters and large bodies', async () => {
    const body = new URLSearchParams({ ...EXCHANGE, subject_token: key.secret }).toString()
    const statuses = await Promise.all([
      post('', {}, `/token?${body}`),
      post(body, {}, '/token', 'GET'),
      post(JSON.stringify(EXCHANGE), { 'content-type': 'application/json' }),
      post(`${body}&scope=a&scope=b`),
      post(`${body}&scope=${'a'.repeat(20_000)}`),
      post('\u0000=%ff%&&&=='),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([400, 405, 400, 400, 413, 400])
    for (const response of statuses) expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('revoked keys, keys from another network, and credentials of other kinds', async () => {
    const revoked = await newKey()
    await world.as.owner.mutate('apiKeyRevoke', { id: revoked.id })
    const bound = await newKey({ allowedIps: ['192.0.2.0/24'] })
    for (const { secret } of [revoked, bound]) expect((await exchange(secret)).status).toBe(400)
    const others = [world.as.legacyKey, world.as.adminAccount, gateway].map(({ token }) => token ?? '')
    for (const token of others) expect((await exchange(token)).status).toBe(400)
  })

  test('a key with too many live child tokens', async () => {
    const { secret } = await newKey()
    const { limits } = world.app.runtime
    const most = limits.childTokensPerKey
    limits.childTokensPerKey = 2
    try {
      await child(secret)
      await child(secret)
      const response = await exchange(secret)
      expect(response.status).toBe(429)
      expect(response.headers.get('retry-after')).toBe('60')
      expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
    } finally {
      limits.childTokensPerKey = most
    }
  })
})

test('pages of configured origins can call the token endpoint', async () => {
  const open = await startApp({ environment: { KEYWARD_CORS_ORIGINS: PAGE } })
  try {
    const send = (method: string, headers: Record<string, string>) =>
      open.app.fetch(new Request(`${ORIGIN}/token`, { method, headers }))
    const preflight = await send('OPTIONS', { origin: PAGE, 'access-control-request-method': 'POST' })
    expect(preflight.status).toBe(204)
    const allowed = await send('POST', { origin: PAGE })
    expect(allowed.headers.get('access-control-allow-origin')).toBe(PAGE)
    const other = await send('POST', { origin: 'https://other.example' })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  } finally {
    await open.close()
  }
})
