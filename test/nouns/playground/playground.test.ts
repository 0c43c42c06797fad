import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadModels } from '../../../schema/model/load.ts'
import {
  ACTORS,
  addCollaborator,
  createKey,
  createProject,
  startWorld,
  tokenOf,
  type World,
} from '../../infra/world.ts'

/*
 * The keys and models that a person can use in the playground: every live key of every project that they may use, in
 * all their organizations, and the models of these projects and keys. Failed without the visibility condition in any of
 * the four look-ups of schema/playground/reach.ts (keys, keys of a model, projects, models).
 */

let world: World
/** A person with a role in two organizations: collaborator of one project here, member elsewhere. */
let person: World['as'][keyof World['as']] & { email: string }
let elsewhere: { organization: string; project: string }

beforeAll(async () => {
  world = await startWorld()
  const { as, ids } = world
  person = await world.signUp('Somebody of two')
  const invited = await as.owner.mutate(
    'collaboratorAdd',
    { projectId: ids.project, email: person.email, role: 'MEMBER' },
    'acceptUrl',
  )
  await person.mutate('invitationAccept', { token: tokenOf(invited.acceptUrl) })
  const { organization, project } = ids.foreign
  const member = await as.foreignOwner.mutate(
    'memberInvite',
    { organizationId: organization, email: person.email, role: 'MEMBER' },
    'acceptUrl',
  )
  await person.mutate('invitationAccept', { token: tokenOf(member.acceptUrl) })
  elsewhere = { organization, project }
  await createKey(as.owner, ids.project, 'batches only', { workloads: ['BATCH'] })
  await loadModels(world.app.runtime, {
    models: [
      { slug: 'a/public', displayName: 'Public', workload: 'INFERENCE' },
      { slug: 'b/own', displayName: 'Own', workload: 'INFERENCE', project: ids.project },
      { slug: 'c/other', displayName: 'Of the other project', workload: 'INFERENCE', project: ids.otherProject },
      { slug: 'd/batch', displayName: 'Batch', workload: 'BATCH' },
      { slug: 'e/offline', displayName: 'Offline', workload: 'INFERENCE', status: 'OFFLINE' },
      { slug: 'f/elsewhere', displayName: 'Elsewhere', workload: 'INFERENCE', project: elsewhere.project },
    ],
  })
})
afterAll(() => world?.close())

type Named = { name: string }
const namesOf = (nodes: Named[]): string[] => nodes.map(({ name }) => name).sort()

const KEYS = '{ viewer { playground { apiKeys(first: 100) { totalCount nodes { name project { name } } } } } }'
const MODELS = `query ($status: ModelStatus = ONLINE, $workload: Workload) { viewer { playground {
  models(first: 100, status: $status, workload: $workload) {
    totalCount nodes { model { slug status } projects { id name } apiKeys { name } } } } } }`

async function models(client: Pick<typeof person, 'ask'>, variables: object = {}) {
  const { data, errors } = await client.ask(MODELS, variables)
  expect(errors).toBeUndefined()
  return data.viewer.playground.models
}

test('the playground is null for every caller who is not a person', async () => {
  for (const actor of ACTORS) {
    const { data, errors } = await world.as[actor].ask('{ viewer { kind playground { __typename } } }')
    if (errors) expect(['expiredKey', 'revokedKey']).toContain(actor)
    else expect(data.viewer.playground !== null, actor).toBe(data.viewer.kind === 'USER')
  }
})

test('the playground lists and counts the live keys in the person’s projects', async () => {
  const { data, errors } = await person.ask(KEYS)
  expect(errors).toBeUndefined()
  const { nodes, totalCount } = data.viewer.playground.apiKeys
  // Expired and revoked keys do not count, nor do keys of the organization's other projects.
  expect(namesOf(nodes)).toEqual(['batches only', 'elsewhere', 'live'])
  expect(totalCount).toBe(3)
})

test('the playground’s keys are paginated without repetition', async () => {
  const page =
    'query ($after: String) { viewer { playground { apiKeys(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }'
  const first = (await person.ask(page)).data.viewer.playground.apiKeys
  const second = (await person.ask(page, { after: first.pageInfo.endCursor })).data.viewer.playground.apiKeys
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false])
  expect(new Set([...first.nodes, ...second.nodes].map(({ id }: { id: string }) => id)).size).toBe(3)
})

