export type BudgetPeriod = 'DAY' | 'WEEK' | 'MONTH' | 'TOTAL'

export const BUDGET_PERIODS: readonly BudgetPeriod[] = ['DAY', 'WEEK', 'MONTH', 'TOTAL']

const DAY_MS = 86_400_000

/** The window of a budget in milliseconds, from its start (included) to its end (excluded). */
export interface Window {
  readonly start: number
  readonly end: number
}

const ALWAYS: Window = { start: 0, end: Number.POSITIVE_INFINITY }

/**
 * Finds the window of a period that contains a moment, by the UTC calendar. Weeks begin on Monday. A lifetime has one window,
 * and so does a rate, which refills all the time.
 */
export function windowOf(period: string, at: number): Window {
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const midnight = Math.floor(at / DAY_MS) * DAY_MS
  switch (period) {
    case 'DAY':
      return { start: midnight, end: midnight + DAY_MS }
    case 'WEEK': {
      const monday = midnight - ((date.getUTCDay() + 6) % 7) * DAY_MS
      return { start: monday, end: monday + 7 * DAY_MS }
    }
    case 'MONTH':
      return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) }
    default:
      return ALWAYS
  }
}
