import { afterAll, beforeAll, expect, test } from 'vitest'
import { LATEST_DAYS } from '../../../schema/usage/event.ts'
import { RAW_USAGE_KEPT_DAYS, removeOldUsage } from '../../../schema/usage/retention.ts'
import { DAY_MS, HOUR_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld
beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

const count = async (table: string) =>
  (await world.database.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count

const months = async () =>
  (
    await world.database.sql<{ part: string }>(
      `SELECT inhrelid::regclass::text AS part FROM pg_inherits WHERE inhparent = 'usage_record'::regclass ORDER BY 1`,
    )
  ).map(({ part }) => part)

test('old months of raw events are deleted, but not their sums', async () => {
  expect(RAW_USAGE_KEPT_DAYS).toBeGreaterThan(LATEST_DAYS + 1)
  const { clock } = world.database
  const begun = clock.now()
  clock.advance(Date.UTC(begun.getUTCFullYear(), begun.getUTCMonth() + 1) - begun.getTime() + HOUR_MS)
  await world.record(Array.from({ length: 25 }, () => world.event()))
  const [first, month = ''] = await months()
  expect(first).toBe('usage_event')
  clock.advance(RAW_USAGE_KEPT_DAYS * DAY_MS)
  await world.record(Array.from({ length: 3 }, () => world.event()))
  // The last event of the month could be a month younger than these.
  await removeOldUsage(world.database)
  expect(await count('usage_record')).toBe(28)
  clock.advance(31 * DAY_MS)
  await removeOldUsage(world.database)
  expect(await count('usage_record')).toBe(3)
  expect(await months()).not.toContain(month)
  // All sessions have expired by now, so the sums are read from the table.
  const [sums] = await world.database.sql<{ cost: string; events: string }>(
    'SELECT sum(cost)::text AS cost, sum(events)::text AS events FROM usage_hourly',
  )
  expect(sums).toEqual({ cost: '28.000000000', events: '28' })
})

test('raw events that have no month are deleted in batches', async () => {
  await world.database.sql(
    `INSERT INTO usage_event (id, content_hash, organization_id, project_id, credential_kind, credential_id, workload,
                              gateway_id, occurred_at, recorded_at, units, cost)
     SELECT 'before-' || n, content_hash, organization_id, project_id, credential_kind, credential_id, workload, gateway_id,
            occurred_at, recorded_at - make_interval(days => $1), units, cost
       FROM (SELECT * FROM usage_record ORDER BY recorded_at DESC LIMIT 1) e, generate_series(1, 25) n`,
    [RAW_USAGE_KEPT_DAYS],
  )
  expect(await removeOldUsage(world.database, 10)).toBe(25)
  expect(await count('usage_event')).toBe(0)
})
