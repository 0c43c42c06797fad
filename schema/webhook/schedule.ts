const SECOND = 1
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Minimum wait after each failed attempt before the next one, in seconds. After the last attempt there is no other. */
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
 * Maximum share by which a wait is randomly lengthened, so that a recovered receiver does not get all messages at once.
 */
const JITTER = 0.2

/** The time of the next attempt after a number of failed ones. Null: never. */
export function retryAt(attempts: number, now: Date): Date | null {
  const seconds = RETRY_SECONDS[attempts - 1]
  if (seconds === undefined) return null
  return new Date(now.getTime() + seconds * 1000 * (1 + JITTER * Math.random()))
}
