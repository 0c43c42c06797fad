import { withTimeout } from './timeout.ts'

/** After this long without news of the database, it is considered unreachable, in milliseconds. */
const AWAY_MS = 5_000
/** A gateway should rather try again than wait longer for a decision. */
const WAIT_MS = 2_000
/** The same limit for a database that is already considered unreachable. */
const AWAY_WAIT_MS = 500

/** Thrown if the database does not answer in time. */
export class LateError extends Error {}

/**
 * Whether there is recent news of the database.
 * @param freshAt The time up to which every committed change is known, by the database's clock.
 */
export const isReachable = (freshAt: Date, now: Date): boolean => now.getTime() - freshAt.getTime() < AWAY_MS

/**
 * Waits for the database as long as a decision may take. Its statements have longer deadlines, because everything else
 * waits for them. The work continues after that.
 * @throws {LateError} It takes longer.
 */
export const inTime = <T>(work: Promise<T>, isReachable: boolean): Promise<T> =>
  withTimeout(work, isReachable ? WAIT_MS : AWAY_WAIT_MS, () => {
    throw new LateError('The database does not answer')
  })
