import type { BudgetPeriod } from '@keyward/engine/lease/window'
import type { Database, Transaction } from '@keyward/prisma/database'
import type { CurrentWindow } from '../limit/windows/window.ts'

/** A budget that has reached a higher threshold than its last alert reported. */
export interface DueAlert {
  scope_id: string
  kind: BudgetPeriod
  window_start: Date
}

/** Maximum number of alerts per search. */
export const FOUND_AT_ONCE = 1_000

/**
 * Reaching the budget itself is a threshold of 100. Counters are found by primary key: of the given scopes, in the
 * current windows ($1 to $4) of its calendar. The cap of a child token raises no alert.
 */
const due = (scopes: string): string => `
  SELECT c.scope_id, c.kind::text AS kind, c.window_start
    FROM usage_limit u JOIN organization o ON o.id = u.organization_id
         JOIN unnest($1::text[], $2::text[], $3::"LimitKind"[], $4::timestamptz[]) AS w(zone, announced, kind, start)
           ON w.zone = o.time_zone AND w.announced IS NOT DISTINCT FROM o.announced_windows::text AND w.kind = u.kind
         JOIN limit_counter c ON c.scope_id = u.scope_id AND c.kind = u.kind AND c.window_start = w.start
   WHERE ${scopes} (u.part IS NULL OR u.api_key_id IS NULL) AND u.kind IN ('DAY', 'WEEK', 'MONTH', 'TOTAL')
     AND c.alerted_percent <> coalesce((SELECT max(t) FROM unnest(u.thresholds || 100) AS t WHERE t <= c.spent * 100 / u.amount), 0)
   LIMIT ${FOUND_AT_ONCE}`

const DUE_AMONG = due('u.scope_id = ANY($5::uuid[]) AND')
const DUE_ANYWHERE = due('')

/** Finds due alerts in the current windows, for some scopes or for all. A search of all scopes reads every budget. */
export function findDueAlerts(
  database: Database,
  windows: readonly CurrentWindow[],
  scopes: readonly string[] | null,
): Promise<DueAlert[]> {
  const values = [
    windows.map(({ zone }) => zone),
    windows.map(({ announced }) => announced),
    windows.map(({ kind }) => kind),
    windows.map(({ start }) => start),
  ]
  return scopes === null
    ? database.sql<DueAlert>(DUE_ANYWHERE, values)
    : database.sql<DueAlert>(DUE_AMONG, [...values, scopes])
}

/** A budget with its counter. */
export interface BudgetRow {
  organization_id: string
  project_id: string | null
  api_key_id: string | null
  name: string
  amount: string
  spent: string
  reached: number
  alerted: number
}

/** Reads a budget and locks its counter, so that no other process alerts for it. */
export async function lockBudget(
  tx: Transaction,
  { scope_id, kind, window_start }: DueAlert,
): Promise<BudgetRow | undefined> {
  const [limit] = await tx.$queryRaw<{ organization_id: string }[]>`
    SELECT organization_id FROM usage_limit WHERE scope_id = ${scope_id}::uuid AND kind = ${kind}::"LimitKind"`
  if (!limit) return undefined
  // The audit head is locked first. Requests wait for the counter, so it must not be locked while this transaction
  // waits for the head.
  await tx.$queryRaw`SELECT 1 FROM audit_head WHERE organization_id = ${limit.organization_id}::uuid FOR UPDATE`
  const [budget] = await tx.$queryRaw<BudgetRow[]>`
    SELECT u.organization_id, u.project_id, u.api_key_id,
           coalesce(k.name, p.name, o.name) || CASE WHEN u.part IS NULL THEN '' WHEN u.project_id IS NULL THEN ', tag ' || u.part ELSE ', consumer ' || u.part END AS name,
           u.amount::text AS amount, c.spent::text AS spent, c.alerted_percent AS alerted,
           coalesce((SELECT max(t) FROM unnest(u.thresholds || 100) AS t WHERE t <= c.spent * 100 / u.amount), 0) AS reached
      FROM limit_counter c JOIN usage_limit u ON u.scope_id = c.scope_id AND u.kind = c.kind
           JOIN organization o ON o.id = u.organization_id LEFT JOIN project p ON p.id = u.project_id
           LEFT JOIN api_key k ON k.id = u.api_key_id
     WHERE c.scope_id = ${scope_id}::uuid AND c.kind = ${kind}::"LimitKind" AND c.window_start = ${window_start}
       FOR UPDATE OF c`
  return budget
}
