import { formatUsd } from '@keyward/engine/money'
import type { Database, Transaction } from '@keyward/prisma/database'
import type { CredentialKind, LineItem, ServiceTier } from '@keyward/prisma/generated/prisma/enums'
import { inBatches } from '../write/batches.ts'
import type { Line } from './cost.ts'
import { type HourlySum, hourlySumsOf, type Metered, SUMS_AT_ONCE } from './metered.ts'
import type { Month } from './months/sql.ts'
import type { SumParts } from './parts.ts'

interface PayerRow {
  kind: CredentialKind
  id: string
  organization_id: string
  project_id: string
  user_id: string | null
  /** The requested project. Null if none was requested, or if a key determines its own. */
  asked_project_id: string | null
}

/**
 * Finds payers: keys, legacy keys, and people with an organization. Includes revoked and expired keys, because the
 * request was made earlier. People who left are found by the audit event of their playground token.
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

type ModelRow = {
  id: string
  slug: string
  online: boolean
  organization_id: string | null
  project_id: string | null
} & (PriceRow | { line_item: null })

interface PriceRow {
  line_item: LineItem
  service_tier: ServiceTier
  above_input_tokens: string
  effective_from: Date
  effective_until: Date | null
  usd: string
}

/**
 * Finds models by slug, with a row for each price. Prices for more input tokens or for a tier come later. Among equal
 * ones, the newest comes first, because older gateway modules use the first price of a line item. A price ends where
 * the next one begins.
 */
export const findModelRows = (database: Database, slugs: readonly string[]) =>
  database.sql<ModelRow>(
    `SELECT m.id, m.slug, m.status = 'ONLINE' AS online, m.organization_id, m.project_id, p.line_item::text AS line_item,
            p.service_tier::text AS service_tier, p.above_input_tokens::text AS above_input_tokens, p.effective_from,
            least(p.effective_until, lead(p.effective_from) OVER (
              PARTITION BY p.model_id, p.line_item, p.service_tier, p.above_input_tokens ORDER BY p.effective_from
            )) AS effective_until, p.usd::text AS usd
       FROM model m LEFT JOIN model_price p ON p.model_id = m.id
      WHERE m.slug = ANY($1::text[])
      ORDER BY p.service_tier <> 'STANDARD', p.above_input_tokens, p.effective_from DESC`,
    [slugs],
  )

/** Finds the names of keys, including revoked ones. */
export const findKeyNames = (database: Database, ids: readonly string[]) =>
  database.sql<{ id: string; name: string }>('SELECT id, name FROM api_key WHERE id = ANY($1::uuid[])', [ids])

/** The settings of an organization that say how its usage is stored. */
export interface KeptSettings {
  /** The salt. Null if the organization does not hash consumers. */
  salt: Uint8Array | null
  parts: SumParts
}

/**
 * Locks the organizations of events against new budgets and against finer sums, each of which must include either all
 * of the events or none. Returns their settings by id.
 */
export async function keepOrganizations(
  tx: Transaction,
  organizationIds: readonly string[],
): Promise<ReadonlyMap<string, KeptSettings>> {
  const ids = [...new Set(organizationIds)].sort()
  const rows = await tx.$queryRaw<({ id: string; salt: Uint8Array | null } & SumParts)[]>`
    SELECT id, CASE WHEN hash_consumers THEN consumer_salt END AS salt, half_hours_from AS "halfHoursFrom",
           quarter_hours_from AS "quarterHoursFrom"
      FROM organization WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`
  return new Map(rows.map(({ id, salt, ...parts }) => [id, { salt, parts }]))
}

/** Finds the parts of hours by which organizations keep their sums. */
export const findSumParts = (database: Database, organizationIds: readonly string[]) =>
  database.sql<{ id: string } & SumParts>(
    `SELECT id, half_hours_from AS "halfHoursFrom", quarter_hours_from AS "quarterHoursFrom"
       FROM organization WHERE id = ANY($1::uuid[])`,
    [organizationIds],
  )

