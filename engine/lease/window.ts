export type BudgetPeriod = 'DAY' | 'WEEK' | 'MONTH' | 'TOTAL'

export const BUDGET_PERIODS: readonly BudgetPeriod[] = ['DAY', 'WEEK', 'MONTH', 'TOTAL']

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The window of a limit in milliseconds, from its start (included) to its end (excluded). */
export interface Window {
  readonly start: number
  readonly end: number
}

const ALWAYS: Window = { start: 0, end: Number.POSITIVE_INFINITY }

/** The first Monday of the calendar, in milliseconds. */
const MONDAY_MS = 4 * DAY_MS

const windowOfLength = (at: number, length: number, first = 0): Window => {
  const start = Math.floor((at - first) / length) * length + first
  return { start, end: start + length }
}

/**
 * Finds the window of a limit's kind that contains a moment, by the UTC calendar. Weeks begin on Monday. A lifetime has one
 * window, and so does a rate in requests a minute, which refills all the time.
 */
export function windowOf(kind: string, at: number): Window {
  if (kind === 'REQUESTS_PER_MINUTE') return ALWAYS
  const period = kind.slice(kind.lastIndexOf('_') + 1)
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  switch (period) {
    case 'MINUTE':
      return windowOfLength(at, MINUTE_MS)
    case 'HOUR':
      return windowOfLength(at, HOUR_MS)
    case 'DAY':
      return windowOfLength(at, DAY_MS)
    case 'WEEK':
      return windowOfLength(at, 7 * DAY_MS, MONDAY_MS)
    case 'MONTH':
      return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) }
    default:
      return ALWAYS
  }
}
