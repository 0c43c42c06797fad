import { Keyward, NotFoundError } from '@keyward/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer, type SdkWorld, startSdkWorld } from './world.ts'

let world: SdkWorld
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

beforeAll(async () => {
  world = await startSdkWorld()
  for (const name of NAMES) await world.owner.apiKeys.create({ projectId: world.projectId, name })
})
afterAll(() => world.close())

const orderBy = { field: 'NAME', direction: 'ASC' } as const

test('awaiting a list returns its first page', async () => {
  const { owner, projectId } = world
  const page = await owner.apiKeys.list({ projectId, orderBy, pageSize: 3, totalCount: true })
  expect(page.items.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  expect(page).toMatchObject({ pageInfo: { hasNextPage: true }, totalCount: 7, totalCountCapped: false })
  expect((await page.next())?.items.map(({ name }) => name)).toEqual(['d', 'e', 'f'])
  expect(await owner.apiKeys.list({ projectId })).toMatchObject({ totalCount: null, pageInfo: { hasNextPage: false } })
})

test('iterating a list returns every item of every page', async () => {
  const { owner, projectId } = world
  const names: string[] = []
  for await (const { name } of owner.apiKeys.list({ projectId, orderBy, pageSize: 2 })) names.push(name)
  expect(names).toEqual(NAMES)
  const sizes: number[] = []
  for await (const page of owner.apiKeys.list({ projectId, pageSize: 4 }).pages()) sizes.push(page.items.length)
  expect(sizes).toEqual([4, 3])
})

test('iterating a list skips no items even if keys are revoked meanwhile', async () => {
  const { owner } = world
  const projectId = (await owner.projects.create({ organizationId: world.organizationId, name: 'Left' })).id
  for (let index = 0; index < 9; index += 1) await owner.apiKeys.create({ projectId, name: `key ${index}` })
  const filter = { statuses: ['ACTIVE' as const] }
  for await (const { id } of owner.apiKeys.list({ projectId, filter, pageSize: 2 })) {
    await owner.apiKeys.revoke({ id, reason: 'LEAKED' })
  }
  expect(await owner.apiKeys.list({ projectId, filter, totalCount: true })).toMatchObject({ items: [], totalCount: 0 })
})

test('a list loads only the pages that are read', async () => {
  const { fetch, ownerToken, projectId } = world
  let requests = 0
  const counted = (url: string, init: RequestInit) => {
    requests += 1
    return fetch(url, init)
  }
  const client = new Keyward({ token: ownerToken, fetch: counted })
  const list = client.apiKeys.list({ projectId, pageSize: 2 })
  expect(requests).toBe(0)
  for await (const { name } of list) if (name) break
  expect(requests).toBe(1)
  await expect(list.finally(() => {})).resolves.toBeDefined()
  const nothing = client.apiKeys.list({ projectId: 'prj_01h455vb4pex5vsknk084sn02q' })
  expect(await nothing.catch((error) => error)).toBeInstanceOf(NotFoundError)
})

test('a repeated cursor ends the list', async () => {
  const connection = { nodes: [{ id: 'org_1' }], pageInfo: { hasNextPage: true, endCursor: 'again' } }
  const fetch = async () => answer({ data: { viewer: { organizations: connection } } })
  const seen: string[] = []
  for await (const { id } of new Keyward({ token: null, fetch }).organizations.list()) seen.push(id)
  expect(seen).toHaveLength(2)
})
