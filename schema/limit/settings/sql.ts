import type { LimitKind as Kind } from '@keyward/engine/lease/kind'
import type { BudgetPeriod } from '@keyward/engine/lease/window'
import type { Database, Transaction } from '@keyward/prisma/database'
import type { LimitAction, LimitKind } from '@keyward/prisma/generated/prisma/client'

/** A limit as the database stores it. */
export interface LimitRow {
  kind: LimitKind
  amount: string
  action: LimitAction
  thresholds: number[]
  /** The pattern of a rate by model. Null or missing: the limit applies to all models. */
  model?: string | null
}

/** A limit with the counter of its current window. */
export interface StateRow {
  scope_id: string
  kind: Kind
  amount: string
  model: string | null
  spent: string
  held: string
  debt: string
  /** Tokens in the bucket of a rate when it was last used. Null for other limits. */
  tokens: number | null
  at: Date | null
}

/** Finds the limits of a scope. */
export const findLimits = (tx: Transaction, scopeId: string): Promise<LimitRow[]> => tx.$queryRaw<LimitRow[]>`
  SELECT kind::text AS kind, amount::text AS amount, action::text AS action, thresholds, model
    FROM usage_limit WHERE scope_id = ${scopeId}::uuid OR model_of = ${scopeId}::uuid`

/** Finds the limits of several scopes. */
export const findLimitsOf = (
  database: Database,
  scopeIds: readonly string[],
): Promise<(LimitRow & { scope_id: string })[]> =>
  database.sql(
    `SELECT coalesce(model_of, scope_id) AS scope_id, kind::text AS kind, amount::text AS amount, action::text AS action,
            thresholds, model
       FROM usage_limit WHERE scope_id = ANY($1::uuid[]) OR model_of = ANY($1::uuid[])`,
    [scopeIds],
  )

/** Finds the limit amounts of scopes. Null: the limit only alerts. */
export const findAmounts = (
  database: Database,
  scopeIds: readonly string[],
): Promise<{ scope_id: string; kind: string; amount: string | null }[]> =>
  database.sql(
    `SELECT scope_id, kind::text AS kind, CASE WHEN action = 'REJECT' THEN amount::text END AS amount
       FROM usage_limit WHERE scope_id = ANY($1::uuid[])`,
    [scopeIds],
  )

/** The amount that lapsed leases of concurrency still hold in their counter. */
const LAPSED = `coalesce((SELECT sum(l.taken - l.returned - l.settled) FROM limit_lease l
                WHERE l.scope_id = s.scope_id AND l.kind = u.kind AND l.lapses_at <= $4 AND l.reconciled_at IS NULL), 0)`

/**
 * A scope, and the scope whose limits apply to it. For a consumer without its own limits, this is the project's default
 * for consumers.
 */
export interface LimitedScope {
  scopeId: string
  limitsOf: string
}

/** The scope of a counter. A rate by model has its own counter. */
const COUNTED = 'CASE WHEN u.model_of IS NULL THEN s.scope_id ELSE u.scope_id END'

/** The current window of a limit kind, by one of the query's calendars. */
export interface CalendarWindow {
  calendar: number
  kind: Kind
  start: Date
}

/** Finds limits with the counters of their current windows. Each scope has a calendar, and each calendar its windows. */
export const findLimitStates = (
  database: Database,
  scopes: readonly (LimitedScope & { calendar: number })[],
  windows: readonly CalendarWindow[],
  now: Date,
): Promise<StateRow[]> =>
  database.sql(
    `SELECT s.scope_id, u.kind::text AS kind, u.amount::text AS amount, u.model, coalesce(c.spent, 0)::text AS spent,
            (coalesce(c.held, 0) - CASE WHEN u.kind = 'CONCURRENCY' THEN ${LAPSED} ELSE 0 END)::text AS held, coalesce(c.debt, 0)::text AS debt, b.tokens, b.at
       FROM unnest($1::uuid[], $5::uuid[], $6::int[]) AS s(scope_id, limits_of, calendar)
            JOIN usage_limit u ON u.scope_id = s.limits_of OR u.model_of = s.limits_of
            JOIN unnest($7::int[], $2::"LimitKind"[], $3::timestamptz[]) AS w(calendar, kind, start)
              ON w.calendar = s.calendar AND w.kind = u.kind
            LEFT JOIN limit_counter c ON c.scope_id = ${COUNTED} AND c.kind = u.kind AND c.window_start = w.start
            LEFT JOIN limit_bucket b ON b.scope_id = ${COUNTED} AND u.kind = 'REQUESTS_PER_MINUTE'
      ORDER BY u.kind, u.model NULLS FIRST`,
    [
      scopes.map(({ scopeId }) => scopeId),
      windows.map(({ kind }) => kind),
      windows.map(({ start }) => start),
      now,
      scopes.map(({ limitsOf }) => limitsOf),
      scopes.map(({ calendar }) => calendar),
      windows.map(({ calendar }) => calendar),
    ],
  )

/** Locks an organization against usage that is being recorded. */
export async function lockOrganization(tx: Transaction, organizationId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM organization WHERE id = ${organizationId}::uuid FOR UPDATE`
}

/** Sets the counter of a window to the amount that was spent since a time, according to the hourly sums. */
export async function countSpent(
  tx: Transaction,
  scopeId: string,
  period: BudgetPeriod,
  start: Date,
  from: Date,
): Promise<void> {
  // UUIDs are unique across organizations, projects and credentials, so the kind of the scope need not be compared.
  await tx.$executeRaw`
    INSERT INTO limit_counter (scope_id, kind, window_start, spent)
    SELECT ${scopeId}::uuid, ${period}::"LimitKind", ${start}, coalesce(sum(cost), 0) FROM (
      SELECT cost FROM usage_hourly WHERE organization_id = ${scopeId}::uuid AND hour >= ${from}
      UNION ALL SELECT cost FROM usage_hourly WHERE project_id = ${scopeId}::uuid AND hour >= ${from}
      UNION ALL SELECT cost FROM usage_hourly WHERE credential_id = ${scopeId}::uuid AND hour >= ${from}) AS used
    ON CONFLICT (scope_id, kind, window_start) DO UPDATE SET spent = excluded.spent`
}
