import { BUDGET_PERIODS, type BudgetPeriod } from '@keyward/engine/lease/window'
import { formatUsd, parseUsd } from '@keyward/engine/money'
import type { Transaction } from '@keyward/prisma/database'
import type { LimitAction, LimitKind } from '@keyward/prisma/generated/prisma/client'
import type { Details } from '../../write/audit/chain.ts'
import type { UnitOfWork } from '../../write/unit-of-work.ts'
import { windowAt } from '../ledger/window.ts'
import type { LimitSettings } from './input.ts'

/** What limits belong to: an organization, a project of it, or a key of that. */
export interface LimitScope {
  organizationId: string
  projectId: string | null
  apiKeyId: string | null
}

export const scopeIdOf = (scope: LimitScope): string => scope.apiKeyId ?? scope.projectId ?? scope.organizationId

/** One limit, as the database has it. */
export interface LimitRow {
  kind: LimitKind
  amount: string
  action: LimitAction
  thresholds: number[]
}

const isBudget = (row: LimitRow): row is LimitRow & { kind: BudgetPeriod } => row.kind !== 'REQUESTS_PER_MINUTE'

/** Reads limits from their rows. */
export function settingsOf(rows: readonly LimitRow[]): LimitSettings {
  const rate = rows.find(({ kind }) => kind === 'REQUESTS_PER_MINUTE')
  return {
    requestsPerMinute: rate ? Number(rate.amount) : null,
    budgets: rows
      .filter(isBudget)
      .sort((a, b) => BUDGET_PERIODS.indexOf(a.kind) - BUDGET_PERIODS.indexOf(b.kind))
      .map(({ kind, amount, action, thresholds }) => ({
        period: kind,
        usd: formatUsd(parseUsd(amount)),
        onLimit: action,
        alertThresholds: thresholds,
      })),
  }
}

/** The rows of limits. */
export const rowsOf = ({ requestsPerMinute, budgets }: LimitSettings): LimitRow[] => [
  ...(requestsPerMinute === null
    ? []
    : [
        {
          kind: 'REQUESTS_PER_MINUTE' as const,
          amount: String(requestsPerMinute),
          action: 'REJECT' as const,
          thresholds: [],
        },
      ]),
  ...budgets.map(({ period, usd, onLimit, alertThresholds }) => ({
    kind: period,
    amount: usd,
    action: onLimit,
    thresholds: alertThresholds,
  })),
]

/** The limits of a scope as a transaction sees them. */
export async function readLimits(tx: Transaction, scopeId: string): Promise<LimitSettings> {
  const rows = await tx.$queryRaw<LimitRow[]>`
    SELECT kind::text AS kind, amount::text AS amount, action::text AS action, thresholds
      FROM usage_limit WHERE scope_id = ${scopeId}::uuid`
  return settingsOf(rows)
}

/**
 * Replaces the limits of a scope. A budget that was not there before begins with what was spent in its window so far:
 * the organization is locked against usage that is being recorded, so that every event counts once.
 */
export async function writeLimits(unit: UnitOfWork, scope: LimitScope, settings: LimitSettings): Promise<void> {
  const { tx, now } = unit
  const scopeId = scopeIdOf(scope)
  const before = await readLimits(tx, scopeId)
  const had = new Set(before.budgets.map(({ period }) => period))
  const fresh = settings.budgets.filter(({ period }) => !had.has(period))
  if (fresh.length > 0)
    await tx.$queryRaw`SELECT id FROM organization WHERE id = ${scope.organizationId}::uuid FOR UPDATE`
  await tx.usageLimit.deleteMany({ where: { scopeId } })
  const rows = rowsOf(settings).map((row) => ({ ...row, ...scope, scopeId, setAt: now }))
  if (rows.length > 0) await tx.usageLimit.createMany({ data: rows })
  for (const { period } of fresh) await countSpent(tx, scopeId, period, windowAt(period, now).start)
}

async function countSpent(tx: Transaction, scopeId: string, period: BudgetPeriod, start: Date): Promise<void> {
  // A scope's id is that of one organization, project or credential: what it is need not be told apart.
  await tx.$executeRaw`
    INSERT INTO limit_counter (scope_id, kind, window_start, spent)
    SELECT ${scopeId}::uuid, ${period}::"LimitKind", ${start}, coalesce(sum(cost), 0) FROM (
      SELECT cost FROM usage_hourly WHERE organization_id = ${scopeId}::uuid AND hour >= ${start}
      UNION ALL SELECT cost FROM usage_hourly WHERE project_id = ${scopeId}::uuid AND hour >= ${start}
      UNION ALL SELECT cost FROM usage_hourly WHERE credential_id = ${scopeId}::uuid AND hour >= ${start}) AS used
    ON CONFLICT (scope_id, kind, window_start) DO UPDATE SET spent = excluded.spent`
}

/** Limits as audit details. */
export const describeLimits = ({ requestsPerMinute, budgets }: LimitSettings): Details => ({
  requestsPerMinute,
  budgets: budgets.map(
    ({ period, usd, onLimit, alertThresholds }) =>
      `${period} ${usd} USD ${onLimit}${alertThresholds.length > 0 ? ` alert at ${alertThresholds.join(', ')}%` : ''}`,
  ),
})
