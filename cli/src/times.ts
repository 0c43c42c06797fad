import { UsageError } from './exit-codes.ts'

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** How a moment or a span is written, for the messages. */
const SPAN = 'a span such as 90s, 30m, 24h, 30d or 12w'
const MOMENT = 'a day (2027-01-31: its beginning in UTC), a time with its zone (2027-01-31T12:00:00Z)'

/** How many seconds a span is: `24h`; null when the text is none. */
function secondsIn(text: string): number | null {
  const [, number, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? []
  return number === undefined ? null : Number(number) * (SECONDS[unit] ?? 0)
}

/** A day or a time, as the graph takes it; null when the text is none. */
function momentIn(text: string): string | null {
  const isMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const moment = new Date(text)
  if (!isMoment || Number.isNaN(moment.getTime())) return null
  // The thirty-first of a short month becomes another day.
  const isThere = text.includes('T') || moment.toISOString().startsWith(text)
  return isThere ? moment.toISOString() : null
}

/** The moment so many seconds from now. */
export const inSeconds = (seconds: number): string => {
  const moment = new Date(Date.now() + seconds * 1_000)
  if (Number.isNaN(moment.getTime())) throw new UsageError('That is too far away.')
  return moment.toISOString()
}

/** A span, in seconds. */
export function parseSpan(option: string, text: string): number {
  const seconds = secondsIn(text)
  if (seconds === null) throw new UsageError(`${option} takes ${SPAN}.`)
  return seconds
}

/** A moment that is given by itself or as a span from now. */
export function parseAhead(option: string, text: string): string {
  const seconds = secondsIn(text)
  const moment = seconds === null ? momentIn(text) : inSeconds(seconds)
  if (moment === null) throw new UsageError(`${option} takes ${MOMENT}, or ${SPAN} from now.`)
  return moment
}

/** A moment that is given by itself or as a span before now. */
export function parseBefore(option: string, text: string): string {
  const seconds = secondsIn(text)
  const moment = seconds === null ? momentIn(text) : inSeconds(-seconds)
  if (moment === null) throw new UsageError(`${option} takes ${MOMENT}, or ${SPAN} ago.`)
  return moment
}

/** A moment, given by itself. */
export function parseMoment(option: string, text: string): string {
  const moment = momentIn(text)
  if (moment === null) throw new UsageError(`${option} takes ${MOMENT}.`)
  return moment
}

/** An expiration, or null for one that was said to be `never`. */
export function parseExpiration(option: string, text: string): string | null {
  return text === 'never' ? null : parseAhead(option, text)
}

/** A time of the server for people: UTC, to the minute. */
export const showTime = (time: string | null, none = '-'): string =>
  time === null ? none : `${time.slice(0, 16).replace('T', ' ')}Z`
