import { canonicalZone, offsetAt } from '../core/time-zone.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * Times since which the sums of an organization are kept by half and by quarter hours. Null: never. All other sums are
 * kept by the hour. In few time zones, days begin at a half or quarter hour of UTC. Only organizations in these zones
 * need finer sums.
 */
export interface SumParts {
  halfHoursFrom: Date | null
  quarterHoursFrom: Date | null
}

export const WHOLE_HOURS: SumParts = { halfHoursFrom: null, quarterHoursFrom: null }

/** The parts of an hour that a time zone needs, in minutes. */
export type Part = 60 | 30 | 15

/** Finds the longest part of an hour that divides the hour at all given moments. Null if there is none. */
export function partFor(moments: readonly number[]): Part | null {
  for (const part of [60, 30, 15] as const) if (moments.every((at) => at % (part * MINUTE_MS) === 0)) return part
  return null
}

/** Returns the start of the hour, or of the part of the hour, in which usage is counted. */
export function sumStart(at: Date, { halfHoursFrom, quarterHoursFrom }: SumParts): Date {
  const part = quarterHoursFrom && at >= quarterHoursFrom ? 15 : halfHoursFrom && at >= halfHoursFrom ? 30 : 60
  return new Date(at.getTime() - (at.getTime() % (part * MINUTE_MS)))
}

/** The parts of an hour at which the days of a time zone begin, in this year and the next years. */
export function partOfZone(name: string, now: Date): Part {
  const zone = canonicalZone(name) ?? 'UTC'
  const months = Array.from({ length: 48 }, (_, index) => now.getTime() + (index - 12) * 30 * DAY_MS)
  return partFor(months.map((at) => offsetAt(zone, at))) ?? 15
}

/** Returns the parts after a change to a time zone. `isEmpty`: the organization has no sums yet. */
export function withPart(parts: SumParts, part: Part, now: Date, isEmpty: boolean): SumParts {
  const from = isEmpty ? new Date(0) : new Date(Math.ceil(now.getTime() / HOUR_MS) * HOUR_MS)
  const { halfHoursFrom, quarterHoursFrom } = parts
  if (part === 30 && !halfHoursFrom && !quarterHoursFrom) return { ...parts, halfHoursFrom: from }
  if (part === 15 && !quarterHoursFrom) return { ...parts, quarterHoursFrom: from }
  return parts
}
