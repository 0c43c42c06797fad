import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordDenials } from '../../../schema/denial/record.ts'
import type { Client } from '../../infra/app.ts'
import { createKey, createOrganization } from '../../infra/world.ts'
import { DAY_MS, eventId, HOUR_MS, MINUTE_MS, startUsageWorld, type UsageWorld } from './setting.ts'

/** Offsets of whole hours, half hours and quarter hours. Clocks change in two of them. */
const ZONES = ['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin'] as const

interface Bucket {
  start: string
  end: string
  groups: { cost: string; requests: string }[]
}

/** The day of a moment, as the platform formats it. */
const dayIn = (timeZone: string, at: number | string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(at))

const nanos = (usd: string): bigint => {
  const [whole = '0', part = ''] = usd.split('.')
  return BigInt(whole) * 1_000_000_000n + BigInt(part.padEnd(9, '0'))
}

const sumOf = (groups: Bucket['groups']): bigint => groups.reduce((sum, { cost }) => sum + nanos(cost), 0n)
const hoursOf = ({ start, end }: Bucket): number => (Date.parse(end) - Date.parse(start)) / HOUR_MS

const ANALYTICS = 'total totalRequests buckets { start end groups { cost requests } }'

/** Before each of these times, clocks changed in Berlin and in St John’s within four weeks. */
describe.each([
  ['forward', '2027-04-05T12:00:00Z', 23],
  ['back', '2027-11-14T12:00:00Z', 25],
])('after clocks went %s', (_name, time, hoursOfChange) => {
  const now = Date.parse(time)
  let world: UsageWorld
  const places = new Map<string, { id: string; key: string; admin: Client }>()
  beforeAll(async () => {
    world = await startUsageWorld()
    const { owner } = world.as
    for (const timeZone of ZONES) {
      const { id, defaultProject } = await createOrganization(owner, `By ${timeZone}`)
      await owner.mutate('organizationUpdate', { id, timeZone }, 'organization { timeZone }')
      const { id: key } = await createKey(owner, defaultProject, 'key')
      const account = { organizationId: id, name: 'Reader', role: 'ADMIN' }
      const { token } = await owner.mutate('serviceAccountCreate', account, 'token')
      places.set(timeZone, { id, key, admin: world.client(token) })
    }
    // Sessions of people end meanwhile.
    world.database.clock.advance(now - world.database.clock.now().getTime())
  })
  afterAll(() => world?.close())

  const ask = async ({ id, admin }: { id: string; admin: Client }, input: object) => {
    const { data, errors } = await admin.ask(
      `query ($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) { ${ANALYTICS} } } }`,
      { id, input },
    )
    return errors ? errors[0] : data.organization.costAnalytics
  }

  test.each(ZONES)('costs by day and month in %s count each event once, on its day', async (timeZone) => {
    const place = places.get(timeZone)
    if (!place) throw new Error(`${timeZone} has no organization`)
    const first = now - 29 * DAY_MS
    // Covers every quarter of an hour, and the minutes before and after.
    const times = Array.from({ length: 900 }, (_, index) => first + index * 45 * MINUTE_MS).flatMap((at) => [
      at - (at % (15 * MINUTE_MS)),
      at - (at % (15 * MINUTE_MS)) - 1,
    ])
    const events = times.map((at, index) => ({
      ...world.event({ credentialId: place.key, occurredAt: new Date(at).toISOString(), eventId: eventId() }),
      cost: `0.${String(index + 1).padStart(9, '0')}`,
    }))
    for (let at = 0; at < events.length; at += 900) {
      const batch = events.slice(at, at + 900)
      expect(await world.record(batch)).toMatchObject({ recorded: batch.length, rejected: [] })
    }
    const expected = new Map<string, bigint>()
    for (const [index, at] of times.entries()) {
      const day = dayIn(timeZone, at)
      expected.set(day, (expected.get(day) ?? 0n) + BigInt(index + 1))
    }
    const whole = { from: new Date(first - DAY_MS).toISOString(), to: time, timeZone }
    const { total, totalRequests, buckets } = await ask(place, { ...whole, granularity: 'DAY' })
    const found = new Map(buckets.map((each: Bucket) => [dayIn(timeZone, each.start), sumOf(each.groups)]))
    expect(Object.fromEntries(found)).toEqual({
      ...Object.fromEntries(buckets.map(({ start }: Bucket) => [dayIn(timeZone, start), 0n])),
      ...Object.fromEntries(expected),
    })
    expect([nanos(total), Number(totalRequests)]).toEqual([
      times.reduce((sum, _at, index) => sum + BigInt(index + 1), 0n),
      times.length,
    ])
    // Buckets follow each other, each begins a day, and the change of clocks has its day.
    for (const [index, each] of (buckets as Bucket[]).entries()) {
      expect(dayIn(timeZone, Date.parse(each.start) - 1)).not.toBe(dayIn(timeZone, each.start))
      expect(each.end).toBe(buckets[index + 1]?.start ?? each.end)
    }
    const lengths = new Set((buckets as Bucket[]).map(hoursOf))
    const changes = ['America/St_Johns', 'Europe/Berlin'].includes(timeZone)
    expect([...lengths].sort()).toEqual(changes ? [24, hoursOfChange].sort() : [24])
    // Days asked for one by one add up, and so do months and hours.
    const half = buckets[12].start
    const before = await ask(place, { ...whole, to: half })
    const after = await ask(place, { ...whole, from: half })
    expect(nanos(before.total) + nanos(after.total)).toBe(nanos(total))
    const months = await ask(place, { ...whole, granularity: 'MONTH' })
    const byMonth = new Map<string, bigint>()
    for (const [day, cost] of expected) byMonth.set(day.slice(0, 7), (byMonth.get(day.slice(0, 7)) ?? 0n) + cost)
    expect(months.buckets.map((each: Bucket) => [dayIn(timeZone, each.start), sumOf(each.groups)])).toEqual(
      [...byMonth].map(([month, cost]) => [`${month}-01`, cost]),
    )
    const hours = await ask(place, { ...whole, granularity: 'HOUR' })
    expect(hours.total).toBe(total)
    expect(new Set(hours.buckets.map(hoursOf))).toEqual(new Set([1]))
    // The same sums by UTC.
    expect((await ask(place, { ...whole, timeZone: 'UTC' })).total).toBe(total)
  })
})

