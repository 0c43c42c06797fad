import { afterAll, beforeAll, expect, test } from 'vitest'
import { ORIGIN } from '../../infra/app.ts'
import { createKey, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../verification/gateway.ts'

// `apiKeyTokenCreate` gives a child token to somebody who may rotate the key, and `POST /token/revoke` ends one (RFC 7009).

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

const FIELDS = 'apiKey { id liveChildTokens } token expiresAt'
const newKey = (name: string, more: object = {}) => createKey(world.as.owner, world.ids.project, name, more)
const create = (input: object) => world.as.projectMember.mutate('apiKeyTokenCreate', input, FIELDS)
const decide = async (secret: string) => (await gateway.verify({ secret, workload: 'INFERENCE' })).reason ?? 'ALLOWED'

const revoke = (parameters: Record<string, string>) =>
  world.app.fetch(new Request(`${ORIGIN}/token/revoke`, { method: 'POST', body: new URLSearchParams(parameters) }))

test('a child token can be narrower than its key, expires, and can be revoked by its holder', async () => {
  const { id, secret } = await newKey('run by a person', { workloads: ['INFERENCE', 'BATCH'] })
  const wide = await create({ id })
  const narrow = await create({ id, workloads: ['BATCH'], expiresInSeconds: 60 })
  expect(narrow.apiKey).toEqual({ id, liveChildTokens: 2 })
  expect(Date.parse(narrow.expiresAt) - world.database.clock.now().getTime()).toBeLessThanOrEqual(60_000)
  expect([await decide(wide.token), await decide(narrow.token)]).toEqual(['ALLOWED', 'WORKLOAD_NOT_ALLOWED'])
  const events = await world.database.sql<{ event: string }>(
    `SELECT to_jsonb(e)::text AS event FROM audit_event e WHERE action = 'apiKey.tokenCreated'`,
  )
  expect(events).toHaveLength(2)
  expect(JSON.stringify(events)).not.toContain('kw_tmp_')

  // Failed while the revocation did not notify gateways, which then used their cached data.
  const ended = await revoke({ token: wide.token })
  expect([ended.status, await ended.json(), ended.headers.get('cache-control')]).toEqual([200, {}, 'no-store'])
  await expect.poll(() => decide(wide.token)).toBe('EXPIRED')
  expect(await decide(secret)).toBe('ALLOWED')
  // A repeat, and a token that never existed.
  expect((await revoke({ token: wide.token })).status).toBe(200)
})

test('a child token ends with the secret that was current at its creation', async () => {
  const { id } = await newKey('rotated under its token', { workloads: ['BATCH'] })
  const { token } = await create({ id })
  await world.as.owner.mutate('apiKeyRotate', { id, overlapSeconds: 0 })
  await expect.poll(() => decide(token)).not.toBe('WORKLOAD_NOT_ALLOWED')
  const wider = await create({ id, workloads: ['INFERENCE'] })
  expect(wider).toMatchObject({
    __typename: 'ValidationError',
    message: expect.stringContaining('workload that the key'),
  })
  for (const expiresInSeconds of [0, 3_601]) {
    expect(await create({ id, expiresInSeconds })).toMatchObject({ __typename: 'ValidationError' })
  }
  await world.as.owner.mutate('apiKeyRevoke', { id })
  expect(await create({ id })).toMatchObject({ __typename: 'InvalidStateError' })
})

test('repeating a creation with the same idempotency key returns the same token', async () => {
  const { id } = await newKey('asked twice')
  const idempotencyKey = 'a-key-of-at-least-22-characters'
  const [first, second] = [await create({ id, idempotencyKey }), await create({ id, idempotencyKey })]
  expect(second.token).toBe(first.token)
})

test.each([
  ['no token', {}, 'invalid_request'],
  ['the secret of a key', { token: '' }, 'unsupported_token_type'],
  ['another text', { token: 'nonsense' }, 'unsupported_token_type'],
])('a token revocation with %s is rejected and revokes nothing', async (title, given, error) => {
  const { secret } = await newKey(`not revoked by ${title}`)
  const parameters: Record<string, string> = title.startsWith('the secret') ? { token: secret } : { ...given }
  const rejected = await revoke(parameters)
  expect([rejected.status, await rejected.json()]).toEqual([400, { error, error_description: expect.any(String) }])
  expect(await decide(secret)).toBe('ALLOWED')
})
