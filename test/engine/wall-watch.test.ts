import { afterEach, expect, test, vi } from 'vitest'
import { gainedSince } from '../../engine/wall-watch.ts'
import { ServerClock } from '../../sdk/src/gateway/link/clock.ts'

const HOUR_MS = 3_600_000

afterEach(() => vi.restoreAllMocks())

test('the gain of a wall clock is its lead over the monotonic clock', () => {
  const before = { wall: 1_000, elapsed: 0 }
  for (const [wall, gained] of [
    [6_000, 0],
    [6_100, 0],
    [12_000, 6_000],
    [0, 0],
  ] as const) {
    expect(gainedSince(before, { wall, elapsed: 5_000 }), String(wall)).toBe(gained)
  }
})

// Failed before: a key that expired while the machine was suspended passed until the next message.
test('the gateway’s clock counts the time of a suspension, until a message brings the server’s time', () => {
  const clock = new ServerClock()
  const server = Date.parse('2026-11-28T12:00:00Z')
  clock.hear(new Date(server).toISOString())
  expect(clock.now() - server).toBeLessThan(1_000)
  const wall = Date.now() + HOUR_MS
  vi.spyOn(Date, 'now').mockReturnValue(wall)
  expect(clock.now() - server).toBeGreaterThanOrEqual(HOUR_MS - 1_000)
  // The wall clock was only set forward: the server says so. At first, its message may be one from before a suspension.
  clock.hear(new Date(server + 1_000).toISOString())
  expect(clock.now() - server).toBeGreaterThanOrEqual(HOUR_MS - 1_000)
  const elapsed = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(elapsed + 1_500)
  clock.hear(new Date(server + 2_000).toISOString())
  expect(clock.now() - server).toBeLessThan(3_000)
  vi.spyOn(Date, 'now').mockReturnValue(0)
  expect(clock.now() - server).toBeLessThan(3_000)
})

// Failed before: a message from before the suspension, delivered after it, discarded the time of the suspension.
test('a message that was buffered during a suspension does not set the gateway’s clock back, and a new one counts once', () => {
  const clock = new ServerClock()
  const server = Date.parse('2026-11-28T12:00:00Z')
  clock.hear(new Date(server).toISOString())
  const wall = Date.now() + HOUR_MS
  vi.spyOn(Date, 'now').mockReturnValue(wall)
  for (const age of [20, 10]) clock.hear(new Date(server - age).toISOString())
  expect(clock.now() - server).toBeGreaterThanOrEqual(HOUR_MS - 1_000)
  clock.hear(new Date(server + HOUR_MS).toISOString())
  expect(clock.now() - server).toBeGreaterThanOrEqual(HOUR_MS - 1_000)
  expect(clock.now() - server).toBeLessThan(HOUR_MS + 1_000)
})