describe('an organization with hourly sums', () => {
  let world: UsageWorld
  beforeAll(async () => {
    world = await startUsageWorld()
    await world.record([world.event()])
  })
  afterAll(() => world?.close())

  const ask = (input: object) =>
    world.as.owner.ask(
      `query ($id: ID!, $input: CostAnalyticsInput!) { organization(id: $id) { costAnalytics(input: $input) { total } } }`,
      { id: world.ids.organization, input: { from: world.ago(3 * DAY_MS), to: world.ago(0), ...input } },
    )

  test('rejects a time zone whose days start at a half or quarter hour', async () => {
    for (const timeZone of ['Asia/Kolkata', 'Asia/Kathmandu']) {
      const { data, errors } = await ask({ timeZone })
      expect(data.organization.costAnalytics).toBeNull()
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_REQUEST' } })
      expect(errors?.[0]?.message).toMatch(/^timeZone: .* cannot be split\. An ADMIN can set the time zone/)
    }
    expect((await ask({ timeZone: 'Europe/Berlin' })).data.organization.costAnalytics.total).toBe('1')
  })

  test('rejects names that are not time zones', async () => {
    for (const timeZone of ['', 'Mars/Olympus', '+05:30', '\u0000', 'A'.repeat(1_000_000), '../etc/passwd']) {
      expect((await ask({ timeZone })).errors?.[0]).toMatchObject({ extensions: { code: 'BAD_REQUEST' } })
    }
  })

  test('has half-hourly sums from the hour after its time zone is set', async () => {
    const { owner } = world.as
    const { ids } = world
    const set = await owner.mutate(
      'organizationUpdate',
      { id: ids.organization, timeZone: 'Asia/Kolkata' },
      'organization { timeZone sumsByHalfHourSince sumsByQuarterHourSince }',
    )
    const since = Math.ceil(Date.parse(world.ago(0)) / HOUR_MS) * HOUR_MS
    expect(set.organization).toEqual({
      timeZone: 'Asia/Kolkata',
      sumsByHalfHourSince: new Date(since).toISOString(),
      sumsByQuarterHourSince: null,
    })
    const { data } = await owner.ask(
      'query ($id: ID!) { organization(id: $id) { auditLog(first: 1) { nodes { action details { name value } } } } }',
      { id: ids.organization },
    )
    expect(data.organization.auditLog.nodes[0]).toMatchObject({
      action: 'organization.updated',
      details: expect.arrayContaining([
        { name: 'timeZoneBefore', value: 'UTC' },
        { name: 'timeZone', value: 'Asia/Kolkata' },
      ]),
    })
    const refused = await ask({ timeZone: 'Asia/Kolkata' })
    expect(refused.errors?.[0]?.message).toContain(`since ${new Date(since).toISOString()}: start the period then`)
    world.database.clock.advance(3 * DAY_MS)
    const events = [0, 29, 31, 59].map((minute) =>
      world.event({ occurredAt: new Date(since + DAY_MS + minute * MINUTE_MS).toISOString() }),
    )
    expect(await world.record(events)).toMatchObject({ recorded: 4 })
    const from = new Date(since + DAY_MS).toISOString()
    const hour = (start: number) => ({ from: new Date(start).toISOString(), to: new Date(start + 1).toISOString() })
    const halves = [since + DAY_MS - 30 * MINUTE_MS, since + DAY_MS + 30 * MINUTE_MS]
    for (const start of halves) {
      const { data } = await ask({ ...hour(start), granularity: 'HOUR', timeZone: 'Asia/Kolkata' })
      expect(data.organization.costAnalytics.total).toBe('2')
    }
    const { data: hours } = await ask({ from, to: new Date(since + DAY_MS + 1).toISOString(), granularity: 'HOUR' })
    expect(hours.organization.costAnalytics.total).toBe('4')
    const nepal = await ask({ from, to: world.ago(0), timeZone: 'Asia/Kathmandu' })
    expect(nepal.errors?.[0]?.message).toContain('quarter hour')
  })

  test('counts an event’s adjustments in the half hour of the event', async () => {
    const { owner } = world.as
    const at = Math.floor(Date.parse(world.ago(HOUR_MS)) / HOUR_MS) * HOUR_MS + 40 * MINUTE_MS
    const event = world.event({ occurredAt: new Date(at).toISOString() })
    await world.record([event])
    await owner.mutate('usageAdjust', {
      apiKeyId: world.ids.apiKey,
      adjustmentId: 'half',
      amount: '-1',
      reason: 'Wrong',
      eventId: event.eventId,
    })
    const { data } = await ask({
      from: new Date(at - 10 * MINUTE_MS).toISOString(),
      to: new Date(at - 9 * MINUTE_MS).toISOString(),
      granularity: 'HOUR',
      timeZone: 'Asia/Kolkata',
    })
    expect(data.organization.costAnalytics.total).toBe('0')
  })
})

