import { type BudgetPeriod, windowOf } from '@keyward/engine/lease/window'

/** The window of a budget, from its start (included) to its end (excluded). A lifetime has no end. */
export interface DateWindow {
  start: Date
  end: Date | null
}

/** Finds the window of a period that contains a moment, as dates. */
export function windowAt(period: BudgetPeriod, at: Date): DateWindow {
  const { start, end } = windowOf(period, at.getTime())
  return { start: new Date(start), end: Number.isFinite(end) ? new Date(end) : null }
}