/**
 * Inserts new events into the month in which they are recorded, and returns their ids. Sorted, so that replicas do not
 * deadlock. The caller has locked recording in the month.
 */
export async function insertEvents(
  tx: Transaction,
  origin: { gatewayId: string; now: Date; month: Month },
  events: readonly Metered[],
): Promise<Set<string>> {
  const sorted = [...events].sort((a, b) => (a.id < b.id ? -1 : 1))
  const column = (read: (event: Metered) => string | null) => sorted.map(read)
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO usage_record (id, month, content_hash, organization_id, project_id, credential_kind, credential_id, user_id,
                              workload, model_id, gateway_id, occurred_at, recorded_at, units, cost, reservation_id, consumer,
                              service_tier)
    SELECT id, ${origin.month}::date, decode(hash, 'hex'), organization_id, project_id, kind, credential_id, user_id, workload, model_id,
           ${origin.gatewayId}::uuid, occurred_at, ${origin.now}, units, cost, reservation_id, consumer, service_tier
      FROM unnest(${column(({ id }) => id)}::text[], ${column(({ hash }) => hash)}::text[],
                  ${column(({ payer }) => payer.organizationId)}::uuid[], ${column(({ payer }) => payer.projectId)}::uuid[],
                  ${column(({ payer }) => payer.kind)}::"CredentialKind"[], ${column(({ payer }) => payer.id)}::uuid[],
                  ${column(({ payer }) => payer.userId)}::uuid[], ${column(({ workload }) => workload)}::"Workload"[],
                  ${column(({ modelId }) => modelId)}::uuid[],
                  ${column(({ occurredAt }) => occurredAt.toISOString())}::timestamptz[],
                  ${column(({ lines }) => unitsOf(lines))}::jsonb[], ${column(({ nanos }) => formatUsd(nanos))}::numeric[],
                  ${column(({ reservation }) => reservation?.id ?? null)}::uuid[], ${column(({ consumer }) => consumer)}::text[],
                  ${column(({ tier }) => (tier === 'STANDARD' ? null : tier))}::"ServiceTier"[])
        AS t(id, hash, organization_id, project_id, kind, credential_id, user_id, workload, model_id, occurred_at, units,
             cost, reservation_id, consumer, service_tier)
     WHERE NOT EXISTS (SELECT FROM usage_record r WHERE r.id = t.id AND r.month <> ${origin.month}::date)
    ON CONFLICT DO NOTHING RETURNING id`
  return new Set(rows.map(({ id }) => id))
}

/** JSON of quantities, which may be too large for a JavaScript number. */
const unitsOf = (lines: readonly Line[]): string =>
  `{${lines.map(({ lineItem, quantity }) => `"${lineItem}":${quantity}`).join(',')}}`

/** Reads the content hashes of stored events, by id. */
export async function findHashes(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string; hash: string }[]>`
    SELECT id, encode(content_hash, 'hex') AS hash FROM usage_record WHERE id = ANY(${ids}::text[])`
  return new Map(rows.map(({ id, hash }) => [id, hash]))
}

/** Adds events to their hourly sums. Locked in one order, so that replicas do not deadlock. */
export async function addToSums(tx: Transaction, events: readonly Metered[]): Promise<void> {
  const sums = hourlySumsOf(events)
  const insert = (batch: HourlySum[]) => {
    const column = (read: (sum: HourlySum) => string | null) => batch.map(read)
    return tx.$executeRaw`
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
  await inBatches(sums, insert, SUMS_AT_ONCE)
}

/** Deletes a batch of the first partition's events that were recorded before a time; returns their number. */
export async function deleteEvents(database: Database, before: Date, batch: number): Promise<number> {
  const rows = await database.sql(
    `DELETE FROM usage_event WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM usage_event WHERE recorded_at < $1 LIMIT $2)) RETURNING id`,
    [before, batch],
  )
  return rows.length
}
