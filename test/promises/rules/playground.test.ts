import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeAnyId } from '../../../schema/core/ids.ts'
import { loadModels } from '../../../schema/model/load.ts'
import { createKey, createProject, startWorld, type World } from '../../infra/world.ts'
import { startGateway, type TestGateway } from '../../nouns/verification/gateway.ts'
import { whoAnswers } from './answering.ts'

let world: World
let gateway: TestGateway
beforeAll(async () => {
  world = await startWorld()
  gateway = await startGateway(world)
})
afterAll(() => world?.close())

test('rule 10: the playground lists every key of the account, across all its projects', async () => {
  const { as, ids } = world
  const { data: before } = await as.owner.ask('{ viewer { playground { apiKeys(first: 100) { nodes { id } } } } }')
  const added = []
  for (const name of ['Third', 'Fourth']) {
    const project = await createProject(as.owner, ids.organization, name)
    added.push((await createKey(as.owner, project, `in ${name}`)).id)
  }
  added.push((await createKey(as.owner, ids.defaultProject, 'in the default project')).id)
  const { data } = await as.owner.ask('{ viewer { playground { apiKeys(first: 100) { nodes { id } } } } }')
  const idsOf = (nodes: { id: string }[]) => nodes.map(({ id }) => id).sort()
  const known = [...added, ...idsOf(before.viewer.playground.apiKeys.nodes)].sort()
  expect(idsOf(data.viewer.playground.apiKeys.nodes)).toEqual(known)
  expect(known).toEqual(expect.arrayContaining([ids.apiKey, ids.otherProjectKey]))
})

test('rule 10: the playground lists the models that are available in any project of the account', async () => {
  const { as, ids } = world
  await loadModels(world.app.runtime, {
    models: [
      { slug: 'everyone', displayName: 'Everyone', workload: 'INFERENCE' },
      { slug: 'production', displayName: 'Production', workload: 'INFERENCE', project: ids.project },
      { slug: 'research', displayName: 'Research', workload: 'INFERENCE', project: ids.otherProject },
      { slug: 'theirs', displayName: 'Theirs', workload: 'INFERENCE', project: ids.foreign.project },
    ],
  })
  const { data } = await as.owner.ask(
    '{ viewer { playground { models { nodes { model { slug } projects { name } apiKeys { name } } } } } }',
  )
  const { nodes } = data.viewer.playground.models
  expect(nodes.map((node: { model: { slug: string } }) => node.model.slug)).toEqual([
    'everyone',
    'production',
    'research',
  ])
  expect(nodes[1]).toMatchObject({ projects: [{ name: 'Production' }], apiKeys: [{ name: 'live' }] })
  expect(nodes[2]).toMatchObject({ projects: [{ name: 'Research' }], apiKeys: [{ name: 'other' }] })
})

test('rule 10: a person calls models with a short-lived token that belongs to them and the default project', async () => {
  const { as, ids } = world
  const { token } = await as.projectMember.mutate(
    'playgroundTokenCreate',
    { organizationId: ids.organization },
    'token expiresAt',
  )
  expect(await gateway.verify({ secret: token, workload: 'INFERENCE', model: 'production' })).toMatchObject({
    __typename: 'ApiKeyAllowed',
    kind: 'PLAYGROUND',
    credentialId: ids.user.projectMember,
    projectId: ids.defaultProject,
    organizationId: ids.organization,
  })
  // The token can call models and nothing else. It does not sign the person in.
  expect(await whoAnswers(world, token)).toBeNull()
  world.database.clock.advance(10 * 60_000)
  expect(await gateway.verify({ secret: token, workload: 'INFERENCE', model: 'production' })).toMatchObject({
    reason: 'EXPIRED',
  })
})

test('rule 10: playground usage is attributed to the person and one of their projects', async () => {
  const { as, database, ids } = world
  const { token } = await as.externalMember.mutate(
    'playgroundTokenCreate',
    { organizationId: ids.organization },
    'token',
  )
  const { credentialId, organizationId, projectId } = await gateway.verify({ secret: token, model: 'everyone' })
  const event = {
    eventId: 'played-once',
    credentialId,
    organizationId,
    projectId,
    workload: 'INFERENCE',
    model: 'everyone',
    occurredAt: database.clock.now().toISOString(),
    cost: '0.25',
  }
  const recorded = await gateway.client.mutate('usageRecord', { events: [event] }, 'recorded rejected { message }')
  expect(recorded).toMatchObject({ recorded: 1, rejected: [] })
  const rows = await database.sql<Record<string, string | null>>(
    'SELECT credential_kind::text AS kind, credential_id, project_id, organization_id, user_id, cost::text AS cost FROM usage_hourly',
  )
  const uuid = (id: string | undefined) => decodeAnyId(id ?? '')?.uuid
  expect(rows).toEqual([
    {
      kind: 'PLAYGROUND',
      credential_id: uuid(ids.user.externalMember),
      project_id: uuid(ids.project),
      organization_id: uuid(ids.organization),
      user_id: uuid(ids.user.externalMember),
      cost: '0.250000000',
    },
  ])
})
