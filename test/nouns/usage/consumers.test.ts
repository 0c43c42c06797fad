import { formatUsd, parseUsd } from '@keyward/engine/money'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../infra/app.ts'
import { DAY_MS, HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld

beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

const CONSUMERS = ['customer-1', 'customer-2', 'Ünïcode ✓', '=1+1', null]
const GROUPINGS = [
  [],
  ['CONSUMER'],
  ['PROJECT'],
  ['CREDENTIAL', 'CONSUMER'],
  ['LINE_ITEM', 'CONSUMER'],
  ['PROJECT', 'CREDENTIAL', 'USER', 'WORKLOAD', 'MODEL', 'LINE_ITEM', 'CONSUMER'],
]

const nanosOf = (groups: Json[]): bigint => groups.reduce((sum, { cost }) => sum + parseUsd(cost), 0n)

async function groupsOf(input: object): Promise<Json[]> {
  const { buckets } = await world.costs(input, 'buckets { groups { consumer isOtherConsumers cost requests } }')
  return buckets.flatMap(({ groups }: Json) => groups)
}

/** Sums of the groups of each consumer, as text. */
function byConsumer(groups: readonly Json[]): Record<string, string> {
  const sums: Record<string, string> = {}
  for (const { consumer, isOtherConsumers, cost } of groups) {
    const name = isOtherConsumers ? '(others)' : (consumer ?? '(none)')
    sums[name] = formatUsd(parseUsd(sums[name] ?? '0') + parseUsd(cost))
  }
  return sums
}

test('random usage has the same exact total in every grouping', async () => {
  const { ids } = world
  let state = 20_261_128
  const draw = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
  const expected: Record<string, bigint> = {}
  let total = 0n
  const events = Array.from({ length: 600 }, () => {
    const consumer = CONSUMERS[draw(CONSUMERS.length)] ?? null
    const nanos = BigInt(draw(1_000_000_000)) * BigInt(1 + draw(50))
    expected[consumer ?? '(none)'] = (expected[consumer ?? '(none)'] ?? 0n) + nanos
    total += nanos
    const items = ['INPUT_TOKENS', 'OUTPUT_TOKENS', 'IMAGES'].slice(0, 1 + draw(3))
    return world.event({
      credentialId: [ids.apiKey, ids.otherProjectKey, ids.legacyKey][draw(3)],
      workload: ['INFERENCE', 'BATCH'][draw(2)],
      units: items.map((lineItem) => ({ lineItem, quantity: String(draw(1_000)) })),
      cost: formatUsd(nanos),
      occurredAt: world.ago(HOUR_MS + draw(10 * 24) * HOUR_MS),
      ...(consumer === null ? {} : { consumer }),
    })
  })
  const parts = [events.slice(0, 200), events.slice(150, 400), events.slice(350)]
  const recorded = await Promise.all(parts.map((part) => world.record(part)))
  expect(recorded.map(({ rejected }) => rejected)).toEqual([[], [], []])
  expect(recorded.reduce((sum, each) => sum + each.recorded, 0)).toBe(600)

  for (const groupBy of GROUPINGS) {
    const groups = await groupsOf({ groupBy })
    expect([groupBy, nanosOf(groups)]).toEqual([groupBy, total])
    if (!groupBy.includes('LINE_ITEM')) {
      expect(groups.reduce((sum, { requests }) => sum + Number(requests), 0)).toBe(600)
    }
    if (!groupBy.includes('CONSUMER')) continue
    const sums = Object.fromEntries(Object.entries(expected).map(([name, nanos]) => [name, formatUsd(nanos)]))
    expect(byConsumer(groups)).toEqual(sums)
  }
  for (const consumer of CONSUMERS) {
    if (consumer === null) continue
    const { total: cost } = await world.costs({ filter: { consumers: [consumer] } })
    expect(cost).toBe(formatUsd(expected[consumer] ?? 0n))
  }
  expect((await world.costs({ filter: { consumers: ['nobody', ''] } })).total).toBe('0')
})

test('an event that is sent again with another consumer is a conflict', async () => {
  const event = world.event({ consumer: 'customer-1' })
  expect(await world.record([event])).toMatchObject({ recorded: 1 })
  expect(await world.record([event])).toMatchObject({ duplicates: 1 })
  const { rejected } = await world.record([{ ...event, consumer: 'customer-2' }])
  expect(rejected).toMatchObject([{ code: 'CONFLICT' }])
})

test.each<[string, unknown]>([
  ['an empty text', ''],
  ['a control character', 'a\u0001b'],
  ['129 characters', 'x'.repeat(129)],
])('a consumer of %s rejects its event and no other event', async (_what, consumer) => {
  const { recorded, rejected } = await world.record([world.event({ consumer }), world.event({ consumer: 'good' })])
  expect(recorded).toBe(1)
  expect(rejected).toMatchObject([{ index: 0, field: 'consumer', code: 'INVALID' }])
})

test('an hour has separate sums for at most 1,000 of a project’s consumers', async () => {
  const { ids } = world
  const occurredAt = world.ago(20 * DAY_MS)
  const more = { credentialId: ids.otherProjectKey, occurredAt, cost: '0.001' }
  const calls = [0, 1, 2, 3].map((call) =>
    world.record(Array.from({ length: 300 }, (_, n) => world.event({ ...more, consumer: `c-${call}-${n}` }))),
  )
  expect((await Promise.all(calls)).map(({ recorded }) => recorded)).toEqual([300, 300, 300, 300])
  const period = { from: world.ago(20 * DAY_MS + HOUR_MS), to: world.ago(20 * DAY_MS - HOUR_MS), granularity: 'HOUR' }
  const read = async () => {
    const [row] = await world.database.sql<{ named: number; others: string; total: string }>(
      `SELECT (count(DISTINCT consumer) FILTER (WHERE consumer <> ''))::int AS named,
              coalesce(sum(events) FILTER (WHERE consumer = ''), 0)::text AS others
         FROM usage_consumer_hourly WHERE hour = date_trunc('hour', $1::timestamptz, 'UTC')`,
      [occurredAt],
    )
    const { total } = await world.costs(period)
    return { total, ...row }
  }
  expect(await read()).toEqual({ total: '1.2', named: 1_000, others: '200' })
  // A named consumer keeps its name, and a new one is another one.
  const again = ['c-0-0', 'c-1-0', 'c-2-0', 'c-3-0', 'new'].map((consumer) => world.event({ ...more, consumer }))
  expect(await world.record(again)).toMatchObject({ recorded: 5 })
  const { named, total } = await read()
  expect([named, total]).toEqual([1_000, '1.205'])
})

test('filters accept the names of consumers that an organization hashes', async () => {
  const { as, ids } = world
  const set = (hashConsumers: boolean) =>
    as.owner.mutate(
      'organizationUpdate',
      { id: ids.organization, hashConsumers },
      'organization { hashConsumers name }',
    )
  const { organization } = await set(true)
  expect(organization).toMatchObject({ hashConsumers: true })
  const occurredAt = world.ago(25 * DAY_MS)
  const period = { from: world.ago(26 * DAY_MS), to: world.ago(24 * DAY_MS) }
  const event = world.event({ consumer: 'secret-customer', occurredAt, cost: '1.5' })
  const theirs = world.event({ consumer: 'secret-customer', occurredAt, credentialId: ids.foreign.apiKey, cost: '2' })
  expect(await world.record([event, theirs])).toMatchObject({ recorded: 2 })
  expect(await world.record([event])).toMatchObject({ duplicates: 1 })
  const [group] = await groupsOf({ ...period, groupBy: ['CONSUMER'] })
  expect(group).toMatchObject({ consumer: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), cost: '1.5' })
  for (const name of ['secret-customer', group.consumer]) {
    expect((await world.costs({ ...period, filter: { consumers: [name] } })).total).toBe('1.5')
  }
  const rows = await world.database.sql<{ consumer: string }>(
    "SELECT consumer FROM usage_record WHERE consumer LIKE '%secret-customer%' UNION SELECT consumer FROM usage_consumer_hourly WHERE consumer LIKE '%secret-customer%'",
  )
  // Only the organization that does not hash.
  expect(rows).toEqual([{ consumer: 'secret-customer' }])
  // The same consumer has the same hash after the setting was off.
  await set(false)
  await set(true)
  expect(await world.record([world.event({ consumer: 'secret-customer', occurredAt, cost: '1' })])).toMatchObject({
    recorded: 1,
  })
  expect(await groupsOf({ ...period, groupBy: ['CONSUMER'] })).toMatchObject([
    { consumer: group.consumer, cost: '2.5' },
  ])
  await set(false)
})

test('the CSV export has a column for consumers', async () => {
  const query = new URLSearchParams({
    organizationId: world.ids.organization,
    groupBy: 'CONSUMER',
    from: world.ago(20 * DAY_MS + HOUR_MS),
    to: world.ago(20 * DAY_MS - HOUR_MS),
  })
  const { token } = world.as.owner
  const response = await world.app.fetch(
    new Request(`http://localhost:4000/export/costs.csv?${query}`, { headers: { authorization: `Bearer ${token}` } }),
  )
  expect(response.status).toBe(200)
  const [head, ...lines] = (await response.text()).trim().split('\r\n')
  expect(head).toBe('start,end,consumer,is_other_consumers,requests,cost_usd')
  // 1,000 consumers and the others.
  expect(lines.filter((line) => line.includes(',c-') || line.includes(',,true,'))).toHaveLength(1_001)
})
