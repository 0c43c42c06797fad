import type { Keyward } from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import { type SdkWorld, startSdkWorld } from '../../clients/sdk/world.ts'

/* Keys that are limited to models. The cases of decisions are in `engine/cases`; conformance.test.ts compares them. */

let world: SdkWorld
let owner: Keyward
const ids: Record<string, string> = {}
beforeAll(async () => {
  world = await startSdkWorld()
  owner = world.owner
  const other = await owner.projects.create({ organizationId: world.organizationId, name: 'Other' })
  const model = (slug: string, project?: string) => ({
    slug,
    displayName: slug,
    workload: 'INFERENCE',
    ...(project ? { project } : {}),
  })
  const models = [
    model('meta/llama'),
    model('meta/code_llama'),
    model('metaXcode'),
    model('openai/oss'),
    model('own', world.projectId),
    model('foreign', other.id),
  ]
  await loadModels(world.app.runtime, { models })
  for await (const { slug, id } of owner.models.list()) ids[slug] = id
})
afterAll(() => world?.close())

let made = 0
const create = (models: string[], projectId = world.projectId) =>
  owner.apiKeys.create({ projectId, name: `models ${++made}`, models })
const slugs = async (client: Keyward) => (await client.models.list()).items.map(({ slug }) => slug)

test('model ids are stored as slugs', async () => {
  const { apiKey, secret } = await create([ids.own ?? '', 'meta/*', 'meta/*', 'openai/none'])
  expect(apiKey.models).toEqual(['own', 'meta/*', 'openai/none'])
  expect(await slugs(world.as(secret))).toEqual(['meta/code_llama', 'meta/llama', 'own'])
  // `_` is not a wildcard. Failed while patterns reached LIKE as they are.
  const narrow = await create(['meta_code*', 'meta/code_*'])
  expect(await slugs(world.as(narrow.secret))).toEqual(['meta/code_llama'])
  const [all] = [await create([])]
  expect(await slugs(world.as(all.secret))).toEqual(['meta/code_llama', 'meta/llama', 'metaXcode', 'openai/oss', 'own'])
  expect((await owner.apiKeys.setScopes({ id: all.apiKey.id, models: ['openai/*'] })).models).toEqual(['openai/*'])
  expect(await slugs(world.as(all.secret))).toEqual(['openai/oss'])
})

test('model patterns are limited in form, length and number', async () => {
  const wrong = [['*/llama'], ['meta llama'], [''], ['m'.repeat(201)], Array.from({ length: 101 }, (_, i) => `m${i}`)]
  for (const models of [
    ...wrong,
    [ids.foreign ?? ''],
    [String(ids.own).slice(0, -1) + (ids.own?.endsWith('0') ? '1' : '0')],
  ]) {
    await expect(create(models), JSON.stringify(models)).rejects.toMatchObject({ code: 'VALIDATION' })
  }
})

test('a policy’s models restrict new keys and changed scopes', async () => {
  const { id: projectId } = await owner.projects.create({ organizationId: world.organizationId, name: 'Bound' })
  const free = await create([], projectId)
  await owner.projects.setKeyPolicy({ projectId, models: ['meta/*', ids['openai/oss'] ?? ''] })
  expect(await owner.projects.getKeyPolicy(projectId)).toMatchObject({ models: ['meta/*', 'openai/oss'] })
  expect((await create([], projectId)).apiKey.models).toEqual(['meta/*', 'openai/oss'])
  const { apiKey } = await create(['meta/llama*'], projectId)
  for (const models of [[], ['*'], ['me*'], ['openai/*'], ['meta/*', 'own']]) {
    const set = owner.apiKeys.setScopes({ id: apiKey.id, models })
    await expect(set, JSON.stringify(models)).rejects.toMatchObject({ code: 'VALIDATION' })
  }
  await expect(create(['openai/*'], projectId)).rejects.toMatchObject({ code: 'VALIDATION' })
  const rows = [{ name: 'imported', projectId, sha256: 'a'.repeat(64), models: ['own'] }]
  const [outcome] = await owner.apiKeys.import({ organizationId: world.organizationId, rows })
  expect(outcome?.error).toMatchObject({ code: 'VALIDATION' })
  // Keys that are there stay as they are, and other changes to them work.
  expect((await owner.apiKeys.setScopes({ id: free.apiKey.id, workloads: ['BATCH'] })).models).toEqual([])
  await owner.projects.setKeyPolicy({ projectId, models: null })
  expect((await owner.apiKeys.setScopes({ id: apiKey.id, models: [] })).models).toEqual([])
})

test('the playground lists a key only under the models that the key allows', async () => {
  const { apiKey } = await create(['openai/*'])
  const listed: string[] = []
  for await (const { model, apiKeys } of owner.playground.models()) {
    if (apiKeys.some(({ id }) => id === apiKey.id)) listed.push(model.slug)
  }
  expect(listed).toEqual(['openai/oss'])
})
