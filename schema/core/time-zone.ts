import { tzOffset } from '@date-fns/tz'
import { type Day, UTC } from '@keyward/engine/lease/window'
import { z } from 'zod'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** The longest name of a time zone. */
export const MAX_TIME_ZONE = 64

/**
 * Finds the name under which this process knows a time zone. Spellings differ in case, and zones have aliases, which
 * would multiply the cached data of each zone. Null for an unknown zone.
 */
export function canonicalZone(name: string): string | null {
  if (name === 'UTC') return name
  if (name.length > MAX_TIME_ZONE || !/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return null
  const found = known.get(name)
  if (found !== undefined) return found
  const canonical = findZone(name)
  const [oldest] = known.keys()
  if (known.size >= KNOWN && oldest !== undefined) known.delete(oldest)
  known.set(name, canonical)
  return canonical
}

/** Names that were looked up, which takes half a millisecond. */
const known = new Map<string, string | null>()
const KNOWN = 200

function findZone(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

/** The name of a time zone, as given by the caller. */
export const timeZone = () =>
  z
    .string()
    .refine((value) => canonicalZone(value) !== null, {
      error: 'Must be the name of a time zone from the IANA database, such as `Asia/Kolkata`.',
    })
    .meta({ maxLength: MAX_TIME_ZONE })

/** The offset of a time zone from UTC at a moment, in milliseconds. */
export const offsetAt = (zone: string, at: number): number =>
  zone === 'UTC' ? 0 : Math.round(tzOffset(zone, new Date(at)) * MINUTE_MS)

/** The date in a time zone at a given moment. */
export function localDayOf(zone: string, at: number): Day {
  const local = new Date(at + offsetAt(zone, at))
  return { year: local.getUTCFullYear(), month: local.getUTCMonth(), day: local.getUTCDate() }
}

/**
 * Finds the first moment of a day in a time zone. Where clocks go forward at midnight, the day begins later; where they go
 * back to before midnight, it begins with the first midnight.
 */
export function startOfDay(zone: string, day: Day): number {
  const midnight = UTC.startOf(day)
  const before = midnight - offsetAt(zone, midnight - DAY_MS)
  if (midnight - offsetAt(zone, before) === before) return before
  const after = midnight - offsetAt(zone, midnight + DAY_MS)
  if (midnight - offsetAt(zone, after) === after) return after
  // The clocks skip midnight: the day begins when they change.
  let [low, high] = [Math.min(before, after), Math.max(before, after)]
  const changed = offsetAt(zone, high)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle) === changed) high = middle
    else low = middle
  }
  return high
}
