import { afterAll, beforeAll, expect, test } from 'vitest'
import { createKey, sha256, type World } from '../../infra/world.ts'
import { budget, LIMITS, type Setting, startSetting } from './setting.ts'

/*
 * A maximum binds every caller that sets limits, including ADMINs. Failed when requireWithinMaximum accepted
 * everything, and when initialLimits returned no limits.
 */

let setting: Setting
let world: World
beforeAll(async () => {
  setting = await startSetting()
  world = setting.world
})
afterAll(() => world?.close())

const defaultLimits = { requestsPerMinute: 60, budgets: [budget('DAY', '1', { alertThresholds: [80] })] }
const maximumLimits = { requestsPerMinute: 600, budgets: [budget('DAY', '10'), budget('MONTH', '100')] }

test('a new key has the policy’s default limits, or else its maximum limits', async () => {
  const projectId = await setting.newProject({ defaultLimits })
  expect((await setting.create(projectId)).apiKey.limits).toEqual(defaultLimits)
  await setting.set(world.as.owner, projectId, { maximumLimits })
  const budgets = [...defaultLimits.budgets, budget('MONTH', '100')]
  expect((await setting.create(projectId)).apiKey.limits).toEqual({ requestsPerMinute: 60, budgets })
})

test('an imported key has the same policy limits as a new key', async () => {
  const projectId = await setting.newProject({ defaultLimits, maximumLimits })
  const { outcomes } = await world.as.owner.mutate(
    'apiKeysImport',
    {
      organizationId: world.ids.organization,
      rows: [{ projectId, name: 'moved in', sha256: sha256(`moved in to ${projectId}`) }],
    },
    `outcomes { apiKey { limits ${LIMITS} } error { message } }`,
  )
  const budgets = [...defaultLimits.budgets, budget('MONTH', '100')]
  expect(outcomes).toEqual([{ apiKey: { limits: { requestsPerMinute: 60, budgets } }, error: null }])
})

test('limits given for a new key replace the defaults, up to the policy’s maximum', async () => {
  const projectId = await setting.newProject({ defaultLimits, maximumLimits })
  const given = { requestsPerMinute: 600 }
  expect((await setting.create(projectId, { limits: given })).apiKey.limits).toMatchObject(given)
  const budgets = [budget('DAY', '10'), budget('MONTH', '99.999999999')]
  expect((await setting.create(projectId, { limits: { budgets } })).apiKey.limits).toEqual({
    requestsPerMinute: 60,
    budgets,
  })
  const wrong: [object, string[]][] = [
    [{ requestsPerMinute: 601 }, ['limits', 'requestsPerMinute']],
    [{ requestsPerMinute: null }, ['limits', 'requestsPerMinute']],
    [{ budgets: [budget('DAY', '10.000000001'), budget('MONTH', '1')] }, ['limits', 'budgets']],
    [{ budgets: [budget('DAY', '1')] }, ['limits', 'budgets']],
    // A budget that only raises alerts does not count as a bound.
    [{ budgets: [budget('DAY', '1', { onLimit: 'ALERT' }), budget('MONTH', '1')] }, ['limits', 'budgets']],
  ]
  for (const [limits, path] of wrong) {
    const answer = await setting.create(projectId, { limits })
    expect(answer, JSON.stringify(limits)).toMatchObject({ code: 'VALIDATION', issues: [{ path }] })
  }
})

test('only callers who are allowed to set limits can set a new key’s limits', async () => {
  const { project } = world.ids
  await setting.set(world.as.projectAdmin, project, { defaultLimits })
  const limits = { requestsPerMinute: 1 }
  for (const actor of ['projectMember', 'externalMember'] as const) {
    const refused = await setting.create(project, { limits }, world.as[actor])
    expect(refused, actor).toMatchObject({ code: 'FORBIDDEN', action: 'apiKey:setLimits' })
    expect((await setting.create(project, {}, world.as[actor])).apiKey.limits).toEqual(defaultLimits)
  }
  for (const actor of ['projectAdmin', 'externalAdmin', 'admin'] as const) {
    expect((await setting.create(project, { limits }, world.as[actor])).apiKey.limits.requestsPerMinute, actor).toBe(1)
  }
  await setting.set(world.as.projectAdmin, project, { defaultLimits: null })
})

test('a repeated creation returns the same key if the limits are the same', async () => {
  const projectId = await setting.newProject({ defaultLimits })
  const input = { projectId, name: 'repeated', idempotencyKey: 'limits-0123456789abcdefgh' }
  const again = (limits?: object) =>
    world.as.owner.mutate('apiKeyCreate', { ...input, ...(limits ? { limits } : {}) }, 'secret')
  const { secret } = await again({ requestsPerMinute: 7 })
  expect((await again({ requestsPerMinute: 7 })).secret).toBe(secret)
  expect(await again({ requestsPerMinute: 8 })).toMatchObject({ code: 'CONFLICT' })
  expect(await again()).toMatchObject({ code: 'CONFLICT' })
})

test('a key’s limits cannot be set above the policy’s maximum or cleared below it', async () => {
  const projectId = await setting.newProject()
  const { id } = await createKey(world.as.owner, projectId, 'from before')
  await setting.set(world.as.owner, projectId, {
    maximumLimits: { requestsPerMinute: 60, budgets: [budget('DAY', '5')] },
  })
  const setLimits = (limits: object) =>
    world.as.owner.mutate('apiKeyLimitsSet', { id, ...limits }, `apiKey { limits ${LIMITS} }`)
  // The key is older than the policy and has neither limit, so both are required.
  const missing = await setLimits({ requestsPerMinute: 60 })
  expect(missing).toMatchObject({ code: 'VALIDATION', issues: [{ path: ['budgets'] }] })
  const within = { requestsPerMinute: 60, budgets: [budget('DAY', '5')] }
  expect((await setLimits(within)).apiKey.limits).toEqual(within)
  for (const [limits, path] of [
    [{ requestsPerMinute: 61 }, ['requestsPerMinute']],
    [{ requestsPerMinute: null }, ['requestsPerMinute']],
    [{ budgets: [budget('DAY', '5.000000001')] }, ['budgets']],
    [{ budgets: [] }, ['budgets']],
  ] as const) {
    expect(await setLimits(limits)).toMatchObject({ code: 'VALIDATION', issues: [{ path }] })
  }
  const { data } = await world.as.owner.ask(
    `query ($id: ID!) { node(id: $id) { ... on ApiKey { limits ${LIMITS} } } }`,
    { id },
  )
  expect(data.node.limits).toEqual(within)
})

test('a key must have each rate of the policy’s maximum', async () => {
  const tokens = { unit: 'TOKENS', per: 'DAY', max: '1000' }
  const projectId = await setting.newProject({ maximumLimits: { rates: [tokens] } })
  const { apiKey } = await setting.create(projectId)
  const set = (rates: object[] | null) => world.as.owner.mutate('apiKeyLimitsSet', { id: apiKey.id, rates })
  expect(await set([tokens])).not.toMatchObject({ __typename: 'ValidationError' })
  for (const wrong of [[{ ...tokens, max: '1001' }], [{ ...tokens, per: 'HOUR' }], null])
    expect(await set(wrong)).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['rates'] }] })
})
