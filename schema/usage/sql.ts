import { formatUsd } from '@keyward/engine/money'
import type { Database, Transaction } from '@keyward/prisma/database'
import type { CredentialKind, LineItem, Workload } from '@keyward/prisma/generated/prisma/enums'
import type { Line } from './cost.ts'
import { type HourlySum, hourlySumsOf, type Metered } from './metered.ts'
import { DIMENSIONS, type Dimension, type Question, type ScopeKind } from './question.ts'

interface PayerRow {
  kind: CredentialKind
  id: string
  organization_id: string
  project_id: string
  user_id: string | null
  /** The project that was asked for; null if none was, or if a key has its own. */
  asked_project_id: string | null
}

/**
 * Finds payers: keys, legacy keys, and people with an organization. Revoked and expired keys count, since the request was
 * made before. People who left count by the audit event of their playground token.
 */
export const findPayerRows = (
  database: Database,
  keys: { ApiKey: string[]; LegacyKey: string[] },
  people: { user: string; organization: string; project: string | null }[],
) =>
  database.sql<PayerRow>(
    `SELECT 'API_KEY' AS kind, id, organization_id, project_id, created_by_user_id AS user_id, NULL::uuid AS asked_project_id
        FROM api_key WHERE id = ANY($1::uuid[])
      UNION ALL
      SELECT 'LEGACY_KEY', id, organization_id, project_id, NULL, NULL FROM legacy_key WHERE id = ANY($2::uuid[])
      UNION ALL
      SELECT 'PLAYGROUND', t.user_id, t.organization_id, p.id, t.user_id, t.project_id
        FROM unnest($3::uuid[], $4::uuid[], $5::uuid[]) AS t(user_id, organization_id, project_id)
        JOIN project p ON p.organization_id = t.organization_id
                      AND CASE WHEN t.project_id IS NULL THEN p.is_default ELSE p.id = t.project_id END
       WHERE (EXISTS (SELECT FROM member m WHERE m.organization_id = t.organization_id AND m.user_id = t.user_id)
          OR EXISTS (SELECT FROM collaborator c WHERE c.organization_id = t.organization_id AND c.user_id = t.user_id)
          OR EXISTS (SELECT FROM audit_event e WHERE e.organization_id = t.organization_id AND e.target_id = t.user_id
                       AND e.action = 'playground.tokenCreated'))`,
    [
      keys.ApiKey,
      keys.LegacyKey,
      people.map(({ user }) => user),
      people.map(({ organization }) => organization),
      people.map(({ project }) => project),
    ],
  )

interface ModelRow {
  id: string
  slug: string
  online: boolean
  organization_id: string | null
  project_id: string | null
  line_item: LineItem | null
  effective_from: Date | null
  usd: string | null
}

/** Finds models by slug, a row for each price, newest first. */
export const findModelRows = (database: Database, slugs: readonly string[]) =>
  database.sql<ModelRow>(
    `SELECT m.id, m.slug, m.status = 'ONLINE' AS online, m.organization_id, m.project_id, p.line_item::text AS line_item, p.effective_from, p.usd::text AS usd
       FROM model m LEFT JOIN model_price p ON p.model_id = m.id
      WHERE m.slug = ANY($1::text[]) ORDER BY p.effective_from DESC`,
    [slugs],
  )

/** Finds the names of keys, revoked ones included. */
export const findKeyNames = (database: Database, ids: readonly string[]) =>
  database.sql<{ id: string; name: string }>('SELECT id, name FROM api_key WHERE id = ANY($1::uuid[])', [ids])

/** Locks the organizations of events against new budgets, which must count all of the events or none. */
export async function keepOrganizations(tx: Transaction, events: readonly Metered[]): Promise<void> {
  const ids = [...new Set(events.map(({ payer }) => payer.organizationId))].sort()
  await tx.$queryRaw`SELECT id FROM organization WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`
}

