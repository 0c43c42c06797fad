import type { Database } from '@keyward/prisma/database'
import type { CredentialKind, LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
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
}

const SCOPES: Record<ScopeKind, string> = {
  ORGANIZATION: 'organization_id',
  PROJECT: 'project_id',
  CREDENTIAL: 'credential_id',
}

const TOTALS = `sum(events)::text AS events, sum(requests)::text AS requests, sum(quantity)::text AS quantity,
         sum(cost)::text AS cost`

/** Where the rows of a question are: only questions about consumers read the sums of consumers. */
type Source = 'ALL' | 'BY_CONSUMER' | 'OF_CONSUMERS'

const sourceOf = ({ groupBy, filter }: Question): Source =>
  filter.consumers ? 'OF_CONSUMERS' : groupBy.has('CONSUMER') ? 'BY_CONSUMER' : 'ALL'

const SHARED =
  'organization_id, hour, project_id, credential_kind, credential_id, user_id, workload, model_id, line_item'

/** The usage without a consumer is all usage less that of consumers, so that every grouping has the same total. */
const SOURCES: Record<Source, string> = {
  ALL: 'usage_hourly',
  OF_CONSUMERS: 'usage_consumer_hourly',
  BY_CONSUMER: `(SELECT ${SHARED}, consumer, events, requests, quantity, cost FROM usage_consumer_hourly
       UNION ALL SELECT ${SHARED}, NULL, events, requests, quantity, cost FROM usage_hourly
       UNION ALL SELECT ${SHARED}, NULL, -events, -requests, -quantity, -cost FROM usage_consumer_hourly) AS divided`,
}

/** The rows of a question. Parameters $1 to $10, and one for consumers. */
const from = (scope: string, columns: readonly string[], source: Source, consumers: string) => `
    FROM (SELECT ${scope} AS scope, date_trunc($4::text, hour, 'UTC') AS start, ${columns.map((name) => `${name}, `).join('')}
                 events, requests, quantity, cost
            FROM ${SOURCES[source]}
           WHERE ${scope} = ANY($1::uuid[]) AND hour >= $2::timestamptz AND hour < $3::timestamptz
             AND ($5::uuid[] IS NULL OR project_id = ANY($5)) AND ($6::uuid[] IS NULL OR credential_id = ANY($6))
             AND ($7::uuid[] IS NULL OR user_id = ANY($7))
             AND ($8::text[] IS NULL OR workload = ANY($8::"Workload"[]))
             AND ($9::uuid[] IS NULL OR model_id = ANY($9))
             AND ($10::text[] IS NULL OR line_item = ANY($10::"LineItem"[]))
             ${source === 'OF_CONSUMERS' ? `AND consumer = ANY(${consumers}::text[])` : ''}) AS used`

/** Leaves out usage without a consumer where there is none. */
const having = (source: Source): string => (source === 'BY_CONSUMER' ? 'HAVING sum(requests) <> 0' : '')

/** Sums by bucket, the most expensive first, at most $11. */
function byCost(scope: string, columns: readonly string[], source: Source): string {
  const keys = ['scope', 'start', ...columns].join(', ')
  return `
  SELECT ${keys}, ${TOTALS} ${from(scope, columns, source, '$12')}
   GROUP BY ${keys} ${having(source)} ORDER BY scope, start, sum(used.cost) DESC, ${keys} LIMIT $11`
}

/** The text of a column in a key. Other consumers are an empty text, which is not the same as none. */
const partOf = (name: string): string =>
  name === 'consumer' ? `coalesce('=' || consumer, '')` : `coalesce(${name}::text, '')`

/** Sums in the order of a key, after $12, at most $11: deep pages need no memory. */
function byKey(scope: string, columns: readonly string[], source: Source): string {
  const keys = ['scope', 'start', ...columns].join(', ')
  const parts = ['extract(epoch FROM start)::bigint', ...columns.map(partOf)].join(', ')
  return `
  SELECT ${keys}, key, ${TOTALS}
    FROM (SELECT used.*, concat_ws(' ', ${parts}) COLLATE "C" AS key ${from(scope, columns, source, '$13')}) AS keyed
   WHERE key > $12::text COLLATE "C" GROUP BY ${keys}, key ${having(source)} ORDER BY key LIMIT $11`
}

const statements = new Map<string, string>()

/**
 * The statement for a set of dimensions. Each text stays prepared. One statement for all sets would also sort by unused
 * dimensions, which takes a quarter more time.
 */
function statementFor(order: typeof byCost, kind: ScopeKind, question: Question): string {
  const dimensions = DIMENSIONS.filter((dimension) => question.groupBy.has(dimension))
  const source = sourceOf(question)
  const name = [order.name, kind, source, ...dimensions].join(' ')
  const known = statements.get(name)
  if (known) return known
  const columns = dimensions.flatMap((dimension) => COLUMNS[dimension])
  const text = order(SCOPES[kind], columns, source)
  statements.set(name, text)
  return text
}

const valuesOf = (scopes: readonly string[], { from: start, to, granularity, filter }: Question): unknown[] => [
  scopes,
  start,
  to,
  granularity === 'HOUR' ? 'hour' : 'day',
  filter.projectIds,
  filter.credentialIds,
  filter.userIds,
  filter.workloads,
  filter.modelIds,
  filter.lineItems,
]

/** The parameter for consumers, in statements that have one. */
const consumersOf = ({ filter }: Question): unknown[] => (filter.consumers ? [filter.consumers] : [])

/** Reads the sums of a question for several scopes: by bucket, the most expensive first. */
export const readSums = (
  database: Database,
  kind: ScopeKind,
  scopes: readonly string[],
  question: Question,
  limit: number,
) =>
  database.sql<SumRow>(statementFor(byCost, kind, question), [
    ...valuesOf(scopes, question),
    limit,
    ...consumersOf(question),
  ])

/** Reads a page of the sums of one scope, in the order of a key. */
export const readSumsPage = (
  database: Database,
  kind: ScopeKind,
  scope: string,
  question: Question,
  { after, limit }: { after: string; limit: number },
) =>
  database.sql<SumRow & { key: string }>(statementFor(byKey, kind, question), [
    ...valuesOf([scope], question),
    limit,
    after,
    ...consumersOf(question),
  ])
