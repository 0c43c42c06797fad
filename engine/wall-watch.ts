/** Both clocks of a process at one moment, in milliseconds. */
export interface Readings {
  wall: number
  elapsed: number
}

/** A smaller gain, in milliseconds, comes from an adjustment of the clock. */
const TOLERANCE_MS = 250

/**
 * The milliseconds that the wall clock gained on the monotonic clock, or 0 if it moved back. The monotonic clock stops
 * while a machine is suspended. A time counted with it would then be too early, and expired keys would be accepted.
 */
export function gainedSince(before: Readings, now: Readings): number {
  const gained = now.wall - before.wall - (now.elapsed - before.elapsed)
  return gained > TOLERANCE_MS ? gained : 0
}
