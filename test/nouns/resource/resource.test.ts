import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import type { Client, Json } from '../../infra/app.ts'
import { createProject, startWorld, type World } from '../../infra/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

let projects = 0
let projectId: string
beforeEach(async () => {
  projects += 1
  projectId = await createProject(world.as.owner, world.ids.organization, `Project ${projects}`)
})

const register = (name: string, input: object = {}, as: Client = world.as.owner): Promise<Json> =>
  as.mutate('resourceRegister', { projectId, kind: 'FILE', name, ...input }, 'resource { id kind name project { id } }')

async function list(args = ''): Promise<Json> {
  const { data, errors } = await world.as.owner.ask(
    `query ($id: ID!) { project(id: $id) { resources${args} {
       totalCount nodes { id kind name } pageInfo { hasNextPage endCursor } } } }`,
    { id: projectId },
  )
  expect(errors).toBeUndefined()
  return data.project.resources
}

const auditOf = (targetId: string) =>
  world.database.prisma.auditEvent.findMany({
    where: { targetId: decodeId('Resource', targetId) ?? '' },
    orderBy: { sequence: 'asc' },
  })

const changesOf = (subjectId: string) =>
  world.database.prisma.changeEvent.findMany({
    where: { kind: 'RESOURCE_CHANGED', subjectId: decodeId('Resource', subjectId) ?? '' },
  })

test('registering a resource repeatedly creates it once', async () => {
  const { resource } = await register('  data.jsonl ')
  expect(resource).toMatchObject({ kind: 'FILE', name: 'data.jsonl', project: { id: projectId } })
  expect((await register('data.jsonl')).resource).toEqual(resource)
  // The same name in another kind or project is another resource.
  const others = [
    (await register('data.jsonl', { kind: 'EVALUATION' })).resource.id,
    (await register('data.jsonl', { projectId: world.ids.project })).resource.id,
    (await register('Data.jsonl')).resource.id,
  ]
  expect(new Set([resource.id, ...others]).size).toBe(4)
  expect(await auditOf(resource.id)).toMatchObject([
    { action: 'resource.registered', targetName: 'data.jsonl', actorKind: 'USER', details: { kind: 'FILE' } },
  ])
  expect(await changesOf(resource.id)).toMatchObject([{ projectId: decodeId('Project', projectId) }])
})

test('16 concurrent registrations of one resource create it once and all return it', async () => {
  const answers = await Promise.all(Array.from({ length: 16 }, () => register('at once')))
  expect(new Set(answers.map(({ resource }) => resource?.id)).size).toBe(1)
  expect((await list()).totalCount).toBe(1)
  expect(await auditOf(answers[0].resource.id)).toHaveLength(1)
})

test('the resource quota holds under concurrent registrations', async () => {
  const { limits } = world.app.runtime
  const most = limits.resourcesPerProject
  limits.resourcesPerProject = 3
  try {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => register(`file ${index}`)))
    const kinds = answers.map(({ __typename }) => __typename).sort()
    expect(kinds).toEqual([
      ...Array<string>(5).fill('LimitExceededError'),
      ...Array<string>(3).fill('ResourceRegisterPayload'),
    ])
    const { resource } = answers.find(({ __typename }) => __typename === 'ResourceRegisterPayload')
    expect((await register(resource.name)).resource).toEqual(resource)
    expect((await list()).totalCount).toBe(3)
  } finally {
    limits.resourcesPerProject = most
  }
  expect(most).toBe(10_000)
})

test('an archived project rejects new resources and removals', async () => {
  const { resource } = await register('kept')
  await world.as.owner.mutate('projectArchive', { id: projectId })
  expect((await register('new')).__typename).toBe('InvalidStateError')
  expect((await register('kept')).__typename).toBe('InvalidStateError')
  const removal = await world.as.owner.mutate('resourceRemove', { id: resource.id })
  expect(removal).toMatchObject({ __typename: 'InvalidStateError', resolvedBy: ['projectRestore'] })
  expect((await world.as.gateway.mutate('resourceRemove', { id: resource.id })).__typename).toBe('InvalidStateError')
  expect((await list()).nodes).toMatchObject([{ id: resource.id }])
})

