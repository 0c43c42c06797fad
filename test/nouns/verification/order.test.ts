import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { createKey, createProject } from '../../infra/world.ts'
import { startUsageWorld, type UsageWorld } from '../usage/setting.ts'
import { startGateway, type TestGateway } from './gateway.ts'

let world: UsageWorld
let gateway: TestGateway
beforeAll(async () => {
  world = await startUsageWorld()
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

const AUTHORIZE = `mutation ($inputs: [ApiKeyAuthorizeInput!]!) { apiKeysAuthorize(inputs: $inputs) {
  __typename ... on ApiKeyAllowed { reservation } ... on ApiKeyDenied { reason } } }`

/** The reason of a denial. Null if the request is allowed and has charged the limits. */
async function reasonOf(secret: string, question: object): Promise<string | null> {
  const { data, errors } = await gateway.client.ask(AUTHORIZE, { inputs: [{ secret, ...question }] })
  if (errors) throw new Error(JSON.stringify(errors))
  return data.apiKeysAuthorize[0].reason ?? null
}

const resourceIn = async (projectId: string): Promise<string> =>
  (await world.as.owner.mutate('resourceRegister', { projectId, kind: 'FILE', name: 'f' }, 'resource { id }')).resource
    .id

/*
 * docs/verification.md promises this order. MALFORMED and NOT_FOUND cannot meet other reasons, because there is no key.
 * Failed with the checks in another order, and with limits charged before the request's targets were checked.
 */
test('a denial reports the first applicable reason in the documented order', async () => {
  const { owner } = world.as
  const project = await createProject(owner, world.ids.organization, 'Everything is wrong')
  const now = world.database.clock.now().getTime()
  const { id, secret } = await createKey(owner, project, 'wrong in every way', {
    expiresAt: new Date(now + 60_000).toISOString(),
    workloads: ['BATCH'],
    allowedIps: ['192.0.2.0/24'],
  })
  // The limits allow one request and one dollar. If a denial charged them, the last request would be denied.
  await owner.mutate('apiKeyLimitsSet', { id, requestsPerMinute: 1, budgets: [{ period: 'TOTAL', usd: '1' }] })
  const rotated = await owner.mutate('apiKeyRotate', { id, overlapSeconds: 30 }, 'secret')
  await owner.mutate('projectArchive', { id: project })
  world.database.clock.advance(120_000)
  const [own, other] = [await resourceIn(world.ids.otherProject), 'nonsense']

  const question: Json = {
    workload: 'INFERENCE',
    clientIp: '198.51.100.1',
    resourceId: own,
    model: 'public/offline',
    estimatedCost: '1',
  }
  const told = async (of = rotated.secret) => reasonOf(of, question)
  await expect.poll(() => told(secret)).toBe('SECRET_RETIRED')
  expect(await told()).toBe('EXPIRED')
  await owner.mutate('projectRestore', { id: project })
  await owner.mutate('apiKeyExpirationSet', { id, expiresAt: null })
  await owner.mutate('projectArchive', { id: project })
  await expect.poll(told).toBe('PROJECT_ARCHIVED')
  await owner.mutate('projectRestore', { id: project })
  await expect.poll(told).toBe('IP_NOT_ALLOWED')
  question.clientIp = '192.0.2.1'
  expect(await told()).toBe('WORKLOAD_NOT_ALLOWED')
  question.workload = 'BATCH'
  expect(await told()).toBe('RESOURCE_NOT_IN_PROJECT')
  question.resourceId = other
  expect(await told()).toBe('RESOURCE_NOT_IN_PROJECT')
  question.resourceId = await resourceIn(project)
  expect(await told()).toBe('MODEL_NOT_AVAILABLE')
  question.model = 'public/chat'
  question.estimatedCost = '2'
  expect(await told()).toBe('BUDGET_EXCEEDED')
  question.estimatedCost = '1'
  expect(await told()).toBeNull()
  // The last request has used up both limits.
  expect(['RATE_LIMITED', 'BUDGET_EXCEEDED']).toContain(await told())
  await owner.mutate('apiKeyRevoke', { id })
  await expect.poll(told).toBe('REVOKED')
  expect(await told(secret)).toBe('REVOKED')
})

// A cached key contains its rights. Models are cached separately.
test("a model is allowed if it is online and either public or in the key's project", async () => {
  const { secret } = await createKey(world.as.owner, world.ids.project, 'calls models')
  for (const model of ['public/chat', 'own/project']) {
    expect(await gateway.verify({ secret, model })).toMatchObject({ __typename: 'ApiKeyAllowed' })
  }
  for (const model of ['own/other', 'public/offline', 'public/none', '', ' ', 'naïve']) {
    const { asOf: _, ...answer } = await gateway.verify({ secret, model })
    expect(answer).toMatchObject({ reason: 'MODEL_NOT_AVAILABLE', httpStatus: 403 })
    expect(JSON.stringify(answer)).not.toContain(world.ids.otherProject)
  }
})

test('the legacy key can use only its default project’s resources', async () => {
  const secret = world.as.legacyKey.token ?? ''
  const [own, other] = [await resourceIn(world.ids.defaultProject), await resourceIn(world.ids.project)]
  const warnings = ['LEGACY_KEY_DEPRECATED']
  expect(await gateway.verify({ secret, resourceId: own })).toMatchObject({ __typename: 'ApiKeyAllowed', warnings })
  expect(await gateway.verify({ secret, resourceId: other })).toMatchObject({ reason: 'RESOURCE_NOT_IN_PROJECT' })
  expect(await gateway.verify({ secret, model: 'public/chat' })).toMatchObject({ warnings })
  expect(await gateway.verify({ secret, model: 'own/project' })).toMatchObject({ reason: 'MODEL_NOT_AVAILABLE' })
})
