import type { Database } from '@keyward/prisma/database'
import type { CredentialKind, LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import { parseUsd } from '../money.ts'
import { DIMENSIONS, type Question } from './question.ts'
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
  project_id: string | null
  credential_kind: CredentialKind | null
  credential_id: string | null
  user_id: string | null
  workload: Workload | null
  model_id: string | null
  line_item: LineItem | null
  events: string
  requests: string
  quantity: string
  cost: string
}

/** The rows that a question is about, with nothing but the dimensions that it tells apart. $1 to $16. */
const masked = (scope: string) => `
  SELECT u.${scope} AS scope, date_trunc($4::text, u.hour, 'UTC') AS start,
         CASE WHEN $5::boolean THEN u.project_id END AS project_id,
         CASE WHEN $6::boolean THEN u.credential_kind END AS credential_kind,
         CASE WHEN $6::boolean THEN u.credential_id END AS credential_id,
         CASE WHEN $7::boolean THEN u.user_id END AS user_id, CASE WHEN $8::boolean THEN u.workload END AS workload,
         CASE WHEN $9::boolean THEN u.model_id END AS model_id, CASE WHEN $10::boolean THEN u.line_item END AS line_item,
         u.events, u.requests, u.quantity, u.cost
    FROM usage_hourly u
   WHERE u.${scope} = ANY($1::uuid[]) AND u.hour >= $2::timestamptz AND u.hour < $3::timestamptz
     AND ($11::uuid[] IS NULL OR u.project_id = ANY($11)) AND ($12::uuid[] IS NULL OR u.credential_id = ANY($12))
     AND ($13::uuid[] IS NULL OR u.user_id = ANY($13)) AND ($14::text[] IS NULL OR u.workload = ANY($14::"Workload"[]))
     AND ($15::uuid[] IS NULL OR u.model_id = ANY($15)) AND ($16::text[] IS NULL OR u.line_item = ANY($16::"LineItem"[]))`

const KEYS = 'scope, start, project_id, credential_kind, credential_id, user_id, workload, model_id, line_item'

const TOTALS = `sum(events)::text AS events, sum(requests)::text AS requests, sum(quantity)::text AS quantity,
         sum(cost)::text AS cost`

/** By bucket, the most expensive first; as many as $17. */
const byCost = (scope: string) => `
  SELECT ${KEYS}, ${TOTALS} FROM (${masked(scope)}) AS m
   GROUP BY ${KEYS} ORDER BY scope, start, sum(m.cost) DESC, ${KEYS} LIMIT $17`

/** Group by group in the order of a key, from behind $18 on; as many as $17. Deep pages cost no memory here or there. */
const byKey = (scope: string) => `
  SELECT ${KEYS}, key, ${TOTALS}
    FROM (SELECT m.*, concat_ws(' ', extract(epoch FROM start)::bigint, project_id, credential_id, user_id, workload, model_id,
                                line_item) COLLATE "C" AS key
            FROM (${masked(scope)}) AS m) AS k
   WHERE key > $18::text COLLATE "C" GROUP BY ${KEYS}, key ORDER BY key LIMIT $17`

const COLUMN: Record<ScopeKind, string> = {
  ORGANIZATION: 'organization_id',
  PROJECT: 'project_id',
  CREDENTIAL: 'credential_id',
}

const statements = (write: (scope: string) => string): Record<ScopeKind, string> => ({
  ORGANIZATION: write(COLUMN.ORGANIZATION),
  PROJECT: write(COLUMN.PROJECT),
  CREDENTIAL: write(COLUMN.CREDENTIAL),
})

const BY_COST = statements(byCost)
const BY_KEY = statements(byKey)

const valuesOf = (scopes: readonly string[], { from, to, granularity, groupBy, filter }: Question): unknown[] => [
  scopes,
  from,
  to,
  granularity === 'HOUR' ? 'hour' : 'day',
  ...DIMENSIONS.map((dimension) => groupBy.has(dimension)),
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
  projectId: row.project_id,
  credentialKind: row.credential_kind,
  credentialId: row.credential_id,
  userId: row.user_id,
  workload: row.workload,
  modelId: row.model_id === NO_MODEL ? null : row.model_id,
  lineItem: row.line_item,
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
  const rows = await database.sql<Row>(BY_COST[kind], [...valuesOf(scopes, question), limit])
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
  const rows = await database.sql<Row & { key: string }>(BY_KEY[kind], [
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
