import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACTORS, createKey, createProject, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from './gateway.ts'

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

let names = 0
const fresh = (input: object = {}) => {
  names += 1
  return createKey(world.as.owner, world.ids.project, `verified ${names}`, input)
}

/** Sends a request through the graph and the forward-auth endpoint, and expects the same decision. */
async function ask(secret: string, question: Record<string, string> = {}) {
  const answer = await gateway.verify({ secret, ...question })
  const headers: Record<string, string> = {}
  for (const [name, header] of [
    ['workload', 'keyward-workload'],
    ['model', 'keyward-model'],
    ['resourceId', 'keyward-resource'],
    ['clientIp', 'keyward-client-ip'],
  ] as const) {
    const value = question[name]
    if (value !== undefined) headers[header] = value
  }
  const response = await gateway.authorize(secret, headers)
  const accepted = answer.__typename === 'ApiKeyAllowed'
  expect(response.status).toBe(accepted ? 200 : answer.httpStatus)
  expect(response.headers.get('keyward-reason')).toBe(accepted ? '' : answer.reason)
  expect(response.headers.get('keyward-key-id')).toBe(accepted ? answer.credentialId : (answer.rejected ?? ''))
  expect(await response.json()).toMatchObject(
    accepted ? { allowed: true, projectId: answer.projectId } : { allowed: false, reason: answer.reason },
  )
  return answer
}

test('a live key is allowed, with exactly the fields that a gateway needs', async () => {
  const key = await fresh()
  const answer = await ask(key.secret, { workload: 'INFERENCE', clientIp: '203.0.113.9' })
  expect(answer).toMatchObject({
    __typename: 'ApiKeyAllowed',
    kind: 'API_KEY',
    credentialId: key.id,
    projectId: world.ids.project,
    organizationId: world.ids.organization,
    secretVersion: 1,
    expiresAt: null,
    warnings: [],
  })
})

