import { issueOf } from '../app/action.ts'

const DAY_MS = 86_400_000

/** The last days of a time zone. */
export interface Span {
  days: number
  zone: string
}

/** The last days, today included, as the input of an analysis. The server extends them to whole days of the time zone. */
function periodOf({ days, zone }: Span) {
  const now = Date.now()
  return {
    from: new Date(now - (days - 1) * DAY_MS).toISOString(),
    // Without the millisecond, the period of today would be empty, which is an error.
    to: new Date(now + 1).toISOString(),
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
 * Asks about the last days of a time zone, or of UTC where the hours of this time cannot be divided into days of the zone.
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