test('resources are filtered by kind and paginated, newest first', async () => {
  for (const name of ['a', 'b', 'c']) await register(name)
  await register('d', { kind: 'CLUSTER' })
  expect((await list('(kind: CLUSTER)')).nodes).toMatchObject([{ name: 'd', kind: 'CLUSTER' }])
  expect(await list('(kind: ENDPOINT)')).toMatchObject({ totalCount: 0, nodes: [] })
  const first = await list('(kind: FILE, first: 2)')
  expect(first).toMatchObject({ totalCount: 3, nodes: [{ name: 'c' }, { name: 'b' }], pageInfo: { hasNextPage: true } })
  const second = await list(`(kind: FILE, first: 2, after: "${first.pageInfo.endCursor}")`)
  expect(second).toMatchObject({ nodes: [{ name: 'a' }], pageInfo: { hasNextPage: false } })
})

test('concurrent removals remove a resource once', async () => {
  const { resource } = await register('short-lived')
  const removals = await Promise.all(
    Array.from({ length: 4 }, () => world.as.owner.mutate('resourceRemove', { id: resource.id }, 'project { id }')),
  )
  // Those that came too late answer like repeated ones.
  expect(removals).toEqual(Array(4).fill({ __typename: 'ResourceRemovePayload', project: { id: projectId } }))
  expect((await list()).totalCount).toBe(0)
  const { data } = await world.as.owner.ask('query ($id: ID!) { node(id: $id) { id } }', { id: resource.id })
  expect(data.node).toBeNull()
  expect((await auditOf(resource.id)).map(({ action }) => action)).toEqual(['resource.registered', 'resource.removed'])
  expect(await changesOf(resource.id)).toHaveLength(2)
  // The name can be used again for another resource.
  expect((await register('short-lived')).resource.id).not.toBe(resource.id)
})

test('a gateway can register and remove resources in every project', async () => {
  const { as, ids } = world
  const { resource } = await register('by a gateway', {}, as.gateway)
  expect(resource).toMatchObject({ kind: 'FILE', name: 'by a gateway', project: null })
  const elsewhere = await register('elsewhere', { projectId: ids.foreign.project }, as.gateway)
  expect(elsewhere.resource).toMatchObject({ name: 'elsewhere', project: null })
  expect(await auditOf(resource.id)).toMatchObject([{ actorKind: 'GATEWAY', actorName: 'Canary gateway' }])
  const log = await as.owner.ask(
    `query ($id: ID!, $of: ID!) { project(id: $of) {
       auditLog(first: 1, filter: { targetId: $id }) { nodes { actor { kind id name } } } } }`,
    { id: resource.id, of: projectId },
  )
  const actor = { kind: 'GATEWAY', id: ids.gateway, name: 'Canary gateway' }
  expect(log.data.project.auditLog.nodes).toEqual([{ actor }])
  const removed = await as.gateway.mutate('resourceRemove', { id: resource.id }, 'project { id organization { id } }')
  expect(removed).toEqual({ __typename: 'ResourceRemovePayload', project: null })
  const { data, errors } = await as.gateway.ask(
    'query ($id: ID!) { node(id: $id) { ... on Resource { name project { id organization { name } } } } }',
    { id: elsewhere.resource.id },
  )
  expect([data.node, errors]).toEqual([{ name: 'elsewhere', project: null }, undefined])
  for (const id of [ids.organization, 'prj_00000000000000000000000000', 'nonsense']) {
    expect((await register('nowhere', { projectId: id }, as.gateway)).__typename).toBe('NotFoundError')
  }
})

test('removing a foreign resource returns the same error as removing a missing one', async () => {
  const { resource } = await register('ours')
  const answers = await Promise.all(
    [resource.id, 'res_00000000000000000000000000', world.ids.project, 'nonsense'].map((id) =>
      world.as.foreignOwner.mutate('resourceRemove', { id }),
    ),
  )
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(answers[0].__typename).toBe('NotFoundError')
  expect((await list()).totalCount).toBe(1)
})