describe('a secret is denied with a reason and a status:', () => {
  test('MALFORMED, if a secret with our prefix has a wrong checksum', async () => {
    const { secret } = await fresh()
    const wrong = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`
    expect(await ask(wrong)).toMatchObject({ reason: 'MALFORMED', httpStatus: 401, rejected: null })
  })

  test('NOT_FOUND, if a secret in another format is unknown', async () => {
    expect(await ask('sk-nobody-has-this-one')).toMatchObject({ reason: 'NOT_FOUND', httpStatus: 401, rejected: null })
  })

  test('REVOKED, from the next request after the revocation', async () => {
    const key = await fresh()
    expect(await ask(key.secret)).toMatchObject({ __typename: 'ApiKeyAllowed' })
    await world.as.owner.mutate('apiKeyRevoke', { id: key.id })
    await expect.poll(async () => (await gateway.verify({ secret: key.secret })).reason).toBe('REVOKED')
    expect(await ask(key.secret)).toMatchObject({ reason: 'REVOKED', httpStatus: 401, rejected: key.id })
  })

  test('SECRET_RETIRED, if it is the old secret after a rotation’s overlap', async () => {
    const key = await fresh()
    const { secret } = await world.as.owner.mutate('apiKeyRotate', { id: key.id }, 'secret')
    await expect
      .poll(async () => (await gateway.verify({ secret: key.secret })).warnings)
      .toEqual(['SECRET_RETIRES_SOON'])
    expect(await ask(secret)).toMatchObject({ secretVersion: 2, warnings: [] })
    await world.as.owner.mutate('apiKeyRotationFinish', { id: key.id })
    await expect.poll(async () => (await gateway.verify({ secret: key.secret })).reason).toBe('SECRET_RETIRED')
    expect(await ask(secret)).toMatchObject({ __typename: 'ApiKeyAllowed', credentialId: key.id })
  })

  test('PROJECT_ARCHIVED, until the project is restored', async () => {
    const project = await createProject(world.as.owner, world.ids.organization, 'To be archived')
    const key = await createKey(world.as.owner, project, 'archived with it')
    expect(await ask(key.secret)).toMatchObject({ __typename: 'ApiKeyAllowed' })
    await world.as.owner.mutate('projectArchive', { id: project })
    await expect.poll(async () => (await gateway.verify({ secret: key.secret })).reason).toBe('PROJECT_ARCHIVED')
    expect(await ask(key.secret)).toMatchObject({ httpStatus: 403 })
    await world.as.owner.mutate('projectRestore', { id: project })
    await expect.poll(async () => (await gateway.verify({ secret: key.secret })).__typename).toBe('ApiKeyAllowed')
  })

  test("IP_NOT_ALLOWED, if the address is outside the key's networks or missing", async () => {
    const { secret } = await fresh({ allowedIps: ['10.0.0.0/8', '2001:db8::/32'] })
    expect(await ask(secret, { clientIp: '10.255.0.1' })).toMatchObject({ __typename: 'ApiKeyAllowed' })
    expect(await ask(secret, { clientIp: '::ffff:10.1.2.3' })).toMatchObject({ __typename: 'ApiKeyAllowed' })
    expect(await ask(secret, { clientIp: '2001:db8::1' })).toMatchObject({ __typename: 'ApiKeyAllowed' })
    // Failed before: addresses with a port or in brackets were in no network.
    for (const clientIp of ['10.255.0.1:4711', '[2001:db8::1]:443', '[2001:db8::1]']) {
      expect(await ask(secret, { clientIp })).toMatchObject({ __typename: 'ApiKeyAllowed' })
    }
    const outside = ['11.0.0.1', '11.0.0.1:80', '2001:db9::1', '[2001:db9::1]:443', 'nonsense', 'unknown', '10.1.2.3:x']
    for (const clientIp of outside) {
      expect(await ask(secret, { clientIp })).toMatchObject({ reason: 'IP_NOT_ALLOWED', httpStatus: 403 })
    }
    expect(await ask(secret)).toMatchObject({ reason: 'IP_NOT_ALLOWED' })
  })

  test("WORKLOAD_NOT_ALLOWED, if the workload is not among the key's or missing", async () => {
    const { secret } = await fresh({ workloads: ['INFERENCE'] })
    expect(await ask(secret, { workload: 'INFERENCE' })).toMatchObject({ __typename: 'ApiKeyAllowed' })
    expect(await ask(secret, { workload: 'BATCH' })).toMatchObject({ reason: 'WORKLOAD_NOT_ALLOWED', httpStatus: 403 })
    // The message blamed "this workload" before, although the request names none.
    const message = expect.stringContaining('the request has none')
    expect(await ask(secret)).toMatchObject({ reason: 'WORKLOAD_NOT_ALLOWED', message })
  })

  test('a consumer without limits does not change the decision', async () => {
    const { secret } = await fresh()
    const response = await gateway.authorize(secret, { 'keyward-consumer': 'customer 42' })
    expect([response.status, response.headers.get('keyward-consumer')]).toEqual([200, 'customer 42'])
    expect(await response.json()).toMatchObject({ allowed: true, consumer: 'customer 42' })
    const wrong = await gateway.authorize(secret, { 'keyward-consumer': 'x'.repeat(129) })
    expect([wrong.status, wrong.headers.get('keyward-reason')]).toEqual([400, 'BAD_REQUEST'])
  })

  test("EXPIRED, by the database's clock, until a later expiration is set", async () => {
    const expiresAt = new Date(world.database.clock.now().getTime() + 60_000).toISOString()
    const key = await fresh({ expiresAt })
    expect(await ask(key.secret)).toMatchObject({ warnings: ['EXPIRES_SOON'] })
    world.database.clock.advance(61_000)
    expect(await ask(key.secret)).toMatchObject({ reason: 'EXPIRED', httpStatus: 401 })
    await world.as.owner.mutate('apiKeyExpirationSet', { id: key.id, expiresAt: null })
    await expect.poll(async () => (await gateway.verify({ secret: key.secret })).__typename).toBe('ApiKeyAllowed')
  })
})

test('rule 06: only keys of a resource’s project are allowed to use the resource', async () => {
  const register = async (as: keyof World['as'], projectId: string) => {
    const input = { projectId, kind: 'FINE_TUNED_MODEL', name: 'support-bot-v3' }
    const { resource } = await world.as[as].mutate('resourceRegister', input, 'resource { id }')
    return resource.id as string
  }
  const own = await register('owner', world.ids.project)
  const other = await register('owner', world.ids.otherProject)
  const foreign = await register('foreignOwner', world.ids.foreign.project)
  const { secret } = await fresh()
  expect(await ask(secret, { resourceId: own })).toMatchObject({ __typename: 'ApiKeyAllowed' })
  const missing = `${own.slice(0, -1)}${own.endsWith('0') ? '1' : '0'}`
  for (const resourceId of [other, foreign, missing, world.ids.project, 'nonsense']) {
    const { asOf: _, ...answer } = await ask(secret, { resourceId })
    expect(answer).toMatchObject({ reason: 'RESOURCE_NOT_IN_PROJECT', httpStatus: 403 })
  }
})

test('the legacy key is allowed for its default project, with a warning in every response', async () => {
  const answer = await ask(world.as.legacyKey.token ?? '')
  expect(answer).toMatchObject({
    kind: 'LEGACY_KEY',
    credentialId: world.ids.legacyKey,
    projectId: world.ids.defaultProject,
    warnings: ['LEGACY_KEY_DEPRECATED'],
  })
})

test('only gateways can verify secrets', async () => {
  const strangers = ['anonymous', 'expiredKey', 'revokedKey']
  for (const actor of ACTORS.filter((each) => each !== 'gateway')) {
    const { data, errors } = await world.as[actor].ask('{ apiKeysVerify(inputs: []) { __typename } }')
    expect(data?.apiKeysVerify ?? null, actor).toBeNull()
    expect(errors?.[0]?.extensions.code, actor).toBe(strangers.includes(actor) ? 'UNAUTHENTICATED' : 'FORBIDDEN')
  }
  const { secret } = await fresh()
  for (const token of ['', 'nonsense', secret, world.as.owner.token ?? '']) {
    const response = await gateway.authorize(secret, { 'keyward-gateway': token })
    expect([response.status, response.headers.get('keyward-reason')]).toEqual([401, 'GATEWAY_UNKNOWN'])
    const { message } = await response.json()
    expect(message).toContain(token === '' ? 'Send the token of a gateway' : 'carries an unknown token')
  }
})

// Failed while an unreadable body was ignored and the request allowed.
test('the forward-auth endpoint rejects an unreadable body with advice', async () => {
  const { secret } = await fresh()
  const post = async (body: string, headers: Record<string, string>) => {
    const response = await gateway.authorize(secret, headers, { method: 'POST', body })
    return { status: response.status, message: (await response.json()).message }
  }
  const json = { 'content-type': 'application/json; charset=utf-8' }
  expect(await post('{"workload":"INFERENCE","modle":"no-such-model"}', json)).toEqual({
    status: 400,
    message: 'modle: unknown member of the body.',
  })
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    expect(await post('{"model":"no-such-model"}', { 'content-type': type }), type).toEqual({
      status: 400,
      message: 'The body must be JSON: send it with `content-type: application/json`.',
    })
  }
  expect((await post('', { 'content-type': 'text/plain' })).status).toBe(200)
  expect((await post('{"estimatedCost":0.25,"estimatedUnits":null}', json)).status).toBe(200)
})

test('a secret shows its last use shortly after a request', async () => {
  const key = await fresh()
  await ask(key.secret)
  const lastUsed = async () => {
    const { data } = await world.as.owner.ask('query ($id: ID!) { node(id: $id) { ... on ApiKey { lastUsedAt } } }', {
      id: key.id,
    })
    return data.node.lastUsedAt
  }
  await expect.poll(lastUsed, { timeout: 10_000 }).not.toBeNull()
})

test('one call verifies up to 100 secrets, in order', async () => {
  const { secret } = await fresh()
  const inputs = Array.from({ length: 100 }, (_, index) => ({ secret: index % 2 === 0 ? secret : `nobody-${index}` }))
  const query = 'query ($inputs: [ApiKeyVerifyInput!]!) { apiKeysVerify(inputs: $inputs) { __typename } }'
  const { data } = await gateway.client.ask(query, { inputs })
  const types = data.apiKeysVerify.map((answer: { __typename: string }) => answer.__typename)
  expect(types).toEqual(inputs.map((_, index) => (index % 2 === 0 ? 'ApiKeyAllowed' : 'ApiKeyDenied')))
  const { errors } = await gateway.client.ask(query, { inputs: [...inputs, { secret }] })
  expect(errors?.[0]?.extensions.code).toBe('BAD_REQUEST')
})

test('the forward-auth endpoint also accepts JSON', async () => {
  const { secret } = await fresh({ workloads: ['BATCH'] })
  const post = (body: string) =>
    gateway.authorize(secret, { 'content-type': 'application/json' }, { method: 'POST', body })
  expect((await post('{"workload":"BATCH"}')).status).toBe(200)
  expect((await post('{"workload":"INFERENCE"}')).headers.get('keyward-reason')).toBe('WORKLOAD_NOT_ALLOWED')
  for (const body of ['{"workload":"SLEEPING"}', 'nonsense', '[]', `{"model":"${'x'.repeat(20_000)}"}`]) {
    const response = await post(body)
    expect([response.status, response.headers.get('keyward-reason')]).toEqual([400, 'BAD_REQUEST'])
  }
  const response = await gateway.authorize(null)
  expect([response.status, response.headers.get('keyward-reason')]).toEqual([401, 'NO_SECRET'])
})

// Failed when only the graph updated the last-seen time of gateways.
test('a gateway that uses only the forward-auth endpoint has a last-seen time', async () => {
  const quiet = await startGateway(world)
  await quiet.authorize('sk-nobody-has-this-one')
  const seen = () =>
    world.database.sql<{ at: Date | null }>('SELECT last_seen_at AS at FROM gateway ORDER BY id DESC LIMIT 1')
  await expect.poll(async () => (await seen())[0]?.at ?? null, { timeout: 10_000 }).not.toBeNull()
})