test('denials by day use the organization’s time zone', async () => {
  const world = await startUsageWorld()
  try {
    const { owner } = world.as
    const { database } = world.app.runtime
    const { id, defaultProject } = await createOrganization(owner, 'Denied')
    await owner.mutate('organizationUpdate', { id, timeZone: 'Asia/Kathmandu' })
    const key = await createKey(owner, defaultProject, 'key')
    const [row] = await database.sql<{ id: string; organization_id: string; project_id: string }>(
      'SELECT id, organization_id, project_id FROM api_key ORDER BY id DESC LIMIT 1',
    )
    if (!row) throw new Error(`${key.id} is missing`)
    const day = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS
    // Midnight in Nepal is 18:15 UTC.
    const counts = [18 * 60, 18 * 60 + 15, 18 * 60 + 30].map((minute, index) => ({
      kind: 'API_KEY' as const,
      id: row.id,
      organizationId: row.organization_id,
      projectId: row.project_id,
      reason: 'EXPIRED' as const,
      hour: new Date(day + minute * MINUTE_MS),
      count: 10 ** index,
    }))
    await recordDenials(database, crypto.randomUUID(), counts)
    const { data } = await owner.ask(
      'query ($id: ID!, $input: DenialsInput!) { organization(id: $id) { denials(input: $input) { total buckets { start groups { denials } } } } }',
      {
        id,
        input: {
          from: new Date(day + 12 * HOUR_MS),
          to: new Date(day + 20 * HOUR_MS),
          granularity: 'DAY',
          timeZone: 'Asia/Kathmandu',
        },
      },
    )
    expect(data.organization.denials).toEqual({
      total: '111',
      buckets: [
        { start: new Date(day - DAY_MS + (18 * 60 + 15) * MINUTE_MS).toISOString(), groups: [{ denials: '1' }] },
        { start: new Date(day + (18 * 60 + 15) * MINUTE_MS).toISOString(), groups: [{ denials: '110' }] },
      ],
    })
  } finally {
    await world.close()
  }
})