/** Inserts new events and returns their ids. Sorted, so that replicas do not deadlock. */
export async function insertEvents(
  tx: Transaction,
  origin: { gatewayId: string; now: Date },
  events: readonly Metered[],
): Promise<Set<string>> {
  const sorted = [...events].sort((a, b) => (a.id < b.id ? -1 : 1))
  const column = (read: (event: Metered) => string | null) => sorted.map(read)
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO usage_event (id, content_hash, organization_id, project_id, credential_kind, credential_id, user_id,
                             workload, model_id, gateway_id, occurred_at, recorded_at, units, cost, reservation_id)
    SELECT id, decode(hash, 'hex'), organization_id, project_id, kind, credential_id, user_id, workload, model_id,
           ${origin.gatewayId}::uuid, occurred_at, ${origin.now}, units, cost, reservation_id
      FROM unnest(${column(({ id }) => id)}::text[], ${column(({ hash }) => hash)}::text[],
                  ${column(({ payer }) => payer.organizationId)}::uuid[], ${column(({ payer }) => payer.projectId)}::uuid[],
                  ${column(({ payer }) => payer.kind)}::"CredentialKind"[], ${column(({ payer }) => payer.id)}::uuid[],
                  ${column(({ payer }) => payer.userId)}::uuid[], ${column(({ workload }) => workload)}::"Workload"[],
                  ${column(({ modelId }) => modelId)}::uuid[],
                  ${column(({ occurredAt }) => occurredAt.toISOString())}::timestamptz[],
                  ${column(({ lines }) => unitsOf(lines))}::jsonb[], ${column(({ nanos }) => formatUsd(nanos))}::numeric[],
                  ${column(({ reservation }) => reservation?.id ?? null)}::uuid[])
        AS t(id, hash, organization_id, project_id, kind, credential_id, user_id, workload, model_id, occurred_at, units,
             cost, reservation_id)
    ON CONFLICT (id) DO NOTHING RETURNING id`
  return new Set(rows.map(({ id }) => id))
}

/** JSON of quantities, which may exceed a JavaScript number. */
const unitsOf = (lines: readonly Line[]): string =>
  `{${lines.map(({ lineItem, quantity }) => `"${lineItem}":${quantity}`).join(',')}}`

/** Reads the content hashes of stored events, by id. */
export async function findHashes(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; hash: string }[]>`
    SELECT id, encode(content_hash, 'hex') AS hash FROM usage_event WHERE id = ANY(${ids}::text[])`
  return new Map(rows.map(({ id, hash }) => [id, hash]))
}

/** Adds events to their hourly sums. Locked in one order, so that replicas do not deadlock. */
export async function addToSums(tx: Transaction, events: readonly Metered[]): Promise<void> {
  const sums = hourlySumsOf(events)
  const column = (read: (sum: HourlySum) => string | null) => sums.map(read)
  await tx.$executeRaw`
    INSERT INTO usage_hourly AS h (organization_id, hour, project_id, credential_kind, credential_id, user_id, workload,
                                   model_id, line_item, events, requests, quantity, cost)
    SELECT * FROM unnest(
      ${column(({ payer }) => payer.organizationId)}::uuid[], ${column(({ hour }) => hour)}::timestamptz[],
      ${column(({ payer }) => payer.projectId)}::uuid[], ${column(({ payer }) => payer.kind)}::"CredentialKind"[],
      ${column(({ payer }) => payer.id)}::uuid[], ${column(({ payer }) => payer.userId)}::uuid[],
      ${column(({ workload }) => workload)}::"Workload"[], ${column(({ modelId }) => modelId)}::uuid[],
      ${column(({ lineItem }) => lineItem)}::"LineItem"[], ${column(({ events }) => events.toString())}::bigint[],
      ${column(({ requests }) => requests.toString())}::bigint[], ${column(({ quantity }) => quantity.toString())}::bigint[],
      ${column(({ nanos }) => formatUsd(nanos))}::numeric[])
    ON CONFLICT (organization_id, hour, project_id, credential_id, workload, model_id, line_item) DO UPDATE
       SET events = h.events + excluded.events, requests = h.requests + excluded.requests,
           quantity = h.quantity + excluded.quantity, cost = h.cost + excluded.cost`
}

/** Deletes a batch of events recorded before a time; returns their number. */
export async function deleteEvents(database: Database, before: Date, batch: number): Promise<number> {
  const rows = await database.sql(
    `DELETE FROM usage_event WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM usage_event WHERE recorded_at < $1 LIMIT $2)) RETURNING id`,
    [before, batch],
  )
  return rows.length
}

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
}

const SCOPES: Record<ScopeKind, string> = {
  ORGANIZATION: 'organization_id',
  PROJECT: 'project_id',
  CREDENTIAL: 'credential_id',
}

const TOTALS = `sum(events)::text AS events, sum(requests)::text AS requests, sum(quantity)::text AS quantity,
         sum(cost)::text AS cost`

/** The rows of a question. Parameters $1 to $10. */
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

/** Sums by bucket, the most expensive first, at most $11. */
function byCost(scope: string, columns: readonly string[]): string {
  const keys = ['scope', 'start', ...columns].join(', ')
  return `
  SELECT ${keys}, ${TOTALS} ${from(scope, columns)}
   GROUP BY ${keys} ORDER BY scope, start, sum(used.cost) DESC, ${keys} LIMIT $11`
}

/** Sums in the order of a key, after $12, at most $11: deep pages need no memory. */
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
 * The statement for a set of dimensions. Each text stays prepared. One statement for all sets would also sort by unused
 * dimensions, which takes a quarter more time.
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

/** Reads the sums of a question for several scopes: by bucket, the most expensive first. */
export const readSums = (
  database: Database,
  kind: ScopeKind,
  scopes: readonly string[],
  question: Question,
  limit: number,
) => database.sql<SumRow>(statementFor(byCost, kind, question), [...valuesOf(scopes, question), limit])

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
  ])
