import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKey, foreignSecret } from '../../infra/world.ts'
import { atOnce, MANY, newIdempotencyKey, type Stage, startStage, tally } from './at-once.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.close())

const distinct = (values: unknown[]) => [...new Set(values.map((value) => JSON.stringify(value)))]

test('64 concurrent creations with the same idempotency key and input return the same key and secret', async () => {
  const { owner, projectId, database, client } = stage
  const input = { projectId, name: 'once', tags: [{ key: 'a', value: 'b' }], idempotencyKey: newIdempotencyKey() }
  const create = () => owner.mutate('apiKeyCreate', input, 'apiKey { id } secret')
  const before = await rows()
  const outcomes = await atOnce(create)
  expect(tally(outcomes)).toEqual({ ApiKeyCreatePayload: MANY })
  expect(distinct(outcomes)).toHaveLength(1)
  const [{ secret, apiKey }] = outcomes
  expect((await client(secret).ask('{ viewer { actor { ... on ApiKey { id } } } }')).data.viewer.actor).toEqual(apiKey)
  // After half a day it returns the same result. After a day it is a new request.
  database.clock.advance(12 * 3_600_000)
  expect(await create()).toEqual(outcomes[0])
  expect(await rows()).toEqual(before.map((count) => count + 1))
  database.clock.advance(12 * 3_600_000)
  expect(await create()).toMatchObject({
    __typename: 'ConflictError',
    message: expect.stringContaining('already has this name'),
  })
})

const rows = async (): Promise<number[]> => {
  const { prisma } = stage.database
  return Promise.all([
    prisma.apiKey.count(),
    prisma.apiKeySecret.count(),
    prisma.apiKeyTag.count(),
    prisma.auditEvent.count(),
    prisma.changeEvent.count(),
  ])
}

test('concurrent creations with one idempotency key and different inputs create one key', async () => {
  const { owner, projectId, database } = stage
  const idempotencyKey = newIdempotencyKey()
  const create = (name: string) =>
    owner.mutate('apiKeyCreate', { projectId, name, idempotencyKey }, 'apiKey { id name } secret')
  const outcomes = await atOnce((index) => create(`half ${index % 2}`))
  expect(tally(outcomes)).toEqual({ ApiKeyCreatePayload: MANY / 2, ConflictError: MANY / 2 })
  const won = outcomes.filter(({ __typename }) => __typename === 'ApiKeyCreatePayload')
  expect(distinct(won)).toHaveLength(1)
  expect(await database.prisma.apiKey.count({ where: { nameKey: { startsWith: 'half' } } })).toBe(1)
  const [lost] = outcomes.filter(({ __typename }) => __typename === 'ConflictError')
  expect(lost.message).toMatch(/idempotency key.*different input/)
})

test('an idempotency key applies only to its caller and its mutation', async () => {
  const { owner, projectId, organizationId, client } = stage
  const idempotencyKey = newIdempotencyKey()
  const { token } = await owner.mutate(
    'serviceAccountCreate',
    { organizationId, name: 'somebody else', role: 'ADMIN', idempotencyKey },
    'token',
  )
  const first = await owner.mutate('apiKeyCreate', { projectId, name: 'of one', idempotencyKey }, 'secret')
  const second = await client(token).mutate('apiKeyCreate', { projectId, name: 'of two', idempotencyKey }, 'secret')
  expect(tally([first, second])).toEqual({ ApiKeyCreatePayload: 2 })
  expect(first.secret).not.toBe(second.secret)
})

test('a failed creation stores nothing under its idempotency key', async () => {
  const { owner, projectId, database } = stage
  await createKey(owner, projectId, 'taken')
  const idempotencyKey = newIdempotencyKey()
  const refused = await owner.mutate('apiKeyCreate', { projectId, name: 'taken', idempotencyKey })
  expect(refused).toMatchObject({ __typename: 'ConflictError' })
  const again = await owner.mutate('apiKeyCreate', { projectId, name: 'free', idempotencyKey })
  expect(again).toMatchObject({ __typename: 'ApiKeyCreatePayload' })
  expect(await database.prisma.apiKey.count({ where: { nameKey: 'taken' } })).toBe(1)
})

test('repeating a mutation with its idempotency key returns the same secret or link', async () => {
  const { owner, projectId, organizationId } = stage
  await owner.mutate('legacyKeyImport', { organizationId, secret: foreignSecret() })
  const { id } = await createKey(owner, projectId, 'for repeats')
  const account = await owner.mutate(
    'serviceAccountCreate',
    { organizationId, name: 'for repeats', role: 'MEMBER' },
    'serviceAccount { id }',
  )
  const mutations: [string, object, string][] = [
    ['apiKeyRotate', { id }, 'secret'],
    ['serviceAccountCreate', { organizationId, name: 'repeated', role: 'MEMBER' }, 'serviceAccount { id } token'],
    ['serviceAccountTokenRotate', { id: account.serviceAccount.id }, 'token'],
    ['legacyKeyRegenerate', { organizationId }, 'secret'],
    ['memberInvite', { organizationId, email: 'a@people.example', role: 'MEMBER' }, 'acceptUrl invitation { id }'],
    ['collaboratorAdd', { projectId, email: 'b@people.example', role: 'MEMBER' }, 'acceptUrl invitation { id }'],
  ]
  for (const [name, input, selection] of mutations) {
    const idempotencyKey = newIdempotencyKey()
    const run = (given: object) => owner.mutate(name, { ...given, idempotencyKey }, selection)
    const outcomes = await atOnce(() => run(input), 8)
    expect(distinct(outcomes), name).toHaveLength(1)
    expect(outcomes[0].__typename).toMatch(/Payload$/)
    expect(outcomes[0]).toEqual(await run(input))
  }
})
