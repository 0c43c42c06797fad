import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { createKey } from '../../infra/world.ts'
import { DAY_MS, eventId, HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld
let keys: { chat: string; batch: string; other: string; admin: string }

const tokens = (input: number, output = 0) => [
  { lineItem: 'INPUT_TOKENS', quantity: String(input) },
  ...(output ? [{ lineItem: 'OUTPUT_TOKENS', quantity: String(output) }] : []),
]

beforeAll(async () => {
  world = await startUsageWorld()
  const { as, ids } = world
  const key = async (who: 'projectMember' | 'owner' | 'projectAdmin', project: string, name: string) =>
    (await createKey(as[who], project, name)).id
  keys = {
    chat: await key('projectMember', ids.project, 'chat'),
    batch: await key('projectAdmin', ids.project, 'batch'),
    other: await key('owner', ids.otherProject, 'elsewhere'),
    admin: await key('owner', ids.defaultProject, 'default'),
  }
  const two = world.ago(2 * DAY_MS)
  const events = [
    // $1 + $7
    { credentialId: keys.chat, units: tokens(1_000_000, 2_000_000), occurredAt: two },
    // $1
    { credentialId: keys.chat, workload: 'CODE_INTERPRETER', units: tokens(1_000_000), occurredAt: world.ago(HOUR_MS) },
    // $0.50
    { credentialId: keys.batch, workload: 'BATCH', model: 'own/project', units: tokens(500_000), occurredAt: two },
    // $0.08
    {
      credentialId: keys.other,
      model: 'public/images',
      units: [{ lineItem: 'IMAGES', quantity: '2' }],
      occurredAt: two,
    },
    // $0.02, as given
    { credentialId: keys.other, model: 'own/other', units: tokens(7), cost: '0.02', occurredAt: two },
    // $2
    { credentialId: ids.user.member, organizationId: ids.organization, units: tokens(2_000_000), occurredAt: two },
    // $4
    { credentialId: ids.legacyKey, units: tokens(4_000_000), occurredAt: two },
    // $9, of another person
    { credentialId: ids.foreign.apiKey, units: tokens(9_000_000), occurredAt: two },
  ]
  const { recorded, rejected } = await world.record(events.map((event) => world.event(event)))
  expect([recorded, rejected]).toEqual([8, []])
})
afterAll(() => world?.close())

/** The groups of all buckets of a response, as `name: cost of requests`. */
async function groups(groupBy: string[], selection: string, nameOf: (group: Json) => string, more: object = {}) {
  const { buckets } = await world.costs(
    { groupBy, ...more },
    `buckets { groups { ${selection} requests quantity unit cost } }`,
  )
  const all: Json[] = buckets.flatMap((bucket: Json) => bucket.groups)
  return all.map((group) => `${nameOf(group)}: $${group.cost} of ${group.requests}`).sort()
}

test('costs without grouping come in day buckets without gaps', async () => {
  const { data } = await world.as.owner.ask(
    `query ($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) {
      buckets { start end groups { requests cost quantity unit userId workload lineItem
        project { id } credential { id } user { id } model { id } } } total totalRequests currency asOf } } }`,
    { id: world.ids.organization, input: { from: world.ago(4 * DAY_MS), to: world.ago(0) } },
  )
  const { buckets, ...rest } = data.organization.costAnalytics
  expect(rest).toMatchObject({ total: '15.6', totalRequests: '7', currency: 'USD' })
  expect(buckets).toHaveLength(5)
  for (const [index, { start, end }] of buckets.entries()) {
    expect(start).toMatch(/T00:00:00.000Z$/)
    expect(new Date(end).getTime() - new Date(start).getTime()).toBe(DAY_MS)
    if (index > 0) expect(start).toBe(buckets[index - 1].end)
  }
  expect(buckets[0].groups).toEqual([])
  const nothing = {
    userId: null,
    workload: null,
    lineItem: null,
    project: null,
    credential: null,
    user: null,
    model: null,
  }
  const [group] = buckets.find(({ start }: Json) => world.ago(2 * DAY_MS).startsWith(start.slice(0, 10))).groups
  expect(group).toMatchObject({ ...nothing, quantity: null, unit: null })
})

test('costs can be requested in hour buckets', async () => {
  const hourly = await world.costs(
    { granularity: 'HOUR', from: world.ago(3 * HOUR_MS), to: world.ago(0) },
    'total buckets { start end groups { cost requests } }',
  )
  expect(hourly.total).toBe('1')
  expect(hourly.buckets).toHaveLength(4)
  expect(hourly.buckets.flatMap(({ groups }: Json) => groups)).toEqual([{ cost: '1', requests: '1' }])
})

test('costs can be grouped by project', async () => {
  expect(await groups(['PROJECT'], 'project { name }', ({ project }) => project.name)).toEqual(
    ['Production: $1 of 1', 'Production: $8.5 of 2', 'Research: $0.1 of 2', 'Default project: $6 of 2'].sort(),
  )
})

test('costs can be grouped by key and by workload', async () => {
  const by = await groups(
    ['CREDENTIAL', 'WORKLOAD'],
    'workload credential { kind id name apiKey { id name project { name } } }',
    ({ credential, workload }) =>
      `${credential.kind} ${credential.id} ${credential.name} ${credential.apiKey?.id ?? '-'} ${workload}`,
  )
  const { ids } = world
  expect(by).toEqual(
    [
      `API_KEY ${keys.chat} chat ${keys.chat} INFERENCE: $8 of 1`,
      `API_KEY ${keys.chat} chat ${keys.chat} CODE_INTERPRETER: $1 of 1`,
      `API_KEY ${keys.batch} batch ${keys.batch} BATCH: $0.5 of 1`,
      `API_KEY ${keys.other} elsewhere ${keys.other} INFERENCE: $0.1 of 2`,
      `LEGACY_KEY ${ids.legacyKey} Legacy key - INFERENCE: $4 of 1`,
      `PLAYGROUND ${ids.user.member} Playground - INFERENCE: $2 of 1`,
    ].sort(),
  )
})

test('costs can be grouped by user, who is the key’s creator or the playground’s user', async () => {
  expect(
    await groups(['USER'], 'userId user { id name }', ({ user, userId }) => `${user?.name} ${user?.id === userId}`),
  ).toEqual(
    [
      'Canary projectMember true: $8 of 1',
      'Canary projectMember true: $1 of 1',
      'Canary projectAdmin true: $0.5 of 1',
      'Canary owner true: $0.1 of 2',
      'Canary member true: $2 of 1',
      // The legacy key has no creator.
      'undefined false: $4 of 1',
    ].sort(),
  )
})

test('costs can be grouped by model', async () => {
  expect(await groups(['MODEL'], 'model { slug project { name } }', ({ model }) => model.slug)).toEqual(
    [
      'public/chat: $14 of 3',
      'public/chat: $1 of 1',
      'own/project: $0.5 of 1',
      'own/other: $0.02 of 1',
      'public/images: $0.08 of 1',
    ].sort(),
  )
})

test('costs can be grouped by line item, with quantities', async () => {
  const by = await groups(
    ['LINE_ITEM'],
    'lineItem',
    ({ lineItem, quantity, unit }) => `${quantity} ${lineItem} (${unit})`,
  )
  expect(by).toEqual(
    [
      '1000000 INPUT_TOKENS (TOKENS): $1 of 1',
      '7500007 INPUT_TOKENS (TOKENS): $7.52 of 5',
      '2000000 OUTPUT_TOKENS (TOKENS): $7 of 1',
      '2 IMAGES (IMAGES): $0.08 of 1',
    ].sort(),
  )
})

test('groups of costs are sorted by cost, highest first', async () => {
  const { buckets } = await world.costs({ groupBy: ['CREDENTIAL'] }, 'buckets { groups { cost } }')
  const costs = buckets.map(({ groups }: Json) => groups.map(({ cost }: Json) => Number(cost)))
  for (const each of costs) expect(each).toEqual([...each].sort((a, b) => b - a))
})

test.each<[object, string, string]>([
  [{ workloads: ['BATCH', 'CODE_INTERPRETER'] }, '1.5', '2'],
  [{ lineItems: ['OUTPUT_TOKENS'] }, '7', '1'],
  [{ lineItems: ['OUTPUT_TOKENS', 'INPUT_TOKENS'] }, '15.52', '7'],
  [{ workloads: [] }, '0', '0'],
])('costs can be filtered by workload and line item: %j', async (filter, total, totalRequests) => {
  expect(await world.costs({ filter })).toMatchObject({ total, totalRequests })
})

test('cost filters by id select only visible ids', async () => {
  const { ids } = world
  const total = async (filter: object) => (await world.costs({ filter })).total
  expect(await total({ projectIds: [ids.project] })).toBe('9.5')
  expect(await total({ credentialIds: [keys.other, ids.legacyKey] })).toBe('4.1')
  expect(await total({ credentialIds: [ids.user.member] })).toBe('2')
  expect(await total({ userIds: [ids.user.owner] })).toBe('0.1')
  const { data } = await world.as.owner.ask('{ models { nodes { id slug } } }')
  const images = data.models.nodes.find(({ slug }: Json) => slug === 'public/images').id
  expect(await total({ modelIds: [images] })).toBe('0.08')
  const nothing = await world.costs(
    { filter: { credentialIds: [] } },
    'total totalRequests buckets { start groups { cost } }',
  )
  for (const id of [ids.foreign.apiKey, 'nonsense', ids.project, 'key_00000000000000000000000000', '\u0000']) {
    const found = await world.costs(
      { filter: { credentialIds: [id] } },
      'total totalRequests buckets { start groups { cost } }',
    )
    expect(found).toEqual(nothing)
  }
  for (const filter of [{ projectIds: [ids.foreign.project] }, { userIds: [ids.foreign.user] }, { modelIds: ['x'] }]) {
    expect(await total(filter)).toBe('0')
  }
})

const KEY = `query ($id: ID!, $input: UsageInput!) { node(id: $id) { ... on ApiKey { usage(input: $input) {
  total totalRequests currency asOf buckets { start end requests cost lineItems { lineItem requests quantity unit cost } } } } } }`

test('a project and a key each show their own usage', async () => {
  const input = { from: world.ago(3 * DAY_MS), to: world.ago(0) }
  const project = await world.as.projectMember.ask(
    `query ($id: ID!, $input: CostAnalyticsInput!) { project(id: $id) { costAnalytics(input: $input) {
      total buckets { groups { cost user { name } model { slug } credential { name apiKey { name } } } } } } }`,
    { id: world.ids.project, input: { ...input, groupBy: ['USER', 'MODEL', 'CREDENTIAL'] } },
  )
  expect(project.errors).toBeUndefined()
  expect(project.data.project.costAnalytics.total).toBe('9.5')
  expect(project.data.project.costAnalytics.buckets.flatMap(({ groups }: Json) => groups)).toContainEqual({
    cost: '0.5',
    user: { name: 'Canary projectAdmin' },
    model: { slug: 'own/project' },
    credential: { name: 'batch', apiKey: { name: 'batch' } },
  })
  const { data, errors } = await world.as.projectMember.ask(KEY, { id: keys.chat, input })
  expect(errors).toBeUndefined()
  expect(data.node.usage).toMatchObject({ total: '9', totalRequests: '2', currency: 'USD' })
  const used = data.node.usage.buckets.filter(({ requests }: Json) => requests !== '0')
  expect(used[0]).toMatchObject({
    requests: '1',
    cost: '8',
    lineItems: [
      { lineItem: 'OUTPUT_TOKENS', requests: '1', quantity: '2000000', unit: 'TOKENS', cost: '7' },
      { lineItem: 'INPUT_TOKENS', requests: '1', quantity: '1000000', unit: 'TOKENS', cost: '1' },
    ],
  })
})

test.each<[string, object, RegExp]>([
  ['`from` after `to`', { from: '2026-01-02T00:00:00Z', to: '2026-01-02T00:00:00Z' }, /from: Must be before `to`/],
  [
    '32 days of hour buckets',
    { from: '2026-01-01T00:00:00Z', to: '2026-02-02T00:00:00Z', granularity: 'HOUR' },
    /at most 31 days/,
  ],
  ['401 days', { from: '2025-01-01T00:00:00Z', to: '2026-02-06T00:00:00Z' }, /at most 400 days/],
  [
    'a time that is too far ahead',
    { from: '9999-12-31T00:00:00Z', to: '9999-12-31T23:59:59Z' },
    /to: Must be before the year 10000/,
  ],
  ['too many ids', { filter: { projectIds: Array(101).fill('x') } }, /at most 100/],
])('a cost query with %s is rejected', async (_what, input, message) => {
  await expect(world.costs(input)).rejects.toThrow(message)
  await expect(world.costs(input)).rejects.toThrow(/BAD_REQUEST/)
})

test('the largest permitted cost queries are within the request caps', async () => {
  const everything = `total buckets { start end groups { requests quantity unit cost workload lineItem userId
    project { id name } credential { kind id name apiKey { id name } } user { id name } model { slug } } }`
  const groupBy = ['PROJECT', 'CREDENTIAL', 'USER', 'WORKLOAD', 'MODEL', 'LINE_ITEM']
  const days = await world.costs({ from: world.ago(399 * DAY_MS), to: world.ago(0), groupBy }, everything)
  expect(days.buckets).toHaveLength(400)
  const hours = { from: world.ago(31 * DAY_MS - HOUR_MS), to: world.ago(0), granularity: 'HOUR', groupBy }
  expect((await world.costs(hours, everything)).buckets).toHaveLength(744)
})

test('a late event is counted in the hour in which it happened', async () => {
  const at = world.ago(20 * DAY_MS)
  const day = { from: at, to: world.ago(20 * DAY_MS - 1), granularity: 'HOUR' }
  expect((await world.costs(day)).total).toBe('0')
  await world.record([world.event({ eventId: eventId(), occurredAt: at })])
  expect((await world.costs(day)).total).toBe('1')
})
