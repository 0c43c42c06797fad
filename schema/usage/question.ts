import { LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import { tag } from '../api-key/input.ts'
import { RequestError } from '../core/errors.ts'
import { decodeAnyId, decodeId, type IdType } from '../core/ids.ts'
import { text } from '../core/input.ts'
import { MAX_CONSUMER } from './consumers/consumer.ts'

/** The dimensions of costs. */
export const DIMENSIONS = [
  'PROJECT',
  'CREDENTIAL',
  'USER',
  'WORKLOAD',
  'MODEL',
  'LINE_ITEM',
  'CONSUMER',
  'TAG',
] as const

export type Dimension = (typeof DIMENSIONS)[number]

export const GRANULARITIES = ['HOUR', 'DAY'] as const

export type Granularity = (typeof GRANULARITIES)[number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const STEP: Record<Granularity, number> = { HOUR: HOUR_MS, DAY: DAY_MS }
/** The longest time span of a question, in days. */
export const MAX_DAYS: Record<Granularity, number> = { HOUR: 31, DAY: 400 }
export const MAX_FILTER = 100

/** Filters by every given list. Ids are UUIDs. */
export interface CostFilter {
  projectIds: string[] | null
  credentialIds: string[] | null
  userIds: string[] | null
  workloads: Workload[] | null
  modelIds: string[] | null
  lineItems: LineItem[] | null
  /** As events name them. */
  consumers: string[] | null
  tags: Tag[] | null
}

/** A tag of keys. */
interface Tag {
  key: string
  value: string
}

/** The scope that usage is summed over. */
export type ScopeKind = 'ORGANIZATION' | 'PROJECT' | 'CREDENTIAL'

/** A question about usage: whole hours or days (UTC), from a time until before another. */
export interface Question {
  from: Date
  to: Date
  granularity: Granularity
  groupBy: ReadonlySet<Dimension>
  /** The tag whose values TAG groups by. Null without that dimension. */
  tagKey: string | null
  filter: CostFilter
}

const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .max(MAX_FILTER, { error: `May have at most ${MAX_FILTER} entries.` })
    .nullish()
    .transform((value) => value ?? null)

/** Ids of one type. Invalid ids match nothing. */
const ids = (type: IdType) =>
  list(z.string()).transform((given) => given?.map((id) => decodeId(type, id)).filter((id) => id !== null) ?? null)

const CREDENTIALS: readonly string[] = ['ApiKey', 'LegacyKey', 'User']

const credentialIds = list(z.string()).transform(
  (given) =>
    given
      ?.map(decodeAnyId)
      .filter((id) => id !== null)
      .filter(({ type }) => CREDENTIALS.includes(type))
      .map(({ uuid }) => uuid) ?? null,
)

const filter = z.object({
  projectIds: ids('Project'),
  credentialIds,
  userIds: ids('User'),
  workloads: list(z.enum(Workload)),
  modelIds: ids('Model'),
  lineItems: list(z.enum(LineItem)),
  consumers: list(text(MAX_CONSUMER)),
  tags: list(tag),
})

const NO_FILTER: CostFilter = filter.parse({})

const input = z.object({
  from: z.date(),
  to: z.date(),
  granularity: z.enum(GRANULARITIES),
  groupBy: z
    .array(z.enum(DIMENSIONS))
    .max(MAX_FILTER)
    .nullish()
    .transform((value) => new Set(value ?? [])),
  tagKey: tag.shape.key.nullish().transform((value) => value ?? null),
  filter: filter.nullish().transform((value) => value ?? NO_FILTER),
})

const floor = (at: Date, step: number): number => Math.floor(at.getTime() / step) * step
const ceiling = (at: Date, step: number): number => Math.ceil(at.getTime() / step) * step

const invalid = (field: string, message: string): RequestError => RequestError.invalid([{ path: [field], message }])

/** Validates a question, and extends its time span to whole hours or days. Throws BAD_REQUEST with the issues. */
export function readQuestion(given: unknown): Question {
  const { success, data, error } = input.safeParse(given)
  if (!success) {
    throw RequestError.invalid(error.issues.map(({ path, message }) => ({ path: path.map(String), message })))
  }
  const { granularity, groupBy, tagKey: grouped } = data
  if (groupBy.has('TAG') && grouped === null) throw invalid('tagKey', 'Name the tag to group by, such as `team`.')
  if (!groupBy.has('TAG') && grouped !== null) throw invalid('groupBy', 'Add TAG to group by `tagKey`, or omit that.')
  const step = STEP[granularity]
  const [from, to] = [floor(data.from, step), ceiling(data.to, step)]
  // A bucket that ends later cannot be written in RFC 3339.
  if (new Date(to).getUTCFullYear() > 9999) throw invalid('to', 'Must be before the year 10000.')
  if (data.from >= data.to) throw invalid('from', 'Must be before `to`.')
  if (to - from > MAX_DAYS[granularity] * DAY_MS) {
    const other = granularity === 'HOUR' ? ', or ask with the granularity DAY' : ''
    const message = `Must be at most ${MAX_DAYS[granularity]} days before \`to\`, rounded to whole hours or days. Ask for less time${other}.`
    throw invalid('from', message)
  }
  return { ...data, from: new Date(from), to: new Date(to) }
}

/** The start and end of every bucket of a question, in order and without gaps. */
export function bucketsOf({ from, to, granularity }: Pick<Question, 'from' | 'to' | 'granularity'>) {
  const step = STEP[granularity]
  const count = Math.ceil((to.getTime() - from.getTime()) / step)
  return Array.from({ length: count }, (_, index) => {
    const start = from.getTime() + index * step
    return { start: new Date(start), end: new Date(start + step) }
  })
}

/** Estimates the number of buckets before the input is validated. */
export function estimateBuckets(given: { from: Date; to: Date; granularity: Granularity }): number {
  const step = STEP[given.granularity]
  const most = (MAX_DAYS[given.granularity] * DAY_MS) / step
  const count = (ceiling(given.to, step) - floor(given.from, step)) / step
  return Math.min(Math.max(1, count), most)
}
