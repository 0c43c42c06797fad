import { formatUsd, parseUsd } from '@keyward/engine/money'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeId } from '../../../schema/core/ids.ts'
import { DIMENSIONS } from '../../../schema/usage/question.ts'
import type { Json } from '../../infra/app.ts'
import { createKey, createProject } from '../../infra/world.ts'
import { chanceOf } from './chance.ts'
import { DAY_MS, HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld

beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

const NONE = '(none)'

/**
 * Moves everything done so far into the past, as if hours had passed for the keys. The clock of the world is hours
 * ahead.
 */
const pass = async (hours: number) => {
  await world.database.sql('UPDATE api_key SET created_at = created_at - $1::interval', [`${hours} hours`])
  // Through another century, because two periods of a tag must not begin at the same time.
  for (const back of [`100 years ${hours} hours`, '-100 years']) {
    await world.database.sql(
      'UPDATE api_key_tag_period SET from_hour = from_hour - $1::interval, until_hour = until_hour - $1::interval',
      [back],
    )
  }
}

const setTags = (id: string, tags: { key: string; value: string }[]) =>
  world.as.owner.mutate('apiKeyUpdate', { id, tags }, 'apiKey { tags { key value } }')

const team = (value: string) => [{ key: 'team', value }]

const nanosOf = (groups: Json[]): bigint => groups.reduce((sum, { cost }) => sum + parseUsd(cost), 0n)

async function groupsOf(input: object, selection = ''): Promise<Json[]> {
  const { buckets } = await world.costs(input, `buckets { groups { tagValue cost requests ${selection} } }`)
  return buckets.flatMap(({ groups }: Json) => groups)
}

/** The cost of each value of a tag. */
async function byTag(input: object = {}, tagKey = 'team'): Promise<Record<string, string>> {
  const sums: Record<string, bigint> = {}
  for (const { tagValue, cost } of await groupsOf({ groupBy: ['TAG'], tagKey, ...input })) {
    const name = tagValue ?? NONE
    sums[name] = (sums[name] ?? 0n) + parseUsd(cost)
  }
  return Object.fromEntries(Object.entries(sums).map(([name, nanos]) => [name, formatUsd(nanos)]))
}

/** The periods of a key's tags, as values and whether they last. */
const periodsOf = (id: string) =>
  world.database.sql<{ key: string; value: string; lasts: boolean }>(
    `SELECT key, value, until_hour = 'infinity' AS lasts FROM api_key_tag_period
      WHERE api_key_id = $1::uuid ORDER BY key, from_hour`,
    [decodeId('ApiKey', id)],
  )

// Red without the trigger on deletions: the first tags of a key stay forever.
test('random usage with random tag changes has exact sums for each tag', async () => {
  const { as, ids } = world
  const chance = chanceOf(20_261_129)
  const draw = (below: number) => Math.floor(chance() * below)
  const teams = ['search', 'ads', '', 'Ünïcode ✓']
  const drawTeam = () => teams[draw(teams.length + 1)] ?? null
  const tagsOf = (value: string | null) => [
    ...(value === null ? [] : team(value)),
    ...(draw(2) === 0 ? [{ key: 'env', value: 'prod' }] : []),
  ]
  // The team of each key, by the step from which it had it. Steps are ten hours apart, and usage is in the middle of
  // one.
  const keys = await Promise.all(
    Array.from({ length: 5 }, async (_, n) => {
      const value = drawTeam()
      const { id } = await createKey(as.owner, n < 3 ? ids.project : ids.otherProject, `of a team ${n}`, {
        tags: tagsOf(value),
      })
      return { id, history: [value] }
    }),
  )
  const STEPS = 40
  for (let step = 1; step < STEPS; step += 1) {
    await pass(10)
    for (const key of keys) {
      const value = draw(4) === 0 ? drawTeam() : undefined
      if (value !== undefined) await setTags(key.id, tagsOf(value))
      key.history.push(value === undefined ? (key.history.at(-1) ?? null) : value)
    }
  }
  const expected: Record<string, bigint> = {}
  let total = 0n
  const events = Array.from({ length: 800 }, () => {
    const key = keys[draw(keys.length)]
    const step = draw(STEPS - 1)
    const nanos = BigInt(draw(1_000_000_000)) * BigInt(1 + draw(50))
    const name = key?.history[step] ?? NONE
    expected[name] = (expected[name] ?? 0n) + nanos
    total += nanos
    return world.event({
      credentialId: key?.id,
      workload: ['INFERENCE', 'BATCH'][draw(2)],
      units: [
        { lineItem: 'INPUT_TOKENS', quantity: '5' },
        { lineItem: 'OUTPUT_TOKENS', quantity: '7' },
      ].slice(draw(2)),
      cost: formatUsd(nanos),
      occurredAt: world.ago((STEPS - 1 - step) * 10 * HOUR_MS - 5 * HOUR_MS),
      ...(draw(2) === 0 ? { consumer: `customer-${draw(3)}` } : {}),
    })
  })
  // Usage of other credentials, and of another tenant.
  const legacy = world.event({ credentialId: ids.legacyKey, cost: '3' })
  expected[NONE] = (expected[NONE] ?? 0n) + 3_000_000_000n
  total += 3_000_000_000n
  const theirs = world.event({ credentialId: ids.foreign.apiKey, cost: '5' })
  expect(await world.record([...events, legacy, theirs])).toMatchObject({ recorded: 802, rejected: [] })

  const wanted = Object.fromEntries(Object.entries(expected).map(([name, nanos]) => [name, formatUsd(nanos)]))
  expect(await byTag()).toEqual(wanted)
  expect(await byTag({ granularity: 'HOUR', from: world.ago(17 * DAY_MS) })).toEqual(wanted)
  for (const other of [...DIMENSIONS, null]) {
    const groupBy = [...new Set(['TAG', ...(other === null ? DIMENSIONS : [other])])]
    const groups = await groupsOf({ groupBy, tagKey: 'team' })
    expect([groupBy, nanosOf(groups)]).toEqual([groupBy, total])
  }
  for (const [value, cost] of Object.entries(wanted)) {
    if (value === NONE) continue
    const filter = { tags: team(value) }
    expect([value, (await world.costs({ filter })).total]).toEqual([value, cost])
    expect(await byTag({ filter })).toEqual({ [value]: cost })
  }
  const filter = { tags: [...team('search'), ...team('ads'), { key: 'nobody', value: 'has' }] }
  expect(parseUsd((await world.costs({ filter })).total)).toBe((expected.search ?? 0n) + (expected.ads ?? 0n))
  const consumers = ['customer-0', 'customer-1', 'customer-2']
  const parts = await Promise.all(
    consumers.map((consumer) => groupsOf({ groupBy: ['TAG'], tagKey: 'team', filter: { consumers: [consumer] } })),
  )
  const ofConsumers = await groupsOf({ groupBy: ['TAG', 'CONSUMER'], tagKey: 'team' }, 'consumer')
  expect(nanosOf(parts.flat())).toBe(nanosOf(ofConsumers.filter(({ consumer }) => consumer !== null)))
  expect((await world.costs({ filter: { tags: [] } })).total).toBe('0')
})

/** Repeats a test during which an hour ended. */
async function withinAnHour(work: () => Promise<void>): Promise<void> {
  const hour = () => Math.floor(world.database.clock.now().getTime() / HOUR_MS)
  for (let before = -1; before !== hour(); ) {
    before = hour()
    await work().catch((error: unknown) => {
      if (before === hour()) throw error
    })
  }
}

test('the last tag change of an hour applies to the whole hour', () =>
  withinAnHour(async () => {
    const { as, ids } = world
    const { id } = await createKey(as.owner, ids.otherProject, 'changes often', { tags: team('first') })
    await setTags(id, team('second'))
    expect(await periodsOf(id)).toEqual([{ key: 'team', value: 'second', lasts: true }])
    await pass(10)
    await setTags(id, [...team('third'), { key: 'env', value: 'test' }])
    await setTags(id, team('second'))
    expect(await periodsOf(id)).toEqual([{ key: 'team', value: 'second', lasts: true }])
    await setTags(id, team('fourth'))
    expect(await periodsOf(id)).toEqual([
      { key: 'team', value: 'second', lasts: false },
      { key: 'team', value: 'fourth', lasts: true },
    ])
    const of = (ago: number, cost: string) =>
      world.event({ credentialId: id, occurredAt: world.ago(ago * HOUR_MS), cost })
    await world.record([of(0, '1'), of(6, '2'), of(20, '4')])
    expect(await byTag({ filter: { credentialIds: [id] } })).toEqual({ second: '6', fourth: '1' })
    await as.owner.mutate('apiKeyRevoke', { id })
  }))

// Red without `greatest` in the trigger, which keeps periods apart.
test('no hour counts twice if the clock goes back', async () => {
  const { as, ids } = world
  const { id } = await createKey(as.owner, ids.project, 'of a clock', { tags: team('a') })
  await pass(30)
  await setTags(id, team('b'))
  // The change was made by a clock 4 hours ahead.
  await pass(-4)
  await setTags(id, team('c'))
  await setTags(id, team('d'))
  const events = [0, 2, 20].map((ago) =>
    world.event({ credentialId: id, occurredAt: world.ago(ago * HOUR_MS), cost: '1' }),
  )
  await world.record(events)
  const sums = await byTag({ filter: { credentialIds: [id] } })
  expect(Object.values(sums).reduce((sum, cost) => sum + Number(cost), 0)).toBe(3)
})

test('after simultaneous changes of a key, each tag has one value', async () => {
  const { as, ids } = world
  const { id } = await createKey(as.owner, ids.project, 'contended')
  await pass(10)
  await Promise.all(Array.from({ length: 12 }, (_, n) => setTags(id, team(`team-${n}`))))
  const { data } = await as.owner.ask('query ($id: ID!) { node(id: $id) { ... on ApiKey { tags { value } } } }', { id })
  const lasting = (await periodsOf(id)).filter(({ lasts }) => lasts)
  expect(lasting.map(({ value }) => ({ value }))).toEqual(data.node.tags)
  expect(lasting).toHaveLength(1)
})

test('the tag history contains a value that another server version overwrote', async () => {
  const { as, ids } = world
  const { id } = await createKey(as.owner, ids.project, 'updated', { tags: team('before') })
  await pass(10)
  await world.database.sql("UPDATE api_key_tag SET value = 'after' WHERE api_key_id = $1::uuid", [
    decodeId('ApiKey', id),
  ])
  expect(await periodsOf(id)).toEqual([
    { key: 'team', value: 'before', lasts: false },
    { key: 'team', value: 'after', lasts: true },
  ])
})

test('the costs of a deleted project keep their tags', async () => {
  const { as, ids } = world
  const project = await createProject(as.owner, ids.organization, 'Short-lived')
  const { id } = await createKey(as.owner, project, 'short-lived', { tags: [{ key: 'cost-center', value: '4711' }] })
  await world.record([world.event({ credentialId: id, cost: '7', occurredAt: world.ago(DAY_MS) })])
  await as.owner.mutate('projectArchive', { id: project })
  await as.owner.mutate('projectDelete', { id: project, name: 'Short-lived' })
  const left = () =>
    world.database.sql('SELECT FROM api_key WHERE project_id = $1::uuid', [decodeId('Project', project)])
  await expect.poll(left, { timeout: 30_000 }).toHaveLength(0)
  expect((await byTag({}, 'cost-center'))['4711']).toBe('7')
})

test('the list of tag names contains the names of tags that keys have or had', async () => {
  const { as, ids } = world
  const { id } = await createKey(as.owner, ids.otherProject, 'labelled', { tags: [{ key: 'zone', value: 'eu' }] })
  await pass(10)
  await setTags(id, [{ key: 'area', value: 'emea' }])
  const { data } = await as.owner.ask(
    `query ($organization: ID!, $project: ID!) {
      organization(id: $organization) { tagKeys } project(id: $project) { tagKeys } }`,
    { organization: ids.organization, project: ids.otherProject },
  )
  expect(data.organization.tagKeys).toEqual(expect.arrayContaining(['area', 'team', 'zone']))
  expect(data.project.tagKeys).toEqual(expect.arrayContaining(['area', 'zone']))
  expect(data.organization.tagKeys).toEqual([...data.organization.tagKeys].sort())
})

test.each<[string, object, string]>([
  ['TAG without a tag', { groupBy: ['TAG'] }, 'tagKey'],
  ['a tag without TAG', { groupBy: ['PROJECT'], tagKey: 'team' }, 'groupBy'],
  ['a malformed name', { groupBy: ['TAG'], tagKey: 'a b' }, 'tagKey'],
  ['a filter with a malformed name', { filter: { tags: [{ key: '=', value: '' }] } }, 'filter.tags.0.key'],
])('%s is rejected, and the error names it', async (_what, input, path) => {
  const { errors } = await world.as.owner.ask(
    'query ($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) { total } } }',
    { id: world.ids.organization, input: { from: world.ago(DAY_MS), to: world.ago(0), ...input } },
  )
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
  expect(JSON.stringify(errors)).toContain(path)
})

test('the CSV export has a column for a tag’s values, and can be filtered by tags', async () => {
  const get = (query: Record<string, string>) => {
    const search = new URLSearchParams({
      organizationId: world.ids.organization,
      from: world.ago(30 * DAY_MS),
      to: world.ago(0),
      ...query,
    })
    const headers = { authorization: `Bearer ${world.as.owner.token}` }
    return world.app.fetch(new Request(`http://localhost:4000/export/costs.csv?${search}`, { headers }))
  }
  const response = await get({ groupBy: 'TAG', tagKey: 'team', tags: 'team=search,team=ads' })
  const [head, ...lines] = (await response.text()).trim().split('\r\n')
  expect(head).toBe('start,end,tag_value,requests,cost_usd')
  expect([...new Set(lines.map((line) => line.split(',')[2]))].sort()).toEqual(['ads', 'search'])
  const refused = await get({ tags: 'team' })
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('key=value')])
  expect((await get({ groupBy: 'TAG' })).status).toBe(400)
})
