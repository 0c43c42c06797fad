import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { DatabaseClock } from '../../../prisma/clock.ts'
import { latest } from '../../../schema/core/host.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

/** Longer than a busy machine takes between two reads of a clock, and shorter than every tested offset. */
const TOLERANCE_MS = 10_000

async function databaseTime(): Promise<number> {
  const [row] = await db.database.sql<{ now: Date }>('SELECT clock_timestamp() AS now')
  return row?.now.getTime() ?? Number.NaN
}

test('the clock returns the database’s time', async () => {
  const before = await databaseTime()
  const now = db.database.clock.now().getTime()
  const after = await databaseTime()
  expect(now).toBeGreaterThan(before - TOLERANCE_MS)
  expect(now).toBeLessThan(after + TOLERANCE_MS)
})

test('the clock shows the database’s time even if the machine’s clock differs', async () => {
  const hour = 3_600_000
  const clock = new DatabaseClock(async () => (await databaseTime()) - hour)
  await clock.measure()
  expect(Math.abs(clock.now().getTime() - (Date.now() - hour))).toBeLessThan(TOLERANCE_MS)
})

test('the clock does not move when the machine’s clock jumps', () => {
  const before = db.database.clock.now().getTime()
  vi.spyOn(Date, 'now').mockReturnValue(0)
  const after = db.database.clock.now().getTime()
  vi.restoreAllMocks()
  expect(after - before).toBeGreaterThanOrEqual(0)
  expect(after - before).toBeLessThan(TOLERANCE_MS)
})

// Failed before: after a suspension, an expired key passed until the next measurement.
test('after a machine was suspended, the clock measures the database’s time again', async () => {
  const hour = 3_600_000
  let suspended = 0
  const clock = new DatabaseClock(async () => performance.timeOrigin + performance.now() + suspended)
  await clock.measure()
  const before = clock.now().getTime()
  expect(latest(clock) - before).toBeLessThan(TOLERANCE_MS)
  suspended = hour
  const wall = performance.timeOrigin + hour
  vi.spyOn(Date, 'now').mockImplementation(() => wall + performance.now())
  try {
    expect(latest(clock) - before).toBeGreaterThanOrEqual(hour - 1_000)
    await expect.poll(() => clock.now().getTime() - before).toBeGreaterThanOrEqual(hour - 1_000)
    expect(latest(clock) - clock.now().getTime()).toBeLessThan(TOLERANCE_MS)
  } finally {
    vi.restoreAllMocks()
  }
})

test('the clock uses the sample with the shortest round trip', async () => {
  const waits = [1_000, 0, 1_000]
  const clock = new DatabaseClock(async () => {
    const wait = waits.shift() ?? 0
    // The time is read at once but the response is late. The clock assumes that half of the round trip came before the
    // read.
    const taken = Date.now()
    await new Promise((resolve) => setTimeout(resolve, wait))
    return taken
  })
  await clock.measure()
  expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(400)
})

test('tests can move the clock forward', async () => {
  const ahead = await createTestDatabase({ clockOffsetMs: 60_000 })
  const apart = () => ahead.database.clock.now().getTime() - db.database.clock.now().getTime()
  expect(Math.abs(apart() - 60_000)).toBeLessThan(TOLERANCE_MS)
  ahead.database.clock.advance(30_000)
  expect(Math.abs(apart() - 90_000)).toBeLessThan(TOLERANCE_MS)
  await ahead.drop()
})

test('the clock keeps its last measurement if a new measurement fails', async () => {
  let answers = true
  const clock = new DatabaseClock(async () => {
    if (!answers) throw new Error('away')
    return 1_000_000
  })
  await clock.start()
  answers = false
  await expect(clock.measure()).rejects.toThrow('away')
  expect(Math.abs(clock.now().getTime() - 1_000_000)).toBeLessThan(TOLERANCE_MS)
  clock.stop()
})
