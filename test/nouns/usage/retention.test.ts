import { afterAll, beforeAll, expect, test } from 'vitest'
import { LATEST_DAYS } from '../../../schema/usage/event.ts'
import { RAW_USAGE_KEPT_DAYS, removeOldUsage } from '../../../schema/usage/retention.ts'
import { DAY_MS, startUsageWorld, type UsageWorld } from './setting.ts'

let world: UsageWorld
beforeAll(async () => {
  world = await startUsageWorld()
})
afterAll(() => world?.close())

test('raw events are deleted once they are too old to be repeated, and their sums are kept', async () => {
  expect(RAW_USAGE_KEPT_DAYS).toBeGreaterThan(LATEST_DAYS + 1)
  const count = async () =>
    (await world.database.sql<{ count: number }>('SELECT count(*)::int AS count FROM usage_event'))[0]?.count
  await world.record(Array.from({ length: 25 }, () => world.event()))
  world.database.clock.advance((RAW_USAGE_KEPT_DAYS - 1) * DAY_MS)
  await world.record(Array.from({ length: 3 }, () => world.event()))
  expect(await removeOldUsage(world.database)).toBe(0)
  world.database.clock.advance(2 * DAY_MS)
  expect(await removeOldUsage(world.database, 10)).toBe(25)
  expect(await count()).toBe(3)
  // All sessions have expired by now, so the sums are read from the table.
  const [sums] = await world.database.sql<{ cost: string; events: string }>(
    'SELECT sum(cost)::text AS cost, sum(events)::text AS events FROM usage_hourly',
  )
  expect(sums).toEqual({ cost: '28.000000000', events: '28' })
})
