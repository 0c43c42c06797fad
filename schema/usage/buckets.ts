import { localDayOf, offsetAt, startOfDay } from '../core/time-zone.ts'

export const GRANULARITIES = ['HOUR', 'DAY', 'MONTH'] as const

export type Granularity = (typeof GRANULARITIES)[number]

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** Maximum number of buckets of a question. */
export const MAX_BUCKETS: Record<Granularity, number> = { HOUR: 31 * 24, DAY: 400, MONTH: 60 }

/** The longest time span of a question, in words. */
export const LONGEST: Record<Granularity, string> = { HOUR: '31 days', DAY: '400 days', MONTH: '60 months' }

/** The length of a bucket in milliseconds, or its minimum. */
const LENGTHS: Record<Granularity, number> = { HOUR: HOUR_MS, DAY: DAY_MS, MONTH: 28 * DAY_MS }

/** Maximum duration of a bucket: a day on which clocks go back, a month of 31 days. */
const LONGEST_BUCKETS: Record<Granularity, number> = { HOUR: HOUR_MS, DAY: 25 * HOUR_MS, MONTH: 31 * DAY_MS }

/** The period and the time zone that decide the buckets of a question. */
export interface Span {
  from: Date
  to: Date
  granularity: Granularity
  /** The time zone that days and months follow. */
  timeZone: string
}

/** One hour, day or month. */
export interface Bucket {
  start: Date
  end: Date
}

/**
 * Returns the start of the day or month that is a number of days or months after the one that contains a given moment.
 */
function startAfter(at: number, granularity: 'DAY' | 'MONTH', zone: string, count: number): number {
  const { year, month, day } = localDayOf(zone, at)
  return granularity === 'DAY'
    ? startOfDay(zone, { year, month, day: day + count })
    : startOfDay(zone, { year, month: month + count, day: 1 })
}

/** The start of each hour, aligned to the time zone's offset at the start of the period. */
function hourEdges(from: number, to: number, zone: string): number[] {
  const first = floorHour(from, zone)
  const count = Math.max(1, Math.ceil((to - first) / HOUR_MS))
  return Array.from({ length: count + 1 }, (_, index) => first + index * HOUR_MS)
}

function floorHour(at: number, zone: string): number {
  const offset = offsetAt(zone, at)
  return Math.floor((at + offset) / HOUR_MS) * HOUR_MS - offset
}

function computeEdges({ from, to, granularity, timeZone }: Span): number[] {
  const [first, last] = [from.getTime(), to.getTime()]
  if (granularity === 'HOUR') return hourEdges(first, last, timeZone)
  const edges = [startAfter(first, granularity, timeZone, 0)]
  for (let index = 1; (edges.at(-1) ?? last) < last; index++) {
    const edge = startAfter(first, granularity, timeZone, index)
    // A zone that crosses the date line can skip a day.
    if (edge > (edges.at(-1) ?? edge)) edges.push(edge)
  }
  return edges
}

/** All scopes of a request use the same buckets. */
const known = new Map<string, readonly number[]>()
const KNOWN = 50

/**
 * Whether a period has certainly more buckets than a question may have. Computing the buckets of centuries would take
 * too long.
 */
const isFarTooLong = ({ from, to, granularity }: Span): boolean =>
  to.getTime() - from.getTime() > (MAX_BUCKETS[granularity] + 2) * LONGEST_BUCKETS[granularity]

/** The start of every bucket, and the end of the last one, in milliseconds. Null if there are too many. */
export function edgesOf(span: Span): readonly number[] | null {
  if (isFarTooLong(span)) return null
  const key = `${span.granularity} ${span.timeZone} ${span.from.getTime()} ${span.to.getTime()}`
  const edges = known.get(key) ?? computeEdges(span)
  const [oldest] = known.keys()
  if (known.size >= KNOWN && oldest !== undefined) known.delete(oldest)
  known.set(key, edges)
  return edges.length - 1 > MAX_BUCKETS[span.granularity] ? null : edges
}

/** Every bucket of a span, in order and without gaps. */
export function bucketsOf(span: Span): Bucket[] {
  const edges = edgesOf(span) ?? []
  return edges
    .slice(0, -1)
    .map((start, index) => ({ start: new Date(start), end: new Date(edges[index + 1] ?? start) }))
}

/** The start of every bucket of a span. */
export const startsOf = (span: Span): Date[] => bucketsOf(span).map(({ start }) => start)

/** Estimates the number of buckets, before the input is validated. */
export function estimateBuckets({ from, to, granularity }: Omit<Span, 'timeZone'>): number {
  const length = LENGTHS[granularity]
  const count = Math.ceil(to.getTime() / length) - Math.floor(from.getTime() / length)
  return Math.min(Math.max(1, count), MAX_BUCKETS[granularity])
}
