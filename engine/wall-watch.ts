/** Both clocks of a process at one moment, in milliseconds. */
export interface Readings {
  wall: number
  elapsed: number
}

/** A smaller gain, in milliseconds, comes from an adjustment of the clock. */
const TOLERANCE_MS = 250

/**
 * The milliseconds that the wall clock gained on the monotonic one; 0 if it moved back. The monotonic clock stops while a
 * machine is suspended: a time that was counted from it is behind afterwards, and expired keys would pass.
 */
export function gainedSince(before: Readings, now: Readings): number {
  const gained = now.wall - before.wall - (now.elapsed - before.elapsed)
  return gained > TOLERANCE_MS ? gained : 0
}