test('an archived project has no keys or models in the playground until it is restored', async () => {
  const { as, ids } = world
  const project = await createProject(as.owner, ids.organization, 'Shelved')
  await createKey(as.owner, project, 'shelved')
  const model = { slug: 'g/shelved', displayName: 'Shelved', workload: 'INFERENCE', project }
  await loadModels(world.app.runtime, { models: [model] })
  const seen = async () => {
    const keys = (await as.owner.ask(KEYS)).data.viewer.playground.apiKeys.nodes
    const { nodes } = await models(as.owner)
    return {
      key: namesOf(keys).includes('shelved'),
      model: nodes.some((node: { model: { slug: string } }) => node.model.slug === 'g/shelved'),
      project: namesOf(nodes[0].projects).includes('Shelved'),
      keyOfPublic: namesOf(nodes[0].apiKeys).includes('shelved'),
    }
  }
  expect(await seen()).toEqual({ key: true, model: true, project: true, keyOfPublic: true })
  await as.owner.mutate('projectArchive', { id: project })
  expect(await seen()).toEqual({ key: false, model: false, project: false, keyOfPublic: false })
  await as.owner.mutate('projectRestore', { id: project })
  expect(await seen()).toEqual({ key: true, model: true, project: true, keyOfPublic: true })
  await as.owner.mutate('projectArchive', { id: project })
})

test('the playground offers a project’s own models only in that project', async () => {
  const { nodes, totalCount } = await models(person)
  const bySlug = new Map(nodes.map((node: { model: { slug: string } }) => [node.model.slug, node]))
  expect([...bySlug.keys()]).toEqual(['a/public', 'b/own', 'd/batch', 'f/elsewhere'])
  expect(totalCount).toBe(4)
  expect(bySlug.get('a/public')).toMatchObject({
    projects: [{ id: world.ids.project }, { id: elsewhere.project }].sort((a, b) => (a.id < b.id ? -1 : 1)),
  })
  expect(bySlug.get('b/own')).toMatchObject({ projects: [{ name: 'Production' }], apiKeys: [{ name: 'live' }] })
  expect(bySlug.get('f/elsewhere')).toMatchObject({
    projects: [{ id: elsewhere.project }],
    apiKeys: [{ name: 'elsewhere' }],
  })
  const publicKeys = namesOf((bySlug.get('a/public') as { apiKeys: Named[] }).apiKeys)
  expect(publicKeys).toEqual(['elsewhere', 'live'])
  // Keys that are limited to workloads reach the models of these workloads.
  const batchKeys = namesOf((bySlug.get('d/batch') as { apiKeys: Named[] }).apiKeys)
  expect(batchKeys).toEqual(['batches only', 'elsewhere', 'live'])
})

test('the playground lists ONLINE models by default and can filter by status and workload', async () => {
  const slugs = async (variables: object) =>
    (await models(person, variables)).nodes.map((node: { model: { slug: string } }) => node.model.slug)
  expect(await slugs({ status: 'OFFLINE' })).toEqual(['e/offline'])
  expect(await slugs({ workload: 'BATCH' })).toEqual(['d/batch'])
  expect(await slugs({ status: null })).toEqual(['a/public', 'b/own', 'd/batch', 'e/offline', 'f/elsewhere'])
})

test('the playground shows no keys or models to a person without a role', async () => {
  const nobody = await world.signUp('Nobody yet')
  expect((await models(nobody)).totalCount).toBe(0)
  expect((await nobody.ask(KEYS)).data.viewer.playground.apiKeys).toEqual({ totalCount: 0, nodes: [] })
})

test('losing a role removes its keys and models from the playground immediately', async () => {
  const { as, ids } = world
  const { account } = ids
  const leaver = await world.signUp('Leaver')
  const invited = await as.owner.mutate(
    'memberInvite',
    { organizationId: ids.organization, email: leaver.email, role: 'MEMBER' },
    'acceptUrl',
  )
  await leaver.mutate('invitationAccept', { token: tokenOf(invited.acceptUrl) })
  const { data } = await leaver.ask('{ viewer { user { id } } }')
  const collaborator = await addCollaborator(as.owner, ids.otherProject, data.viewer.user.id, 'MEMBER')
  const names = async () => namesOf((await leaver.ask(KEYS)).data.viewer.playground.apiKeys.nodes)
  expect(account).toBeDefined()
  expect(await names()).toContain('other')
  await as.owner.mutate('collaboratorRemove', { id: collaborator })
  expect(await names()).not.toContain('other')
})
