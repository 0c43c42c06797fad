export type BudgetPeriod = 'DAY' | 'WEEK' | 'MONTH' | 'TOTAL'

export const BUDGET_PERIODS: readonly BudgetPeriod[] = ['DAY', 'WEEK', 'MONTH', 'TOTAL']

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The periods of rates, in milliseconds. */
const LENGTHS: Readonly<Record<string, number>> = { MINUTE: 60_000, HOUR: HOUR_MS, DAY: DAY_MS }

/**
 * Half of each period that follows a calendar, in milliseconds. A window after a change of the calendar has at least
 * this length.
 */
const HALVES: Readonly<Record<string, number>> = { DAY: 12 * HOUR_MS, WEEK: 84 * HOUR_MS, MONTH: 14 * DAY_MS }

/** The periods that follow a calendar. */
export const CALENDAR_PERIODS = ['DAY', 'WEEK', 'MONTH'] as const

/** Whether the windows of a limit's kind follow the calendar of an organization. */
export const isCalendarKind = (kind: string): boolean => kind in HALVES

/** The window of a limit in milliseconds, from its start (included) to its end (excluded). */
export interface Window {
  readonly start: number
  readonly end: number
}

/** A date of a calendar. Months count from 0. */
export interface Day {
  year: number
  month: number
  day: number
}

/** The days of a time zone. */
export interface Calendar {
  /** The date of a moment. */
  dayOf(at: number): Day
  /** The first moment of a date. Days and months may be out of range. */
  startOf(day: Day): number
  /**
   * The windows that were current when this calendar replaced another one, by period. They end as announced, so that a
   * change neither grants a budget twice nor ends it early.
   */
  readonly announced?: Readonly<Partial<Record<string, Window>>> | undefined
}

const ALWAYS: Window = { start: 0, end: Number.POSITIVE_INFINITY }

/** The calendar of rates, and of budgets without a time zone. */
export const UTC: Calendar = {
  dayOf(at) {
    const date = new Date(at)
    return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }
  },
  // Date.UTC interprets the years 0 to 99 as years of the 20th century.
  startOf: ({ year, month, day }) => new Date(0).setUTCFullYear(year, month, day),
}

/** The first dates of the period that contains a date, and of the next period. Weeks begin on Monday. */
function daysAround(period: string, day: Day): [first: Day, next: Day] {
  if (period === 'MONTH')
    return [
      { ...day, day: 1 },
      { ...day, month: day.month + 1, day: 1 },
    ]
  const sinceMonday = period === 'WEEK' ? (new Date(UTC.startOf(day)).getUTCDay() + 6) % 7 : 0
  const first = { ...day, day: day.day - sinceMonday }
  return [first, { ...first, day: first.day + (period === 'WEEK' ? 7 : 1) }]
}

/** The window of a period in a calendar that never changed. */
function plainWindow(period: string, at: number, { dayOf, startOf }: Calendar): Window {
  let [first, next] = daysAround(period, dayOf(at))
  // If clocks go back over midnight, the repeated hour belongs to the day that has already begun. Few days are skipped.
  while (startOf(next) <= at) [first, next] = daysAround(period, next)
  return { start: startOf(first), end: startOf(next) }
}

/**
 * Finds the window of a limit's kind that contains a moment. Budgets follow a calendar, and rates the UTC clock. A
 * lifetime has a single window. So does a rate in requests a minute, which refills continuously.
 */
export function windowOf(kind: string, at: number, calendar: Calendar = UTC): Window {
  if (kind === 'REQUESTS_PER_MINUTE') return ALWAYS
  const half = HALVES[kind]
  if (!half) {
    const length = LENGTHS[kind.slice(kind.lastIndexOf('_') + 1)]
    if (!length) return ALWAYS
    const start = Math.floor(at / length) * length
    return { start, end: start + length }
  }
  const announced = calendar.announced?.[kind]
  if (!announced || at < announced.start) return plainWindow(kind, at, calendar)
  if (at < announced.end) return announced
  // The next window follows without a gap, and ends at a boundary of the calendar.
  let { end } = plainWindow(kind, announced.end, calendar)
  while (end - announced.end < half) end = plainWindow(kind, end, calendar).end
  return at < end ? { start: announced.end, end } : plainWindow(kind, at, calendar)
}

/** The current windows of a calendar, by period. A calendar that replaces it announces them. */
export const announce = (at: number, calendar: Calendar): Record<string, Window> =>
  Object.fromEntries(CALENDAR_PERIODS.map((period) => [period, windowOf(period, at, calendar)]))
