import type { LimitKind } from '@keyward/engine/lease/kind'
import { formatUsd } from '@keyward/engine/money'
import type { Transaction } from '@keyward/prisma/database'
import type { CalendarRow } from '../windows/sql.ts'

/** A lease of a limit. */
export interface Lease {
  id: string
  scope_id: string
  kind: LimitKind
  window_start: Date
  /** The owner of the scope, if it is a part. */
  owner_id: string | null
}

/** The charge of one counter, in billionths. */
export interface Sum {
  scope: string
  kind: LimitKind
  /** The owner of the scope, if it is a part. */
  owner: string | null
  /** Start of the window, ISO 8601. */
  window: string
  spent: bigint
  debt: bigint
}

/** A limit to which usage is charged. */
export interface LedgerLimit extends CalendarRow {
  scope_id: string
  kind: LimitKind
  set_at: Date
  /** The key whose tag is limited. Null for limits that are found by their scopes. */
  tagged_key: string | null
  /** The pattern of a rate by model, and the scope that has the rate. */
  model: string | null
  model_of: string | null
}

/**
 * Finds the limits to which usage is charged: budgets and rates in tokens, of the given scopes and of the tags of keys.
 */
export const findLedgerLimits = (
  tx: Transaction,
  scopeIds: readonly string[],
  apiKeyIds: readonly string[],
): Promise<LedgerLimit[]> => tx.$queryRaw`
  SELECT scope_id, kind::text AS kind, set_at, tagged_key, model, model_of, o.time_zone, o.announced_windows FROM (
    SELECT organization_id, scope_id, kind, set_at, NULL::uuid AS tagged_key, model, model_of FROM usage_limit
     WHERE scope_id = ANY(${scopeIds}::uuid[]) OR model_of = ANY(${scopeIds}::uuid[])
    UNION ALL
    SELECT u.organization_id, u.scope_id, u.kind, u.set_at, k.id, NULL, NULL FROM api_key k JOIN api_key_tag t ON t.api_key_id = k.id
           JOIN usage_limit u ON u.organization_id = k.organization_id AND u.project_id IS NULL AND u.part = t.key || '=' || t.value
     WHERE k.id = ANY(${apiKeyIds}::uuid[])) AS u JOIN organization o ON o.id = u.organization_id
   WHERE kind::text NOT LIKE 'REQUESTS%' AND kind <> 'CONCURRENCY'`

/** Inserts settlements of reservations. Returns the ids of those that were not settled before. */
export async function insertSettlements(tx: Transaction, now: Date, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ reservation_id: string }[]>`
    INSERT INTO limit_settlement (reservation_id, at) SELECT id, ${now} FROM unnest(${ids}::uuid[]) AS t(id)
    ON CONFLICT DO NOTHING RETURNING reservation_id`
  return rows.map(({ reservation_id }) => reservation_id)
}

/** Finds leases by id. */
export async function findLeases(tx: Transaction, ids: readonly string[]): Promise<Map<string, Lease>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<Lease[]>`
    SELECT id, scope_id, kind::text AS kind, window_start, owner_id FROM limit_lease WHERE id = ANY(${ids}::uuid[])`
  return new Map(rows.map((row) => [row.id, row]))
}

/** Charges counters. They are locked in one order, so that two transactions cannot wait for each other. */
export async function addSpent(tx: Transaction, sums: readonly Sum[]): Promise<void> {
  const rows = sums.map((sum) => ({ ...sum, spent: formatUsd(sum.spent), debt: formatUsd(sum.debt) }))
  await tx.$executeRaw`
    INSERT INTO limit_counter AS c (scope_id, kind, window_start, spent, debt, owner_id)
    SELECT scope, kind, "window", spent, debt, owner FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS s(scope uuid, kind "LimitKind", "window" timestamptz, spent numeric, debt numeric, owner uuid)
     ORDER BY scope, kind, "window"
    ON CONFLICT (scope_id, kind, window_start) DO UPDATE SET spent = c.spent + excluded.spent, debt = c.debt + excluded.debt`
}

/** Reduces counters, in the same order, by at most the spent amount of each. Ignores missing counters. */
export async function giveBack(tx: Transaction, sums: readonly Sum[]): Promise<void> {
  const rows = JSON.stringify(
    sums.map(({ scope, kind, window, spent }) => ({ scope, kind, window, back: formatUsd(-spent) })),
  )
  await tx.$executeRaw`
    WITH counter AS (
      SELECT c.scope_id, c.kind, c.window_start, s.back
        FROM jsonb_to_recordset(${rows}::jsonb) AS s(scope uuid, kind "LimitKind", "window" timestamptz, back numeric)
        JOIN limit_counter c ON c.scope_id = s.scope AND c.kind = s.kind AND c.window_start = s."window"
       ORDER BY c.scope_id, c.kind, c.window_start FOR UPDATE OF c)
    UPDATE limit_counter c SET spent = greatest(c.spent - counter.back, 0) FROM counter
     WHERE c.scope_id = counter.scope_id AND c.kind = counter.kind AND c.window_start = counter.window_start`
}

/** Settles amounts of leases, in nano-dollars by lease, but no more than each lease still holds. */
export async function settleLeases(tx: Transaction, parts: ReadonlyMap<string, bigint>): Promise<void> {
  const rows = JSON.stringify([...parts].map(([id, nanos]) => ({ id, part: formatUsd(nanos) })))
  await tx.$executeRaw`
    WITH part AS (
           SELECT l.id, l.scope_id, l.kind, l.window_start, least(s.part, l.taken - l.returned - l.settled) AS usd
             FROM jsonb_to_recordset(${rows}::jsonb) AS s(id uuid, part numeric) JOIN limit_lease l ON l.id = s.id),
         lease AS (UPDATE limit_lease l SET settled = l.settled + part.usd FROM part WHERE l.id = part.id)
    UPDATE limit_counter c SET held = c.held - gone.usd
      FROM (SELECT scope_id, kind, window_start, sum(usd) AS usd FROM part GROUP BY 1, 2, 3) AS gone
     WHERE c.scope_id = gone.scope_id AND c.kind = gone.kind AND c.window_start = gone.window_start`
}
