import { afterEach, expect, test, vi } from 'vitest'
import { gainedSince } from '../../engine/wall-watch.ts'
import { ServerClock } from '../../sdk/src/gateway/link/clock.ts'

const HOUR_MS = 3_600_000

afterEach(() => vi.restoreAllMocks())

test('a wall clock gains what it moves ahead of the monotonic clock', () => {
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
  // The wall clock was only set forward: the server says so.
  clock.hear(new Date(server + 1_000).toISOString())
  expect(clock.now() - server).toBeLessThan(2_000)
  vi.spyOn(Date, 'now').mockReturnValue(0)
  expect(clock.now() - server).toBeLessThan(2_000)
})
