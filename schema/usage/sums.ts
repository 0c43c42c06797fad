import type { Database } from '@keyward/prisma/database'
import type { CredentialKind, LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import { parseUsd } from '../money.ts'
import { DIMENSIONS, type Dimension, type Question } from './question.ts'
import { NO_MODEL } from './store.ts'

/** What usage is summed over. */
export type ScopeKind = 'ORGANIZATION' | 'PROJECT' | 'CREDENTIAL'

/** The sums of one bucket and group of a scope. Dimensions that are not grouped by are null. Ids are UUIDs. */
export interface Sum {
  scope: string
  start: Date
  projectId: string | null
  credentialKind: CredentialKind | null
  credentialId: string | null
  userId: string | null
  workload: Workload | null
  modelId: string | null
  lineItem: LineItem | null
  /** Each event counts once, whatever its line items. */
  events: bigint
  /** Each event counts once for each of its line items. */
  requests: bigint
  quantity: bigint
  nanos: bigint
}

interface Row {
  scope: string
  start: Date
  // What is not told apart is missing.
  project_id?: string | null
  credential_kind?: CredentialKind | null
  credential_id?: string | null
  user_id?: string | null
  workload?: Workload | null
  model_id?: string | null
  line_item?: LineItem | null
  events: string
  requests: string
  quantity: string
  cost: string
}

/** The columns of each dimension, in the order in which groups of equal cost come. */
const COLUMNS: Record<Dimension, readonly string[]> = {
  PROJECT: ['project_id'],
  CREDENTIAL: ['credential_kind', 'credential_id'],
  USER: ['user_id'],
  WORKLOAD: ['workload'],
  MODEL: ['model_id'],
  LINE_ITEM: ['line_item'],
}

const SCOPES: Record<ScopeKind, string> = {
  ORGANIZATION: 'organization_id',
  PROJECT: 'project_id',
  CREDENTIAL: 'credential_id',
}

const TOTALS = `sum(events)::text AS events, sum(requests)::text AS requests, sum(quantity)::text AS quantity,
         sum(cost)::text AS cost`

/** The rows that a question is about. $1 to $10. */
const from = (scope: string, columns: readonly string[]) => `
    FROM (SELECT ${scope} AS scope, date_trunc($4::text, hour, 'UTC') AS start, ${columns.map((name) => `${name}, `).join('')}
                 events, requests, quantity, cost
            FROM usage_hourly
           WHERE ${scope} = ANY($1::uuid[]) AND hour >= $2::timestamptz AND hour < $3::timestamptz
             AND ($5::uuid[] IS NULL OR project_id = ANY($5)) AND ($6::uuid[] IS NULL OR credential_id = ANY($6))
             AND ($7::uuid[] IS NULL OR user_id = ANY($7))
             AND ($8::text[] IS NULL OR workload = ANY($8::"Workload"[]))
             AND ($9::uuid[] IS NULL OR model_id = ANY($9))
             AND ($10::text[] IS NULL OR line_item = ANY($10::"LineItem"[]))) AS used`

/** By bucket, the most expensive first; as many as $11. */
function byCost(scope: string, columns: readonly string[]): string {
  const keys = ['scope', 'start', ...columns].join(', ')
  return `
  SELECT ${keys}, ${TOTALS} ${from(scope, columns)}
   GROUP BY ${keys} ORDER BY scope, start, sum(used.cost) DESC, ${keys} LIMIT $11`
}

/** Group by group in the order of a key, from behind $12 on; as many as $11. Deep pages cost no memory here or there. */
function byKey(scope: string, columns: readonly string[]): string {
  const keys = ['scope', 'start', ...columns].join(', ')
  const parts = ['extract(epoch FROM start)::bigint', ...columns.map((name) => `coalesce(${name}::text, '')`)].join(
    ', ',
  )
  return `
  SELECT ${keys}, key, ${TOTALS}
    FROM (SELECT used.*, concat_ws(' ', ${parts}) COLLATE "C" AS key ${from(scope, columns)}) AS keyed
   WHERE key > $12::text COLLATE "C" GROUP BY ${keys}, key ORDER BY key LIMIT $11`
}

const statements = new Map<string, string>()

/**
 * The statement for what is told apart. Every text stays prepared, and there are as many as sets of dimensions: one for
 * all of them would sort by what is not asked for as well, which takes a quarter more time.
 */
function statementFor(order: typeof byCost, kind: ScopeKind, { groupBy }: Question): string {
  const dimensions = DIMENSIONS.filter((dimension) => groupBy.has(dimension))
  const name = [order.name, kind, ...dimensions].join(' ')
  const known = statements.get(name)
  if (known) return known
  const columns = dimensions.flatMap((dimension) => COLUMNS[dimension])
  const text = order(SCOPES[kind], columns)
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

const sumOf = (row: Row): Sum => ({
  scope: row.scope,
  start: row.start,
  projectId: row.project_id ?? null,
  credentialKind: row.credential_kind ?? null,
  credentialId: row.credential_id ?? null,
  userId: row.user_id ?? null,
  workload: row.workload ?? null,
  modelId: row.model_id === NO_MODEL ? null : (row.model_id ?? null),
  lineItem: row.line_item ?? null,
  events: BigInt(row.events),
  requests: BigInt(row.requests),
  quantity: BigInt(row.quantity),
  nanos: parseUsd(row.cost),
})

/** The sums that a question asks for, of several scopes of a kind at once: by scope and bucket, the most expensive first. */
export async function sumUsage(
  database: Database,
  kind: ScopeKind,
  scopes: readonly string[],
  question: Question,
  limit: number,
): Promise<Sum[]> {
  const rows = await database.sql<Row>(statementFor(byCost, kind, question), [...valuesOf(scopes, question), limit])
  return rows.map(sumOf)
}

/** A page of the sums of one scope, in an order of its own; `after` is where the page before it ended. */
export async function pageUsage(
  database: Database,
  kind: ScopeKind,
  scope: string,
  question: Question,
  page: { after: string; limit: number },
): Promise<{ sums: Sum[]; end: string | null }> {
  const rows = await database.sql<Row & { key: string }>(statementFor(byKey, kind, question), [
    ...valuesOf([scope], question),
    page.limit,
    page.after,
  ])
  const end = rows.length === page.limit ? (rows.at(-1)?.key ?? null) : null
  return { sums: rows.map(sumOf), end }
}

/**
 * How many requests a sum stands for. Where line items are told apart, or some of them are looked for, a request counts
 * for each of those that it has.
 */
export const requestsOf = (sum: Pick<Sum, 'events' | 'requests'>, { groupBy, filter }: Question): bigint =>
  groupBy.has('LINE_ITEM') || filter.lineItems ? sum.requests : sum.events
