import { issueOf } from '../app/action.ts'
import { isoDayIn } from '../ui/time.tsx'

const DAY_MS = 86_400_000

/** The last days, today included, or the days from one to another, such as `2027-01-31`. */
export type Range = { days: number } | { from: string; to: string }

/** Days of a time zone. */
export interface Span {
  range: Range
  zone: string
}

/** A range as people say it. */
export const textOf = (range: Range): string =>
  'days' in range ? (range.days === 1 ? 'Today' : `Last ${range.days} days`) : `${range.from} to ${range.to}`

/** A time within a day of a time zone. Zones are up to 14 hours before and 12 hours after UTC. */
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
    // Without the millisecond, a period of one day would be empty, which is an error.
    to: new Date(to + 1).toISOString(),
    granularity: 'DAY' as const,
    timeZone: zone,
  }
}

/** The answer to a question by days, and the time zone of these days. */
export interface ByDays<Answer> {
  answer: Answer
  zone: string
}

/**
 * Asks about days of a time zone, or of UTC where the hours of this time cannot be divided into days of the zone.
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
