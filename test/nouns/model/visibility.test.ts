import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import type { Json } from '../../infra/app.ts'
import { ACTORS, type ActorName, startWorld, type World } from '../../infra/world.ts'

let world: World
const models: Record<string, string> = {}
beforeAll(async () => {
  world = await startWorld()
  const { defaultProject, project, otherProject, foreign } = world.ids
  const row = (slug: string, more: object = {}) => ({ slug, displayName: slug, workload: 'INFERENCE', ...more })
  await loadModels(world.app.runtime, {
    models: [
      row('public/a'),
      row('public/b', { workload: 'BATCH', status: 'OFFLINE' }),
      row('own/default', { project: defaultProject }),
      row('own/project', { project }),
      row('own/other', { project: otherProject }),
      row('own/foreign', { project: foreign.project }),
    ],
  })
  const { data } = await world.as.gateway.ask('{ models { nodes { id slug } } }')
  for (const { id, slug } of data.models.nodes) models[slug] = id
})
afterAll(() => world?.close())

const PUBLIC = ['public/a', 'public/b']
const [DEFAULT, PROJECT, OTHER, FOREIGN] = ['own/default', 'own/project', 'own/other', 'own/foreign']
const OF_ORGANIZATION = [DEFAULT, OTHER, PROJECT]

/** The models that each actor sees in addition to the public ones. Members are MEMBER of the default project. */
const SEES: Record<Exclude<ActorName, 'anonymous' | 'expiredKey' | 'revokedKey'>, string[]> = {
  owner: OF_ORGANIZATION,
  admin: OF_ORGANIZATION,
  adminAccount: OF_ORGANIZATION,
  member: [DEFAULT],
  memberAccount: [DEFAULT],
  projectAdmin: [DEFAULT, PROJECT],
  projectMember: [DEFAULT, PROJECT],
  projectAdminAccount: [DEFAULT, PROJECT],
  projectMemberAccount: [DEFAULT, PROJECT],
  externalAdmin: [PROJECT],
  externalMember: [PROJECT],
  former: [],
  foreignOwner: [FOREIGN],
  liveKey: [PROJECT],
  otherProjectKey: [OTHER],
  foreignKey: [FOREIGN],
  legacyKey: [DEFAULT],
  gateway: [DEFAULT, FOREIGN, OTHER, PROJECT],
}

test.each(ACTORS)(
  'the catalogue shows %s the public models and the models of their projects, sorted by slug',
  async (actor) => {
    const { data, errors, status } = await world.as[actor].ask(
      '{ models { totalCount totalCountCapped nodes { slug } edges { node { slug } } } }',
    )
    if (actor === 'anonymous' || actor === 'expiredKey' || actor === 'revokedKey') {
      expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
      expect(status === 401 || data === null || data.models === null).toBe(true)
      return
    }
    const slugs = [...SEES[actor], ...PUBLIC].sort()
    expect(errors).toBeUndefined()
    expect(data.models.nodes.map(({ slug }: Json) => slug)).toEqual(slugs)
    expect(data.models.totalCount).toBe(slugs.length)
    const seen = await world.as[actor].ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Object.values(models),
    })
    expect(seen.errors).toBeUndefined()
    expect(seen.data.nodes).toEqual(Object.entries(models).map(([slug, id]) => (slugs.includes(slug) ? { id } : null)))
  },
)

test('an anonymous caller cannot see a public model by its id', async () => {
  const { data } = await world.as.anonymous.ask('query ($id: ID!) { node(id: $id) { id } }', { id: models['public/a'] })
  expect(data).toEqual({ node: null })
})

async function ofProject(actor: ActorName, id: string, args = '') {
  const { data, errors } = await world.as[actor].ask(
    `query ($id: ID!) { project(id: $id) { models${args} { totalCount nodes { slug project { id } } } } }`,
    { id },
  )
  return { models: data.project?.models, codes: errors?.map(({ extensions }) => extensions.code) }
}

test('a project lists the public models and its own models', async () => {
  const { project, otherProject } = world.ids
  const own = { slug: PROJECT, project: { id: project } }
  const open = PUBLIC.map((slug) => ({ slug, project: null }))
  for (const actor of ['owner', 'projectMember', 'externalMember', 'liveKey'] as const) {
    expect(await ofProject(actor, project)).toEqual({
      models: { totalCount: 3, nodes: [own, ...open] },
      codes: undefined,
    })
  }
  expect((await ofProject('owner', otherProject)).models.nodes[0].slug).toBe(OTHER)
  // A caller who sees only the project's name may not list its models.
  expect(await ofProject('member', project)).toEqual({ models: null, codes: ['FORBIDDEN'] })
})

test('models are filtered by workload and status, and paginated', async () => {
  const { project } = world.ids
  const slugs = async (args: string) =>
    (await ofProject('owner', project, args)).models.nodes.map(({ slug }: Json) => slug)
  expect(await slugs('(status: ONLINE)')).toEqual([PROJECT, 'public/a'])
  expect(await slugs('(workload: BATCH)')).toEqual(['public/b'])
  expect(await slugs('(workload: BATCH, status: ONLINE)')).toEqual([])
  const { data } = await world.as.owner.ask(
    '{ models(workload: INFERENCE, status: ONLINE, first: 3) { totalCount nodes { slug } pageInfo { hasNextPage endCursor } } }',
  )
  expect(data.models).toMatchObject({
    totalCount: 4,
    nodes: [DEFAULT, OTHER, PROJECT].map((slug) => ({ slug })),
    pageInfo: { hasNextPage: true },
  })
  const rest = await world.as.owner.ask(
    'query ($after: String) { models(workload: INFERENCE, first: 3, after: $after) { nodes { slug } pageInfo { hasNextPage } } }',
    { after: data.models.pageInfo.endCursor },
  )
  expect(rest.data.models).toEqual({ nodes: [{ slug: 'public/a' }], pageInfo: { hasNextPage: false } })
})

test('a gateway lists every model without the model’s project', async () => {
  const { data, errors } = await world.as.gateway.ask('{ models { nodes { slug project { id } } } }')
  expect(errors).toBeUndefined()
  expect(data.models.nodes).toHaveLength(6)
  expect(data.models.nodes.filter(({ project }: Json) => project !== null)).toEqual([])
})
