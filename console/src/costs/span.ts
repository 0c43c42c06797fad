import { issueOf } from '../app/action.ts'
import { isoDayIn } from '../ui/time.tsx'

const DAY_MS = 86_400_000

/** The last days, including today, or the days from one to another, such as `2027-01-31`. */
export type Range = { days: number } | { from: string; to: string }

/** Days of a time zone. */
export interface Span {
  range: Range
  zone: string
}

/** A range in words. */
export const textOf = (range: Range): string =>
  'days' in range ? (range.days === 1 ? 'Today' : `Last ${range.days} days`) : `${range.from} to ${range.to}`

/** A time that is within a day in the given time zone. Zones are up to 14 hours ahead of UTC and 12 hours behind it. */
function timeWithin(day: string, zone: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`)
  return (
    [noon, noon - DAY_MS / 2, noon + DAY_MS / 2].find((at) => isoDayIn(new Date(at).toISOString(), zone) === day) ??
    noon
  )
}

/** The input of an analysis by days. The server extends it to whole days of the time zone. */
function periodOf({ range, zone }: Span) {
  const now = Date.now()
  const [from = now, to = now] =
    'days' in range
      ? [now - (range.days - 1) * DAY_MS, now]
      : [timeWithin(range.from, zone), timeWithin(range.to, zone)].sort((one, other) => one - other)
  return {
    from: new Date(from).toISOString(),
    // Without subtracting a millisecond, a period of one day would be empty, which is an error.
    to: new Date(to + 1).toISOString(),
    granularity: 'DAY' as const,
    timeZone: zone,
  }
}

/** The result of a query by days, and the time zone of these days. */
export interface ByDays<Answer> {
  answer: Answer
  zone: string
}

/**
 * Queries by days of a time zone. Uses days in UTC if the hours of the period cannot be divided into days of the zone.
 */
export async function askByDays<Answer>(
  span: Span,
  ask: (period: ReturnType<typeof periodOf>) => Promise<Answer>,
): Promise<ByDays<Answer>> {
  try {
    return { answer: await ask(periodOf(span)), zone: span.zone }
  } catch (error) {
    if (span.zone === 'UTC' || issueOf(error, 'timeZone') === undefined) throw error
    return { answer: await ask(periodOf({ ...span, zone: 'UTC' })), zone: 'UTC' }
  }
}
