import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeUser } from '../../../schema/user/remove.ts'
import type { Json } from '../../infra/app.ts'
import { createKey, createProject } from '../../infra/world.ts'
import { DAY_MS, HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

// Usage refers to permanent rows. It keeps its names after changes of the key, its people and its project.

let world: UsageWorld
let project: string

beforeAll(async () => {
  world = await startUsageWorld()
  project = await createProject(world.as.owner, world.ids.organization, 'Attribution')
})
afterAll(() => world?.close())

const SELECTION = `buckets { groups { requests cost project { name archivedAt } userId user { name }
  credential { kind id name apiKey { status } } } }`

async function groupsOf(filter: object): Promise<Json[]> {
  const { buckets } = await world.costs({ groupBy: ['PROJECT', 'CREDENTIAL', 'USER'], filter }, SELECTION)
  return buckets.flatMap(({ groups }: Json) => groups)
}

const used = (credentialId: string, more: object = {}) =>
  world.record([world.event({ credentialId, occurredAt: world.ago(2 * HOUR_MS), ...more })])

test('a key keeps its usage and name after its rotation and revocation', async () => {
  const { as } = world
  const { id } = await createKey(as.owner, project, 'rotated')
  await used(id)
  await as.owner.mutate('apiKeyRotate', { id, overlapSeconds: 0 })
  await used(id)
  await as.owner.mutate('apiKeyRevoke', { id })
  // The event happened before the rotation and is reported late.
  expect(await used(id)).toMatchObject({ recorded: 1 })
  const groups = await groupsOf({ credentialIds: [id] })
  expect(groups).toMatchObject([
    {
      requests: '3',
      cost: '3',
      project: { name: 'Attribution' },
      user: { name: 'Canary owner' },
      credential: { kind: 'API_KEY', id, name: 'rotated', apiKey: { status: 'REVOKED' } },
    },
  ])
})

test('a key keeps its usage after its creator left the organization and the instance', async () => {
  const { as, app, emails, ids } = world
  const { id } = await createKey(as.projectMember, ids.project, 'left behind')
  await used(id)
  await as.owner.mutate('memberRemove', { id: ids.member.projectMember })
  await used(id)
  const [left] = await groupsOf({ credentialIds: [id] })
  expect(left).toMatchObject({ requests: '2', credential: { name: 'left behind', apiKey: { status: 'ACTIVE' } } })
  await removeUser(app.runtime, emails.projectMember ?? '')
  expect(await used(id)).toMatchObject({ recorded: 1 })
  const gone = await groupsOf({ credentialIds: [id] })
  expect(gone).toHaveLength(1)
  expect(gone[0]).toMatchObject({
    requests: '3',
    user: null,
    userId: ids.user.projectMember,
    credential: { id, name: 'left behind', apiKey: { status: 'ACTIVE' } },
  })
})

test('playground usage is kept and attributed after its person left the organization and the instance', async () => {
  const { as, app, emails, ids } = world
  const organizationId = ids.organization
  await as.member.mutate('playgroundTokenCreate', { organizationId })
  await used(ids.user.member ?? '', { organizationId })
  await as.owner.mutate('memberRemove', { id: ids.member.member })
  expect(await used(ids.user.member ?? '', { organizationId })).toMatchObject({ recorded: 1 })
  await removeUser(app.runtime, emails.member ?? '')
  expect(await used(ids.user.member ?? '', { organizationId })).toMatchObject({ recorded: 1 })
  expect(await groupsOf({ credentialIds: [ids.user.member] })).toMatchObject([
    {
      requests: '3',
      project: { name: 'Default project' },
      user: null,
      userId: ids.user.member,
      credential: { kind: 'PLAYGROUND', id: ids.user.member, name: 'Playground', apiKey: null },
    },
  ])
})

test('an archived project keeps its usage and accepts late events', async () => {
  const { as } = world
  const { id } = await createKey(as.owner, project, 'archived')
  await used(id)
  await as.owner.mutate('projectArchive', { id: project })
  expect(await used(id)).toMatchObject({ recorded: 1 })
  const [group] = await groupsOf({ projectIds: [project], credentialIds: [id] })
  expect(group).toMatchObject({
    requests: '2',
    project: { name: 'Attribution', archivedAt: expect.any(String) },
    credential: { name: 'archived' },
  })
  const { data, errors } = await as.owner.ask(
    'query ($id: ID!, $input: CostAnalyticsInput!) { project(id: $id) { costAnalytics(input: $input) { total } } }',
    { id: project, input: { from: world.ago(DAY_MS), to: world.ago(0) } },
  )
  expect(errors).toBeUndefined()
  expect(data.project.costAnalytics.total).toBe('5')
})
