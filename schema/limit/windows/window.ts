import type { LimitKind } from '@keyward/engine/lease/kind'
import {
  announce,
  BUDGET_PERIODS,
  type BudgetPeriod,
  type Calendar,
  UTC,
  type Window,
  windowOf,
} from '@keyward/engine/lease/window'
import type { Database, Transaction } from '@keyward/prisma/database'
import { z } from 'zod'
import { canonicalZone, localDayOf, startOfDay } from '../../core/time-zone.ts'
import {
  type CalendarRow,
  findCalendars,
  findCalendarsOfLimits,
  findDistinctCalendars,
  hasCalendarBudgets,
} from './sql.ts'

/** The window of a limit, from its start (included) to its end (excluded). A lifetime has no end. */
export interface DateWindow {
  start: Date
  end: Date | null
}

/** Finds the window of a limit’s kind that contains a moment, as dates. */
export function windowAt(kind: LimitKind, at: Date, calendar: Calendar): DateWindow {
  const { start, end } = windowOf(kind, at.getTime(), calendar)
  return { start: new Date(start), end: Number.isFinite(end) ? new Date(end) : null }
}

const announcedWindows = z.record(z.string(), z.object({ start: z.number(), end: z.number() })).nullable()

/**
 * Reads the calendar of an organization: the days of its time zone, and the windows announced before that time zone was
 * set.
 */
export function readCalendar({ time_zone, announced_windows }: CalendarRow): Calendar {
  const zone = canonicalZone(time_zone) ?? 'UTC'
  const announced = announcedWindows.parse(announced_windows)
  if (zone === 'UTC') return announced === null ? UTC : { ...UTC, announced }
  return {
    dayOf: (at) => localDayOf(zone, at),
    startOf: (day) => startOfDay(zone, day),
    announced: announced ?? undefined,
  }
}

/** Reads calendars. Equal rows share one calendar, whose windows are computed once. */
export function calendarReader(): (row: CalendarRow) => Calendar {
  const calendars = new Map<string, Calendar>()
  return (row) => {
    const name = `${row.time_zone} ${JSON.stringify(row.announced_windows)}`
    const calendar = calendars.get(name) ?? readCalendar(row)
    calendars.set(name, calendar)
    return calendar
  }
}

/**
 * Finds windows for a batch. A batch names few windows, many times, so the last window of each kind and calendar is
 * cached.
 */
export function windowFinder(): (kind: LimitKind, at: number, calendar?: Calendar) => Window {
  const found = new Map<Calendar, Map<LimitKind, Window>>()
  return (kind, at, calendar = UTC) => {
    const windows = found.get(calendar) ?? new Map<LimitKind, Window>()
    found.set(calendar, windows)
    const last = windows.get(kind)
    if (last && at >= last.start && at < last.end) return last
    const window = windowOf(kind, at, calendar)
    windows.set(kind, window)
    return window
  }
}

/** Reads calendars by their ids. */
function readCalendars(rows: readonly (CalendarRow & { id: string })[]): ReadonlyMap<string, Calendar> {
  const calendarOf = calendarReader()
  return new Map(rows.map((row) => [row.id, calendarOf(row)]))
}

/** Finds the calendars of organizations, projects and keys by their UUIDs. */
export const calendarsOf = async (
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Calendar>> =>
  ids.length === 0 ? new Map() : readCalendars(await findCalendars(database, [...new Set(ids)]))

/** Finds the calendars of scopes that have limits, parts included. */
export const calendarsOfLimits = async (
  database: Database,
  scopeIds: readonly string[],
): Promise<ReadonlyMap<string, Calendar>> =>
  readCalendars(await findCalendarsOfLimits(database, [...new Set(scopeIds)]))

/** The current window of a period, by one of the organization calendars. */
export interface CurrentWindow {
  zone: string
  /** The windows announced before the time zone was set, as text from the database. */
  announced: string | null
  kind: BudgetPeriod
  start: Date
}

/** Finds the current windows of budgets, by the calendars of some scopes or of all organizations. */
export async function currentWindows(database: Database, scopeIds: readonly string[] | null): Promise<CurrentWindow[]> {
  const now = database.clock.now()
  return (await findDistinctCalendars(database, scopeIds)).flatMap(({ announced, ...row }) => {
    const calendar = readCalendar(row)
    return BUDGET_PERIODS.map((kind) => {
      const { start } = windowAt(kind, now, calendar)
      return { zone: row.time_zone, announced, kind, start }
    })
  })
}

/**
 * The windows that an organization's calendar has announced, to be kept in the calendar that replaces it. Null if no
 * budget has announced one, so that the new calendar applies at once. Call it with the organization locked.
 */
export async function announcedWindowsOf(
  tx: Transaction,
  organizationId: string,
  row: CalendarRow,
  now: Date,
): Promise<Record<string, Window> | null> {
  return (await hasCalendarBudgets(tx, organizationId)) ? announce(now.getTime(), readCalendar(row)) : null
}
