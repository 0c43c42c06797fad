import type { Database } from '@keyward/prisma/database'
import type { CredentialKind, LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import { startsOf } from '../buckets.ts'
import { DIMENSIONS, type Dimension, type Question, type ScopeKind } from '../question.ts'

/** The sums of one bucket and group. Dimensions outside of the grouping are missing. */
export interface SumRow {
  scope: string
  start: Date
  project_id?: string | null
  credential_kind?: CredentialKind | null
  credential_id?: string | null
  user_id?: string | null
  workload?: Workload | null
  model_id?: string | null
  line_item?: LineItem | null
  consumer?: string | null
  tag_value?: string | null
  events: string
  requests: string
  quantity: string
  cost: string
}

/** The columns of each dimension, in the order of groups of equal cost. */
const COLUMNS: Record<Dimension, readonly string[]> = {
  PROJECT: ['project_id'],
  CREDENTIAL: ['credential_kind', 'credential_id'],
  USER: ['user_id'],
  WORKLOAD: ['workload'],
  MODEL: ['model_id'],
  LINE_ITEM: ['line_item'],
  CONSUMER: ['consumer'],
  TAG: ['tag_value'],
}

const SCOPES: Record<ScopeKind, string> = {
  ORGANIZATION: 'organization_id',
  PROJECT: 'project_id',
  CREDENTIAL: 'credential_id',
}

/** The column of `api_key_tag_period` that contains the id of each scope. */
const TAG_SCOPES: Record<ScopeKind, string> = { ...SCOPES, CREDENTIAL: 'api_key_id' }

const TOTALS = `sum(events)::text AS events, sum(requests)::text AS requests, sum(quantity)::text AS quantity,
         sum(cost)::text AS cost`

/** The tables that a question reads: only questions about consumers read the sums of consumers. */
type Source = 'ALL' | 'BY_CONSUMER' | 'OF_CONSUMERS'

const sourceOf = ({ groupBy, filter }: Question): Source =>
  filter.consumers ? 'OF_CONSUMERS' : groupBy.has('CONSUMER') ? 'BY_CONSUMER' : 'ALL'

const SHARED =
  'organization_id, hour, project_id, credential_kind, credential_id, user_id, workload, model_id, line_item'

/**
 * Usage without a consumer is computed as all usage less that of consumers, so that every grouping has the same total.
 */
const SOURCES: Record<Source, string> = {
  ALL: 'usage_hourly',
  OF_CONSUMERS: 'usage_consumer_hourly',
  BY_CONSUMER: `(SELECT ${SHARED}, consumer, events, requests, quantity, cost FROM usage_consumer_hourly
       UNION ALL SELECT ${SHARED}, NULL, events, requests, quantity, cost FROM usage_hourly
       UNION ALL SELECT ${SHARED}, NULL, -events, -requests, -quantity, -cost FROM usage_consumer_hourly)`,
}

/** A question, with the parameters of its statement. */
interface Asked {
  scopes: readonly string[]
  question: Question
  limit: number
  /** The end of the previous page. Only set for pages. */
  after: string
}

type Read = (asked: Asked) => unknown

/** Adds a parameter to a statement, given how its value is read. Returns its placeholder, `$n`. */
type Parameter = (read: Read) => string

/** The properties of a question that determine its statement. */
interface Form {
  kind: ScopeKind
  source: Source
  dimensions: readonly Dimension[]
  filtersTags: boolean
}

/** The condition that the credential of usage `u` had the tag in that hour. */
const HAS_TAG = (period: string) => `${period}.api_key_id = u.credential_id
             AND u.hour >= ${period}.from_hour AND u.hour < ${period}.until_hour`

/** Joins the value of the tag that the credential had in that hour. */
const tagOf = (kind: ScopeKind, scopes: string, $: Parameter): string => `
            LEFT JOIN (SELECT api_key_id, value AS tag_value, from_hour, until_hour FROM api_key_tag_period
                        WHERE ${TAG_SCOPES[kind]} = ANY(${scopes}::uuid[]) AND key = ${$(({ question }) => question.tagKey)}::text) AS t
              ON ${HAS_TAG('t')}`

/** Restricts usage to credentials that had one of the tags in that hour. */
function hasOneOf($: Parameter): string {
  const keys = $(({ question }) => question.filter.tags?.map(({ key }) => key))
  const values = $(({ question }) => question.filter.tags?.map(({ value }) => value))
  return `AND EXISTS (SELECT FROM api_key_tag_period f
               JOIN unnest(${keys}::text[], ${values}::text[]) AS w (key, value) ON f.key = w.key AND f.value = w.value
              WHERE ${HAS_TAG('f')})`
}

/** The rows of a question. */
function from({ kind, source, dimensions, filtersTags }: Form, columns: readonly string[], $: Parameter): string {
  const scope = SCOPES[kind]
  const scopes = $((asked) => asked.scopes)
  const oneOf = (column: string, type: string, read: (question: Question) => unknown) => {
    const place = $(({ question }) => read(question))
    return `AND (${place}::text[] IS NULL OR ${column} = ANY(${place}::text[]::${type}[]))`
  }
  // The sums of a bucket. This process computes the starts of buckets, so the database need not know the same time
  // zones.
  const starts = `${$(({ question }) => startsOf(question))}::timestamptz[]`
  return `
    FROM (SELECT ${scope} AS scope, (${starts})[width_bucket(hour, ${starts})] AS start,
                 ${columns.map((name) => `${name}, `).join('')}events, requests, quantity, cost
            FROM ${SOURCES[source]} AS u${dimensions.includes('TAG') ? tagOf(kind, scopes, $) : ''}
           WHERE ${scope} = ANY(${scopes}::uuid[])
             AND hour >= ${$(({ question }) => question.from)}::timestamptz AND hour < ${$(({ question }) => question.to)}::timestamptz
             ${oneOf('project_id', 'uuid', ({ filter }) => filter.projectIds)}
             ${oneOf('credential_id', 'uuid', ({ filter }) => filter.credentialIds)}
             ${oneOf('user_id', 'uuid', ({ filter }) => filter.userIds)}
             ${oneOf('workload', '"Workload"', ({ filter }) => filter.workloads)}
             ${oneOf('model_id', 'uuid', ({ filter }) => filter.modelIds)}
             ${oneOf('line_item', '"LineItem"', ({ filter }) => filter.lineItems)}
             ${source === 'OF_CONSUMERS' ? `AND consumer = ANY(${$(({ question }) => question.filter.consumers)}::text[])` : ''}
             ${filtersTags ? hasOneOf($) : ''}) AS used`
}

/** Leaves out usage without a consumer if there is none. Adjustments have a cost, but no requests. */
const having = ({ source }: Form): string =>
  source === 'BY_CONSUMER' ? 'HAVING sum(requests) <> 0 OR sum(cost) <> 0' : ''

const columnsOf = ({ dimensions }: Form): string[] => dimensions.flatMap((dimension) => COLUMNS[dimension])

/** Sums by bucket, the most expensive first, up to the limit. */
function byCost(form: Form, $: Parameter): string {
  const columns = columnsOf(form)
  const keys = ['scope', 'start', ...columns].join(', ')
  return `
  SELECT ${keys}, ${TOTALS} ${from(form, columns, $)}
   GROUP BY ${keys} ${having(form)} ORDER BY scope, start, sum(used.cost) DESC, ${keys} LIMIT ${$(({ limit }) => limit)}`
}

/** Columns in which an empty text differs from null. */
const MAY_BE_EMPTY: readonly string[] = ['consumer', 'tag_value']

/** The text of a column within a key. */
const partOf = (name: string): string =>
  MAY_BE_EMPTY.includes(name) ? `coalesce('=' || ${name}, '')` : `coalesce(${name}::text, '')`

/** Sums in the order of a key, after the previous page, up to the limit, so that deep pages need no memory. */
function byKey(form: Form, $: Parameter): string {
  const columns = columnsOf(form)
  const keys = ['scope', 'start', ...columns].join(', ')
  const parts = ['extract(epoch FROM start)::bigint', ...columns.map(partOf)].join(', ')
  return `
  SELECT ${keys}, key, ${TOTALS}
    FROM (SELECT used.*, concat_ws(' ', ${parts}) COLLATE "C" AS key ${from(form, columns, $)}) AS keyed
   WHERE key > ${$(({ after }) => after)}::text COLLATE "C" GROUP BY ${keys}, key ${having(form)} ORDER BY key
   LIMIT ${$(({ limit }) => limit)}`
}

interface Statement {
  text: string
  reads: Read[]
}

const statements = new Map<string, Statement>()

/**
 * The statement for one form of questions. A single statement for all forms would also sort by unused dimensions, which
 * takes a quarter more time.
 */
function statementFor(order: typeof byCost, kind: ScopeKind, question: Question): Statement {
  const form: Form = {
    kind,
    source: sourceOf(question),
    dimensions: DIMENSIONS.filter((dimension) => question.groupBy.has(dimension)),
    filtersTags: question.filter.tags !== null,
  }
  const name = [order.name, ...Object.values(form)].join(' ')
  const known = statements.get(name)
  if (known) return known
  const reads: Read[] = []
  const text = order(form, (read) => `$${reads.push(read)}`)
  const statement = { text, reads }
  statements.set(name, statement)
  return statement
}

/** Reads the sums of a question for several scopes: by bucket, the most expensive first. */
export function readSums(
  database: Database,
  kind: ScopeKind,
  scopes: readonly string[],
  question: Question,
  limit: number,
): Promise<SumRow[]> {
  const { text, reads } = statementFor(byCost, kind, question)
  const asked = { scopes, question, limit, after: '' }
  return database.analyze<SumRow>(
    text,
    reads.map((read) => read(asked)),
  )
}

/** Reads a page of the sums of one scope, in the order of a key. */
export function readSumsPage(
  database: Database,
  kind: ScopeKind,
  scope: string,
  question: Question,
  { after, limit }: { after: string; limit: number },
): Promise<(SumRow & { key: string })[]> {
  const { text, reads } = statementFor(byKey, kind, question)
  const asked = { scopes: [scope], question, limit, after }
  return database.analyze<SumRow & { key: string }>(
    text,
    reads.map((read) => read(asked)),
  )
}
