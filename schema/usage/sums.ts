import { parseUsd } from '@keyward/engine/money'
import type { Database } from '@keyward/prisma/database'
import type { CredentialKind, LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import { NO_MODEL } from './metered.ts'
import type { Question, ScopeKind } from './question.ts'
import { readSums, readSumsPage, type SumRow } from './sums/sql.ts'

/** The sums of one scope, bucket and group. Dimensions outside of the grouping are null. Ids are UUIDs. */
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
  /**
   * The consumer in its stored form. `OTHERS` for all consumers beyond the maximum. Null for usage without a consumer.
   */
  consumer: string | null
  /** Null for usage of credentials without the tag, and unless grouped by it. */
  tagValue: string | null
  /** Each event is counted once, whatever its line items. */
  events: bigint
  /** Each event is counted once for each of its line items. */
  requests: bigint
  quantity: bigint
  nanos: bigint
}

const sumOf = (row: SumRow): Sum => ({
  scope: row.scope,
  start: row.start,
  projectId: row.project_id ?? null,
  credentialKind: row.credential_kind ?? null,
  credentialId: row.credential_id ?? null,
  userId: row.user_id ?? null,
  workload: row.workload ?? null,
  modelId: row.model_id === NO_MODEL ? null : (row.model_id ?? null),
  lineItem: row.line_item ?? null,
  consumer: row.consumer ?? null,
  tagValue: row.tag_value ?? null,
  events: BigInt(row.events),
  requests: BigInt(row.requests),
  quantity: BigInt(row.quantity),
  nanos: parseUsd(row.cost),
})

/** Reads the sums of a question for several scopes: by scope and bucket, the most expensive first. */
export async function sumUsage(
  database: Database,
  kind: ScopeKind,
  scopes: readonly string[],
  question: Question,
  limit: number,
): Promise<Sum[]> {
  const rows = await readSums(database, kind, scopes, question, limit)
  return rows.map(sumOf)
}

/** Reads a page of the sums of one scope, in a stable order. `after` is the end of the previous page. */
export async function pageUsage(
  database: Database,
  kind: ScopeKind,
  scope: string,
  question: Question,
  page: { after: string; limit: number },
): Promise<{ sums: Sum[]; end: string | null }> {
  const rows = await readSumsPage(database, kind, scope, question, page)
  const end = rows.length === page.limit ? (rows.at(-1)?.key ?? null) : null
  return { sums: rows.map(sumOf), end }
}

/** The number of requests of a sum. Grouped or filtered by line item, a request counts once for each of its line items. */
export const requestsOf = (sum: Pick<Sum, 'events' | 'requests'>, { groupBy, filter }: Question): bigint =>
  groupBy.has('LINE_ITEM') || filter.lineItems ? sum.requests : sum.events
