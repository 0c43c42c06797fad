import type { LimitKind } from '@keyward/prisma/generated/prisma/client'

/** What a budget is for: a day, week or month of the UTC calendar, or all of a thing's life. */
export type BudgetPeriod = Exclude<LimitKind, 'REQUESTS_PER_MINUTE'>

export const BUDGET_PERIODS: readonly BudgetPeriod[] = ['DAY', 'WEEK', 'MONTH', 'TOTAL']

const DAY_MS = 86_400_000

/** A budget's window: from its start, included, to its end, not included; a lifetime has no end. */
export interface Window {
  start: Date
  end: Date | null
}

/** The window of a period that a moment is in. Weeks begin on Monday; a lifetime begins in 1970. */
export function windowOf(period: BudgetPeriod, at: Date): Window {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  const midnight = Date.UTC(year, month, day)
  switch (period) {
    case 'DAY':
      return { start: new Date(midnight), end: new Date(midnight + DAY_MS) }
    case 'WEEK': {
      const monday = midnight - ((at.getUTCDay() + 6) % 7) * DAY_MS
      return { start: new Date(monday), end: new Date(monday + 7 * DAY_MS) }
    }
    case 'MONTH':
      return { start: new Date(Date.UTC(year, month)), end: new Date(Date.UTC(year, month + 1)) }
    case 'TOTAL':
      return { start: new Date(0), end: null }
  }
}
