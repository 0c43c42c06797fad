import { isRateKind, readRateKind, unitOf } from '@keyward/engine/lease/kind'
import { BUDGET_PERIODS, type BudgetPeriod } from '@keyward/engine/lease/window'
import { formatUsd } from '@keyward/engine/money'
import type { Transaction } from '@keyward/prisma/database'
import { readStoredCount, readStoredUsd } from '../../core/stored.ts'
import { sumStart } from '../../usage/parts.ts'
import type { Details } from '../../write/audit/chain.ts'
import type { UnitOfWork } from '../../write/unit-of-work.ts'
import { uuidOfModel } from '../part.ts'
import { readCalendar, windowAt } from '../windows/window.ts'
import type { LimitSettings } from './input.ts'
import { rateKindOf, requestsPerMinuteOf, sortRates } from './rates.ts'
import { countSpent, findLimits, type LimitRow, lockOrganization } from './sql.ts'

/** The owner of limits: an organization, one of its projects, one of a project’s keys, or a part of one of them. */
export interface LimitScope {
  organizationId: string
  projectId: string | null
  apiKeyId: string | null
  part?: {
    /** The UUID of the part. */
    id: string
    /** Its name, as it is stored. */
    name: string
  }
}

export const scopeIdOf = ({ part, apiKeyId, projectId, organizationId }: LimitScope): string =>
  part?.id ?? apiKeyId ?? projectId ?? organizationId

const isBudget = (row: LimitRow): row is LimitRow & { kind: BudgetPeriod } => unitOf(row.kind) === null

/** Reads limits from their rows. */
export function settingsOf(rows: readonly LimitRow[]): LimitSettings {
  const concurrency = rows.find(({ kind }) => kind === 'CONCURRENCY')
  return {
    maxConcurrent: concurrency ? Number(readStoredCount(concurrency.amount)) : null,
    rates: sortRates(
      rows.flatMap(({ kind, amount, model = null }) =>
        isRateKind(kind) ? [{ ...readRateKind(kind), max: readStoredCount(amount), model }] : [],
      ),
    ),
    budgets: rows
      .filter(isBudget)
      .sort((a, b) => BUDGET_PERIODS.indexOf(a.kind) - BUDGET_PERIODS.indexOf(b.kind))
      .map(({ kind, amount, action, thresholds }) => ({
        period: kind,
        usd: formatUsd(readStoredUsd(amount)),
        onLimit: action,
        alertThresholds: thresholds,
      })),
  }
}

/** The rows of limits. */
export const rowsOf = ({ rates, budgets, maxConcurrent }: LimitSettings): LimitRow[] => [
  ...(maxConcurrent === null
    ? []
    : [{ kind: 'CONCURRENCY' as const, amount: String(maxConcurrent), action: 'REJECT' as const, thresholds: [] }]),
  ...rates.map((rate) => ({
    kind: rateKindOf(rate),
    amount: String(rate.max),
    action: 'REJECT' as const,
    thresholds: [],
    model: rate.model,
  })),
  ...budgets.map(({ period, usd, onLimit, alertThresholds }) => ({
    kind: period,
    amount: usd,
    action: onLimit,
    thresholds: alertThresholds,
  })),
]

/** The rows of the limits of a scope that are set at a given time. */
export function rowsOfScope({ part, ...owner }: LimitScope, settings: LimitSettings, setAt: Date) {
  const scopeId = scopeIdOf({ ...owner, ...(part && { part }) })
  return rowsOf(settings).map(({ model = null, ...row }) => ({
    ...row,
    ...owner,
    scopeId: model === null ? scopeId : uuidOfModel(scopeId, model),
    part: part?.name ?? null,
    model,
    modelOf: model === null ? null : scopeId,
    setAt,
  }))
}

/** Reads the limits of a scope in a transaction. */
export const readLimits = async (tx: Transaction, scopeId: string): Promise<LimitSettings> =>
  settingsOf(await findLimits(tx, scopeId))

/**
 * Replaces the limits of a scope. A new budget starts with the amount already spent in its window. The organization is
 * locked against usage that is being recorded, so that every event is counted once. The budget of a part starts at
 * zero.
 */
export async function writeLimits(unit: UnitOfWork, scope: LimitScope, settings: LimitSettings): Promise<void> {
  const { tx, now } = unit
  const scopeId = scopeIdOf(scope)
  const before = await readLimits(tx, scopeId)
  const had = new Set(before.budgets.map(({ period }) => period))
  const fresh = scope.part ? [] : settings.budgets.filter(({ period }) => !had.has(period))
  if (fresh.length > 0) await lockOrganization(tx, scope.organizationId)
  await tx.usageLimit.deleteMany({ where: { OR: [{ scopeId }, { modelOf: scopeId }] } })
  const rows = rowsOfScope(scope, settings, now)
  if (rows.length > 0) await tx.usageLimit.createMany({ data: rows })
  if (fresh.length === 0) return
  const { calendar, parts } = await readSums(tx, scope.organizationId)
  for (const { period } of fresh) {
    const { start } = windowAt(period, now, calendar)
    // A window may begin inside an hour whose sum cannot be divided. The whole hour is counted then, so that no budget
    // can be spent twice.
    await countSpent(tx, scopeId, period, start, sumStart(start, parts))
  }
}

/** The calendar of an organization, and the parts of hours by which its usage is summed. */
async function readSums(tx: Transaction, organizationId: string) {
  const { timeZone, announcedWindows, ...parts } = await tx.organization.findUniqueOrThrow({
    where: { id: organizationId },
    select: { timeZone: true, announcedWindows: true, halfHoursFrom: true, quarterHoursFrom: true },
  })
  return { calendar: readCalendar({ time_zone: timeZone, announced_windows: announcedWindows }), parts }
}

/** Limits as audit details. */
export const describeLimits = ({ rates, budgets, maxConcurrent }: LimitSettings): Details => ({
  maxConcurrent,
  requestsPerMinute: requestsPerMinuteOf(rates),
  rates: rates.map(({ unit, per, max, model }) => `${max} ${unit} per ${per}${model === null ? '' : ` for ${model}`}`),
  budgets: budgets.map(
    ({ period, usd, onLimit, alertThresholds }) =>
      `${period} ${usd} USD ${onLimit}${alertThresholds.length > 0 ? ` alert at ${alertThresholds.join(', ')}%` : ''}`,
  ),
})
