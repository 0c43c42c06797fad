import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, startApp, type TestApp } from '../../infra/app.ts'
import { createOrganization } from '../../infra/world.ts'

// Service-account tokens expire and rotate with an overlap, as keys do.

let app: TestApp
let owner: Client
let organizationId: string
beforeAll(async () => {
  app = await startApp()
  owner = await app.signUp('Owner')
  organizationId = (await createOrganization(owner, 'Acme')).id
})
afterAll(() => app?.close())

const FIELDS =
  'serviceAccount { id tokenExpiresAt tokenEndedAt previousRetiresAt tokenSeenBy { ... on User { name } } } token'

const create = (name: string, input: object = {}): Promise<Json> =>
  owner.mutate('serviceAccountCreate', { organizationId, name, role: 'MEMBER', ...input }, FIELDS)
const rotate = (id: string, input: object = {}): Promise<Json> =>
  owner.mutate('serviceAccountTokenRotate', { id, ...input }, FIELDS)
const works = async (token: string): Promise<boolean> =>
  (await app.client(token).ask('{ viewer { kind } }')).data?.viewer.kind === 'SERVICE_ACCOUNT'

/** Moves the times of an account into the past. */
const elapse = (name: string, seconds: number) =>
  app.database.sql(
    `UPDATE service_account SET token_expires_at = token_expires_at - $1 * interval '1 second',
            previous_retires_at = previous_retires_at - $1 * interval '1 second'
      WHERE name = $2`,
    [seconds, name],
  )

test('a service account’s token works until it expires by the database’s clock', async () => {
  const before = app.database.clock.now().getTime()
  const { serviceAccount, token } = await create('expiring', { expiresInSeconds: 3600 })
  const lifetime = Date.parse(serviceAccount.tokenExpiresAt) - before
  expect(lifetime).toBeGreaterThanOrEqual(3_600_000)
  expect(lifetime).toBeLessThan(3_600_000 + 600_000)
  expect(serviceAccount.tokenSeenBy).toEqual({ name: 'Owner' })
  expect(await works(token)).toBe(true)
  await elapse('expiring', 4_300)
  expect(await works(token)).toBe(false)
  // Expired, it gets no overlap.
  const rotated = await rotate(serviceAccount.id, { overlapSeconds: 600 })
  expect(rotated.serviceAccount).toMatchObject({ tokenExpiresAt: null, previousRetiresAt: null })
  expect([await works(token), await works(rotated.token)]).toEqual([false, true])
})

test('both tokens work until a rotation’s overlap ends', async () => {
  const { serviceAccount, token: first } = await create('overlapping')
  const { token: second, serviceAccount: rotated } = await rotate(serviceAccount.id, { overlapSeconds: 3600 })
  expect(Date.parse(rotated.previousRetiresAt)).toBeGreaterThan(app.database.clock.now().getTime())
  expect([await works(first), await works(second)]).toEqual([true, true])
  const { token: third } = await rotate(serviceAccount.id, { overlapSeconds: 3600 })
  expect([await works(first), await works(second), await works(third)]).toEqual([false, true, true])
  await elapse('overlapping', 3700)
  expect([await works(second), await works(third)]).toEqual([false, true])
  const { token: fourth } = await rotate(serviceAccount.id)
  expect([await works(third), await works(fourth)]).toEqual([false, true])
})

test('an overlap ends no later than the previous token’s expiration', async () => {
  const { serviceAccount } = await create('short', { expiresInSeconds: 60 })
  const rotated = await rotate(serviceAccount.id, { overlapSeconds: 3600, expiresInSeconds: 7200 })
  expect(rotated.serviceAccount.previousRetiresAt).toBe(serviceAccount.tokenExpiresAt)
  expect(rotated.serviceAccount.tokenExpiresAt > rotated.serviceAccount.previousRetiresAt).toBe(true)
})

test('a lifetime that is given twice, in the past, or out of range is rejected with the name of its field', async () => {
  const future = new Date(Date.now() + 86_400_000).toISOString()
  const { id } = (await create('refused')).serviceAccount
  for (const [path, input] of [
    ['expiresInSeconds', { expiresAt: future, expiresInSeconds: 60 }],
    ['expiresInSeconds', { expiresInSeconds: 0 }],
    ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
  ] as const) {
    expect((await create('rejected too', input)).issues?.[0].path).toEqual([path])
    expect((await rotate(id, input)).issues?.[0].path).toEqual([path])
  }
  for (const overlapSeconds of [-1, 604_801]) {
    expect((await rotate(id, { overlapSeconds })).issues[0].path).toEqual(['overlapSeconds'])
  }
})
