import type { LimitKind } from '@keyward/engine/lease/kind'
import { windowOf } from '@keyward/engine/lease/window'

/** The window of a limit, from its start (included) to its end (excluded). A lifetime has no end. */
export interface DateWindow {
  start: Date
  end: Date | null
}

/** Finds the window of a limit’s kind that contains a moment, as dates. */
export function windowAt(kind: LimitKind, at: Date): DateWindow {
  const { start, end } = windowOf(kind, at.getTime())
  return { start: new Date(start), end: Number.isFinite(end) ? new Date(end) : null }
}
