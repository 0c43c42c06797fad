import { TZDate } from '@date-fns/tz'
import { UsageError } from './exit-codes.ts'

const DAY_SECONDS = 86_400
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: DAY_SECONDS, w: 604_800 }

/** Descriptions of spans and times for messages. */
const SPAN = 'a span such as 90s, 30m, 24h, 30d or 12w'
const MOMENT = 'a day (2027-01-31, from midnight UTC), a time with its zone (2027-01-31T12:00:00Z)'

/** Converts a span such as `24h` to seconds. Null if the text is not a span. */
function secondsIn(text: string): number | null {
  const [, number, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? []
  return number === undefined ? null : Number(number) * (SECONDS[unit] ?? 0)
}

/** Parses a day, from midnight in a time zone, or an RFC 3339 time. Null if the text is neither. */
function momentIn(text: string, zone = 'UTC'): string | null {
  const isMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const moment = new Date(text)
  if (!isMoment || Number.isNaN(moment.getTime())) return null
  // If the month has no such day, such as the 31st, `Date` returns a day in the next month.
  const isThere = text.includes('T') || moment.toISOString().startsWith(text)
  if (!isThere) return null
  if (text.includes('T') || zone === 'UTC') return moment.toISOString()
  const [year = 0, month = 1, day = 1] = text.split('-').map(Number)
  const local = new TZDate(year, month - 1, day, zone)
  // The server rejects an unknown time zone with a better message.
  return new Date(Number.isNaN(local.getTime()) ? moment : local.getTime()).toISOString()
}

/** Formats a time, given in milliseconds, as RFC 3339. */
const momentAt = (milliseconds: number): string => {
  const moment = new Date(milliseconds)
  if (Number.isNaN(moment.getTime())) throw new UsageError('This time is too far away.')
  return moment.toISOString()
}

/** The time after the given number of seconds from now. */
const inSeconds = (seconds: number): string => momentAt(Date.now() + seconds * 1_000)

/** Parses a span, in seconds. */
export function parseSpan(option: string, text: string): number {
  const seconds = secondsIn(text)
  if (seconds === null) throw new UsageError(`${option} takes ${SPAN}.`)
  return seconds
}

/** Parses a number of seconds, or a span. */
export function parseSeconds(option: string, text: string): number {
  const seconds = /^\d{1,15}$/.test(text) ? Number(text) : secondsIn(text)
  if (seconds === null) throw new UsageError(`${option} takes a number of seconds, or ${SPAN}.`)
  return seconds
}

/** Parses a time, or a span that is added to now. */
export function parseAhead(option: string, text: string): string {
  const seconds = secondsIn(text)
  const moment = seconds === null ? momentIn(text) : inSeconds(seconds)
  if (moment === null) throw new UsageError(`${option} takes ${MOMENT}, or ${SPAN} from now.`)
  return moment
}

/** Parses a time, or a span that is subtracted from now. A day starts at midnight in the time zone. */
export function parseBefore(option: string, text: string, zone = 'UTC'): string {
  const seconds = secondsIn(text)
  const moment = seconds === null ? momentIn(text, zone) : inSeconds(-seconds)
  if (moment === null) throw new UsageError(`${option} takes ${MOMENT}, or ${SPAN} ago.`)
  return moment
}

/**
 * Parses the start of a daily report. A span of days or weeks means calendar days in a time zone, up to and including
 * today, as in the console. Any other span is subtracted from now.
 */
export function parseFirstDay(option: string, text: string, zone = 'UTC'): string {
  if (!/^[1-9]\d*[dw]$/.test(text)) return parseBefore(option, text, zone)
  const days = parseSpan(option, text) / DAY_SECONDS
  const now = new TZDate(Date.now(), zone)
  // The server rejects an unknown time zone with a better message.
  const today = Number.isNaN(now.getTime()) ? new TZDate(Date.now(), 'UTC') : now
  const first = new TZDate(today.getFullYear(), today.getMonth(), today.getDate() + 1 - days, today.timeZone ?? 'UTC')
  return momentAt(first.getTime())
}

/** Parses a day or a time. */
export function parseMoment(option: string, text: string): string {
  const moment = momentIn(text)
  if (moment === null) throw new UsageError(`${option} takes ${MOMENT}.`)
  return moment
}

/** An expiration in the form that the server accepts. A span is added to the server's time. */
export type Expiration = { expiresAt: string | null } | { expiresInSeconds: number }

/** Parses an expiration: a span, a time, or `never`. */
export function parseExpiration(option: string, text: string): Expiration {
  if (text === 'never') return { expiresAt: null }
  const expiresInSeconds = secondsIn(text)
  return expiresInSeconds === null ? { expiresAt: parseAhead(option, text) } : { expiresInSeconds }
}

/** Formats a time for people: UTC, to the minute. */
export const showTime = (time: string | null, none = '-'): string =>
  time === null ? none : `${time.slice(0, 16).replace('T', ' ')}Z`

/**
 * Formats the start of a bucket: a month, a day or an hour in a time zone. The same hour occurs twice when clocks are
 * set back.
 */
export function showBucket(start: string, bucket: 'HOUR' | 'DAY' | 'MONTH', zone: string): string {
  if (zone === 'UTC') return bucket === 'HOUR' ? showTime(start) : start.slice(0, bucket === 'DAY' ? 10 : 7)
  const local = new TZDate(start, zone).toISOString()
  return bucket === 'HOUR'
    ? `${local.slice(0, 16).replace('T', ' ')}${local.slice(-6)}`
    : local.slice(0, bucket === 'DAY' ? 10 : 7)
}
