export type BudgetPeriod = 'DAY' | 'WEEK' | 'MONTH' | 'TOTAL'

export const BUDGET_PERIODS: readonly BudgetPeriod[] = ['DAY', 'WEEK', 'MONTH', 'TOTAL']

const DAY_MS = 86_400_000

/** The periods of fixed length, in milliseconds. */
const LENGTHS: Readonly<Record<string, number>> = { MINUTE: 60_000, HOUR: 3_600_000, DAY: DAY_MS, WEEK: 7 * DAY_MS }

/** The window of a limit in milliseconds, from its start (included) to its end (excluded). */
export interface Window {
  readonly start: number
  readonly end: number
}

const ALWAYS: Window = { start: 0, end: Number.POSITIVE_INFINITY }

/** The first Monday of the calendar, in milliseconds. Days, hours and minutes begin there, too. */
const MONDAY_MS = 4 * DAY_MS

/**
 * Finds the window of a limit's kind that contains a moment, by the UTC calendar. Weeks begin on Monday. A lifetime has one
 * window, and so does a rate in requests a minute, which refills all the time.
 */
export function windowOf(kind: string, at: number): Window {
  if (kind === 'REQUESTS_PER_MINUTE') return ALWAYS
  const period = kind.slice(kind.lastIndexOf('_') + 1)
  const length = LENGTHS[period]
  if (length) {
    const start = Math.floor((at - MONDAY_MS) / length) * length + MONDAY_MS
    return { start, end: start + length }
  }
  if (period !== 'MONTH') return ALWAYS
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) }
}
