import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import type { World } from '../../infra/world.ts'
import { budget, NO_LIMITS, POLICY, type Setting, startSetting } from './setting.ts'

let setting: Setting
let world: World
const statements: string[] = []
beforeAll(async () => {
  setting = await startSetting({ onStatement: (sql) => statements.push(sql) })
  world = setting.world
})
afterAll(() => world?.close())

const trySet = (projectId: string, policy: object) =>
  world.as.owner.mutate('projectKeyPolicySet', { projectId, ...policy })

test('a project without a key policy shows the defaults', async () => {
  const { data } = await world.as.projectMember.ask(`query ($id: ID!) { project(id: $id) { ${POLICY} } }`, {
    id: world.ids.project,
  })
  expect(data.project.keyPolicy).toEqual({
    defaultLimits: NO_LIMITS,
    maximumLimits: NO_LIMITS,
    maxLifetimeSeconds: null,
    leakedKeyAction: 'REVOKE',
  })
})

test('setting a policy replaces given fields, keeps omitted ones and clears null ones', async () => {
  const projectId = await setting.newProject()
  const defaultLimits = { requestsPerMinute: 60, budgets: [budget('DAY', '2.5', { alertThresholds: [50, 80] })] }
  const maximumLimits = { requestsPerMinute: 600, budgets: [budget('DAY', '10'), budget('TOTAL', '0.000000001')] }
  expect(
    await setting.set(world.as.owner, projectId, { defaultLimits, maximumLimits, leakedKeyAction: 'FLAG' }),
  ).toEqual({
    defaultLimits,
    maximumLimits,
    maxLifetimeSeconds: null,
    leakedKeyAction: 'FLAG',
  })
  expect(await setting.set(world.as.owner, projectId, { maxLifetimeSeconds: 3600 })).toEqual({
    defaultLimits,
    maximumLimits,
    maxLifetimeSeconds: 3600,
    leakedKeyAction: 'FLAG',
  })
  const shorter = { requestsPerMinute: 5 }
  expect(await setting.set(world.as.owner, projectId, { defaultLimits: shorter, maximumLimits: null })).toMatchObject({
    defaultLimits: { requestsPerMinute: 5, budgets: [] },
    maximumLimits: NO_LIMITS,
    maxLifetimeSeconds: 3600,
  })
  expect(
    await setting.set(world.as.owner, projectId, { maxLifetimeSeconds: null, leakedKeyAction: null }),
  ).toMatchObject({
    maxLifetimeSeconds: null,
    leakedKeyAction: 'REVOKE',
  })
})

test('a policy stores every digit of a budget', async () => {
  const projectId = await setting.newProject()
  const maximumLimits = { requestsPerMinute: null, budgets: [budget('MONTH', '999999998.123456789')] }
  expect(await setting.set(world.as.owner, projectId, { maximumLimits })).toMatchObject({ maximumLimits })
})

test('a policy that contradicts itself or is out of range is rejected as a whole', async () => {
  const projectId = await setting.newProject({ maxLifetimeSeconds: 3600 })
  const wrong: [object, string[]][] = [
    [{}, ['maximumLimits']],
    [{ maxLifetimeSeconds: 59 }, ['maxLifetimeSeconds']],
    [{ maxLifetimeSeconds: -1 }, ['maxLifetimeSeconds']],
    [{ defaultLimits: { requestsPerMinute: 0 } }, ['defaultLimits', 'requestsPerMinute']],
    [{ maximumLimits: { budgets: [budget('DAY', '0')] } }, ['maximumLimits', 'budgets', '0', 'usd']],
    [{ maximumLimits: { budgets: [budget('DAY', '1'), budget('DAY', '2')] } }, ['maximumLimits', 'budgets']],
    [
      { defaultLimits: { requestsPerMinute: 61 }, maximumLimits: { requestsPerMinute: 60 } },
      ['defaultLimits', 'requestsPerMinute'],
    ],
    [
      { defaultLimits: { budgets: [budget('DAY', '2')] }, maximumLimits: { budgets: [budget('DAY', '1')] } },
      ['defaultLimits', 'budgets'],
    ],
  ]
  for (const [policy, path] of wrong) {
    const answer = await trySet(projectId, { leakedKeyAction: undefined, ...policy })
    expect(answer, JSON.stringify(policy)).toMatchObject({ code: 'VALIDATION', issues: [{ path }] })
  }
  expect(await setting.set(world.as.owner, projectId, { leakedKeyAction: 'FLAG' })).toEqual({
    defaultLimits: NO_LIMITS,
    maximumLimits: NO_LIMITS,
    maxLifetimeSeconds: 3600,
    leakedKeyAction: 'FLAG',
  })
})

test('a policy change is audited with its old and new values', async () => {
  const projectId = await setting.newProject({ maxLifetimeSeconds: 3600 })
  await setting.set(world.as.owner, projectId, {
    maxLifetimeSeconds: 7200,
    maximumLimits: { requestsPerMinute: 10, budgets: [budget('DAY', '1')] },
  })
  const { data } = await world.as.owner.ask(
    `query ($id: ID!) { project(id: $id) { auditLog(first: 1, filter: { actions: ["project.keyPolicySet"] }) { nodes { details { name value } } } } }`,
    { id: projectId },
  )
  const details = data.project.auditLog.nodes[0].details.map((fact: { name: string; value: string }) => [
    fact.name,
    fact.value,
  ])
  expect(Object.fromEntries(details)).toMatchObject({
    maxLifetimeSecondsBefore: '3600',
    maxLifetimeSeconds: '7200',
    maximumRequestsPerMinuteBefore: null,
    maximumRequestsPerMinute: '10',
    maximumBudgets: 'DAY 1 USD REJECT',
    leakedKeyAction: 'REVOKE',
  })
})

test('an archived project’s policy cannot be set', async () => {
  const projectId = await setting.newProject()
  await world.as.owner.mutate('projectArchive', { id: projectId })
  expect(await trySet(projectId, { maxLifetimeSeconds: 3600 })).toMatchObject({ code: 'INVALID_STATE' })
})

test('reading many projects’ policies sends one statement', async () => {
  const ids = [
    await setting.newProject({ maxLifetimeSeconds: 60 }),
    await setting.newProject({ maxLifetimeSeconds: 61 }),
  ]
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Project { keyPolicy { maxLifetimeSeconds } } } }'
  statements.length = 0
  const { data } = await world.as.owner.ask(query, { ids })
  expect(statements.filter((sql) => sql.includes('key_policy'))).toHaveLength(1)
  expect(data.nodes.map((node: Json) => node.keyPolicy.maxLifetimeSeconds)).toEqual([60, 61])
})
