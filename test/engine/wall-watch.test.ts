import { afterEach, expect, test, vi } from 'vitest'
import { gainedSince } from '../../engine/wall-watch.ts'
import { readings, ServerClock } from '../../sdk/src/gateway/link/clock.ts'

const HOUR_MS = 3_600_000

afterEach(() => vi.restoreAllMocks())

test('a wall clock’s gain is its lead over the monotonic clock', () => {
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
test('the gateway’s clock includes suspended time until a message contains the server’s time', () => {
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
test('a message that was buffered during a suspension does not set the gateway’s clock back', () => {
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

/** A clock that has heard the server's time, with the clocks of this process under control. */
function heardClock() {
  const clock = new ServerClock()
  const server = Date.parse('2026-11-28T12:00:00Z')
  const [wall, elapsed] = [Date.now(), performance.now()]
  const move = (elapsedMs: number, wallMs = elapsedMs) => {
    vi.spyOn(performance, 'now').mockReturnValue(elapsed + elapsedMs)
    vi.spyOn(Date, 'now').mockReturnValue(wall + wallMs)
  }
  const at = (milliseconds: number) => new Date(server + milliseconds).toISOString()
  move(0)
  clock.hear(at(0))
  return { clock, move, at, now: () => Math.round(clock.now() - server) }
}

// Failed when the clock only drifted back, by 0.05 ms a message.
test('the gateway’s clock follows a server clock that was set back, from the next response on', () => {
  const { clock, move, at, now } = heardClock()
  move(1_000)
  const asked = readings()
  move(1_040)
  clock.hear(at(1_020 - 2 * HOUR_MS), asked)
  // The server answered between the request and the response.
  expect(now()).toBeGreaterThanOrEqual(1_020 - 2 * HOUR_MS)
  expect(now()).toBeLessThanOrEqual(1_060 - 2 * HOUR_MS)
})

test('many late messages and responses do not set the gateway’s clock back', () => {
  const { clock, move, at, now } = heardClock()
  for (let each = 1; each <= 20; each += 1) {
    move(each * 1_000)
    clock.hear(at(each * 1_000 - 5_000))
  }
  const asked = readings()
  move(23_000)
  // The server answered at once, and the response took three seconds.
  clock.hear(at(20_000), asked)
  expect(now()).toBeGreaterThanOrEqual(23_000 - 2)
})

test('a response that was buffered during a suspension does not set the gateway’s clock back', () => {
  const { clock, move, at, now } = heardClock()
  move(1_000)
  const asked = readings()
  move(1_010, HOUR_MS)
  // The stream delivers the time after the suspension first.
  clock.hear(at(HOUR_MS))
  clock.hear(at(1_000), asked)
  expect(now()).toBeGreaterThanOrEqual(HOUR_MS - 2)
})
