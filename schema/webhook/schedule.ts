const SECOND = 1
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long after each failed attempt the next one is made, at least, in seconds. After the last one there is none. */
export const RETRY_SECONDS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/**
 * Maximum share by which a wait is lengthened at random, so that a receiver that comes back does not get all messages
 * at once.
 */
const JITTER = 0.2

/** When the next attempt is made after this many have failed; null: never. */
export function retryAt(attempts: number, now: Date): Date | null {
  const seconds = RETRY_SECONDS[attempts - 1]
  if (seconds === undefined) return null
  return new Date(now.getTime() + seconds * 1000 * (1 + JITTER * Math.random()))
}
