import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { createKey, sha256, type World } from '../../infra/world.ts'
import { type Setting, startSetting } from './setting.ts'

/*
 * A maximum lifetime binds every caller that creates a key or sets its expiration, including ADMINs. Failed when
 * requireLifetime accepted everything.
 */

const HOUR = 3600

let setting: Setting
let world: World
let made = 0
beforeAll(async () => {
  setting = await startSetting()
  world = setting.world
})
afterAll(() => world?.close())

test('rule 14: a project can require every new key to expire within a maximum lifetime', async () => {
  const { project } = world.ids
  await setting.set(world.as.owner, project, { maxLifetimeSeconds: HOUR })
  for (const actor of ['owner', 'projectAdmin', 'projectMember', 'externalMember'] as const) {
    const as = world.as[actor]
    for (const expiresAt of [undefined, null, setting.inSeconds(HOUR + 60)]) {
      const answer = await setting.create(project, { expiresAt }, as)
      expect(answer, actor).toMatchObject({ code: 'VALIDATION', issues: [{ path: ['expiresAt'] }] })
      // The error names the latest possible expiration.
      expect(answer.issues[0].message).toMatch(/\(\d{4}-\d\d-\d\dT/)
    }
    expect(await setting.create(project, { expiresAt: setting.inSeconds(HOUR - 60) }, as)).toHaveProperty('secret')
  }
  await setting.set(world.as.owner, project, { maxLifetimeSeconds: null })
  expect(await setting.create(project)).toHaveProperty('secret')
})

test('a maximum lifetime binds new expirations and leaves existing keys unchanged', async () => {
  const projectId = await setting.newProject()
  const { id } = await createKey(world.as.owner, projectId, 'eternal')
  await setting.set(world.as.owner, projectId, { maxLifetimeSeconds: HOUR })
  const expiration = (expiresAt: string | null) =>
    world.as.owner.mutate('apiKeyExpirationSet', { id, expiresAt }, 'apiKey { expiresAt }')
  for (const expiresAt of [null, setting.inSeconds(HOUR + 60)]) {
    expect(await expiration(expiresAt)).toMatchObject({ code: 'VALIDATION', issues: [{ path: ['expiresAt'] }] })
  }
  const { data } = await world.as.owner.ask(
    'query ($id: ID!) { node(id: $id) { ... on ApiKey { expiresAt status } } }',
    { id },
  )
  expect(data.node).toEqual({ expiresAt: null, status: 'ACTIVE' })
  expect((await expiration(setting.inSeconds(HOUR - 60))).apiKey.expiresAt).not.toBeNull()
  // Rotating a key does not extend its life.
  expect(await world.as.owner.mutate('apiKeyRotate', { id }, 'secret')).toHaveProperty('secret')
})

test('an import rejects only the rows that exceed the maximum lifetime', async () => {
  const bound = await setting.newProject({ maxLifetimeSeconds: HOUR })
  const free = await setting.newProject()
  const row = (projectId: string, expiresAt?: string) => {
    made += 1
    return {
      projectId,
      name: `imported ${made}`,
      sha256: sha256(`imported ${made}`),
      ...(expiresAt ? { expiresAt } : {}),
    }
  }
  const rows = [
    row(bound),
    row(free),
    row(bound, setting.inSeconds(HOUR - 60)),
    row(bound, setting.inSeconds(HOUR + 60)),
  ]
  const { outcomes } = await world.as.owner.mutate(
    'apiKeysImport',
    { organizationId: world.ids.organization, rows },
    'outcomes { row apiKey { id } error { code ... on ValidationError { issues { path } } } }',
  )
  expect(outcomes.map(({ apiKey }: Json) => apiKey !== null)).toEqual([false, true, true, false])
  expect(outcomes[0].error).toEqual({ code: 'VALIDATION', issues: [{ path: ['rows', '0', 'expiresAt'] }] })
  expect(outcomes[3].error).toEqual({ code: 'VALIDATION', issues: [{ path: ['rows', '3', 'expiresAt'] }] })
})
