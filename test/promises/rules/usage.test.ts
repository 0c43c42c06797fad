import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { ACTORS, createKey } from '../../infra/world.ts'
import { DAY_MS, startUsageWorld, type UsageWorld } from '../../nouns/usage/setting.ts'

let world: UsageWorld

beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

test('rule 11: usage and cost can be grouped by key and by workload', async () => {
  const { as, ids } = world
  const { id: chat } = await createKey(as.projectMember, ids.project, 'Chat')
  const { id: agent } = await createKey(as.projectMember, ids.project, 'Agent')
  const events = [
    world.event({ credentialId: chat, workload: 'INFERENCE' }),
    world.event({ credentialId: chat, workload: 'CODE_INTERPRETER' }),
    world.event({ credentialId: agent, workload: 'CODE_INTERPRETER', cost: '0.25' }),
    world.event({ credentialId: agent, workload: 'CODE_INTERPRETER', cost: '0.5' }),
  ]
  expect(await world.record(events)).toMatchObject({ recorded: 4 })
  const { buckets, total } = await world.costs(
    { groupBy: ['CREDENTIAL', 'WORKLOAD'] },
    'total buckets { groups { credential { id name } workload requests cost } }',
  )
  expect(total).toBe('2.75')
  const segments = buckets.flatMap(({ groups }: Json) => groups)
  expect(segments).toHaveLength(3)
  expect(segments).toEqual(
    expect.arrayContaining([
      { credential: { id: chat, name: 'Chat' }, workload: 'INFERENCE', requests: '1', cost: '1' },
      { credential: { id: chat, name: 'Chat' }, workload: 'CODE_INTERPRETER', requests: '1', cost: '1' },
      { credential: { id: agent, name: 'Agent' }, workload: 'CODE_INTERPRETER', requests: '2', cost: '0.75' },
    ]),
  )
  // Neither field can be omitted.
  const { credentialId: _key, ...keyless } = world.event()
  const { workload: _workload, ...idle } = world.event()
  for (const [event, field] of [
    [keyless, 'credentialId'],
    [idle, 'workload'],
  ] as const) {
    expect(await world.record([event])).toMatchObject({ recorded: 0, rejected: [{ index: 0, field }] })
  }
})

const ORGANIZATION = `query ($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) { total } } }`
const PROJECT = `query ($id: ID!, $input: CostAnalyticsInput!) { project(id: $id) { costAnalytics(input: $input) { total } } }`
const KEY = `query ($id: ID!, $input: UsageInput!) { node(id: $id) { ... on ApiKey { usage(input: $input) { total } } } }`

test('rule 19: the Owner and ADMINs can read the organization’s costs, and project members can read the project’s', async () => {
  const input = { from: world.ago(7 * DAY_MS), to: world.ago(0) }
  const seen = async (query: string, id: string) => {
    const who: string[] = []
    for (const actor of ACTORS) {
      const { data, errors } = await world.as[actor].ask(query, { id, input })
      const [root] = Object.values<Json>(data ?? {})
      const answer = root?.costAnalytics ?? root?.usage
      if (answer) who.push(actor)
      else if (root) expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
    return who
  }
  const admins = ['owner', 'admin', 'adminAccount']
  const people = [...admins, 'projectAdmin', 'projectMember', 'projectAdminAccount', 'projectMemberAccount']
  expect((await seen(ORGANIZATION, world.ids.organization)).sort()).toEqual(admins.sort())
  expect((await seen(PROJECT, world.ids.project)).sort()).toEqual(people.sort())
  expect((await seen(KEY, world.ids.apiKey)).sort()).toEqual([...people, 'liveKey'].sort())
  expect(await seen(KEY, world.ids.otherProjectKey)).not.toContain('liveKey')
})
