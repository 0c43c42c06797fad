import { LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import { tag } from '../api-key/input.ts'
import { RequestError } from '../core/errors.ts'
import { decodeAnyId, decodeId, type IdType } from '../core/ids.ts'
import { listOf, text } from '../core/input.ts'
import { canonicalZone, timeZone } from '../core/time-zone.ts'
import { edgesOf, GRANULARITIES, type Granularity, LONGEST } from './buckets.ts'
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

export const MAX_FILTER = 100

/** A filter that matches if every given list matches. Ids are UUIDs. */
export interface CostFilter {
  projectIds: string[] | null
  credentialIds: string[] | null
  userIds: string[] | null
  workloads: Workload[] | null
  modelIds: string[] | null
  lineItems: LineItem[] | null
  /** Consumers, as events name them. */
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

/**
 * A question about usage: whole hours, days or months of a time zone, from a time (inclusive) to another (exclusive).
 */
export interface Question {
  from: Date
  to: Date
  granularity: Granularity
  /** The name under which this process knows the time zone. */
  timeZone: string
  groupBy: ReadonlySet<Dimension>
  /** The tag whose values TAG groups by. Null if TAG is not a dimension. */
  tagKey: string | null
  filter: CostFilter
}

const list = <Item extends z.ZodType>(item: Item) =>
  listOf(item, MAX_FILTER)
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
  timeZone: timeZone().nullish(),
  groupBy: listOf(z.enum(DIMENSIONS), MAX_FILTER)
    .nullish()
    .transform((value) => new Set(value ?? [])),
  tagKey: tag.shape.key.nullish().transform((value) => value ?? null),
  filter: filter.nullish().transform((value) => value ?? NO_FILTER),
})

const invalid = (field: string, message: string): RequestError => RequestError.invalid([{ path: [field], message }])

/** Validates a question, and extends its period to whole hours, days or months. Throws BAD_REQUEST with the issues. */
export function readQuestion(given: unknown): Question {
  const { success, data, error } = input.safeParse(given)
  if (!success) {
    throw RequestError.invalid(error.issues.map(({ path, message }) => ({ path: path.map(String), message })))
  }
  const { granularity, groupBy, tagKey: grouped } = data
  if (groupBy.has('TAG') && grouped === null) throw invalid('tagKey', 'Name the tag to group by, such as `team`.')
  if (!groupBy.has('TAG') && grouped !== null) throw invalid('groupBy', 'Add TAG to `groupBy`, or omit `tagKey`.')
  if (data.from >= data.to) throw invalid('from', 'Must be before `to`.')
  const zone = canonicalZone(data.timeZone ?? 'UTC') ?? 'UTC'
  const edges = edgesOf({ ...data, timeZone: zone })
  if (edges === null) {
    const other = granularity === 'HOUR' ? ', or use the granularity DAY' : ''
    const message = `Must be at most ${LONGEST[granularity]} before \`to\`, rounded to whole hours, days or months. Request a shorter period${other}.`
    throw invalid('from', message)
  }
  const [from, to] = [new Date(edges[0] ?? data.from), new Date(edges.at(-1) ?? data.to)]
  // A later end of a bucket cannot be written in RFC 3339.
  if (to.getUTCFullYear() > 9999) throw invalid('to', 'Must be before the year 10000.')
  return { ...data, timeZone: zone, from, to }
}
