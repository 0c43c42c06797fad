import { BUDGET_PERIODS, type BudgetPeriod } from '@keyward/engine/lease/window'
import { formatUsd, parseUsd } from '@keyward/engine/money'
import { LimitAction } from '@keyward/prisma/generated/prisma/enums'
import { z } from 'zod'
import {
  areOfEveryModel,
  type GivenRates,
  MAX_REQUESTS_PER_MINUTE,
  mergedRates,
  type RateSetting,
  rates,
} from './rates.ts'

const MAX_BUDGET = 999_999_999n * 1_000_000_000n
const MAX_THRESHOLDS = 10

/** A budget: the amount for a period, and the behavior when it is spent. */
export interface BudgetSetting {
  period: BudgetPeriod
  /** In US dollars, as a decimal. */
  usd: string
  onLimit: LimitAction
  /** In percent of the budget, ascending. */
  alertThresholds: number[]
}

/** The limits of one organization, project or key. */
export interface LimitSettings {
  rates: RateSetting[]
  budgets: BudgetSetting[]
  /** Maximum number of concurrent requests. Null if unlimited. */
  maxConcurrent: number | null
}

export const NO_LIMITS: LimitSettings = { rates: [], budgets: [], maxConcurrent: null }

const requestsPerMinute = z
  .number()
  .int()
  .min(1, { error: 'Must be at least 1. To forbid requests, revoke the key or archive the project.' })
  .max(MAX_REQUESTS_PER_MINUTE, { error: `Must be at most ${MAX_REQUESTS_PER_MINUTE}.` })

export const MAX_CONCURRENT = 1_000_000

const maxConcurrent = z
  .number()
  .int()
  .min(1, { error: 'Must be at least 1. To forbid requests, revoke the key or archive the project.' })
  .max(MAX_CONCURRENT, { error: `Must be at most ${MAX_CONCURRENT}.` })

/** An amount of a budget, in US dollars. */
export const usd = z.string().transform((value, context) => {
  const nanos = /^-?\d{1,15}(\.\d{1,9})?$/.test(value) ? parseUsd(value) : 0n
  if (nanos > 0n && nanos <= MAX_BUDGET) return formatUsd(nanos)
  context.addIssue({ code: 'custom', message: 'Must be more than 0 and at most 999999999, in US dollars.' })
  return z.NEVER
})

const alertThresholds = z
  .array(
    z
      .number()
      .int()
      .min(1, { error: 'Must be a percentage from 1 to 100.' })
      .max(100, { error: 'Must be a percentage from 1 to 100.' }),
  )
  .max(MAX_THRESHOLDS, { error: `May have at most ${MAX_THRESHOLDS} entries.` })
  .nullish()
  .transform((value) => [...new Set(value ?? [])].sort((a, b) => a - b))

const budget = z.object({
  period: z.enum(BUDGET_PERIODS),
  usd,
  onLimit: z
    .enum(LimitAction)
    .nullish()
    .transform((value) => value ?? 'REJECT'),
  alertThresholds,
})

const order = (budgets: BudgetSetting[]): BudgetSetting[] =>
  [...budgets].sort((a, b) => BUDGET_PERIODS.indexOf(a.period) - BUDGET_PERIODS.indexOf(b.period))

const budgets = z
  .array(budget)
  .refine((given) => new Set(given.map(({ period }) => period)).size === given.length, {
    error: 'May have at most one budget per period. Remove the duplicate.',
  })
  .transform(order)

/** Input of a mutation that sets limits. An omitted member keeps its value. Null removes it. */
export const limitFields = {
  requestsPerMinute: requestsPerMinute.nullish(),
  rates: rates.nullish(),
  budgets: budgets.nullish(),
  maxConcurrent: maxConcurrent.nullish(),
}

/** Input of limits whose rates apply to all models. */
export const limitFieldsOfEveryModel = {
  ...limitFields,
  rates: rates
    .refine(areOfEveryModel, { error: 'Only rates of organizations, projects and keys may name a model.' })
    .nullish(),
}

/** Limits that are replaced as a whole: an omitted limit is removed. */
export const limitSettings = z.object(limitFieldsOfEveryModel).transform(
  (given): LimitSettings => ({
    rates: mergedRates([], given),
    budgets: given.budgets ?? [],
    maxConcurrent: given.maxConcurrent ?? null,
  }),
)

/** The current limits, updated with the given ones. */
export const merged = (
  before: LimitSettings,
  given: GivenRates & {
    budgets?: BudgetSetting[] | null | undefined
    maxConcurrent?: number | null | undefined
  },
): LimitSettings => ({
  rates: mergedRates(before.rates, given),
  budgets: given.budgets === undefined ? before.budgets : (given.budgets ?? []),
  maxConcurrent: given.maxConcurrent === undefined ? before.maxConcurrent : given.maxConcurrent,
})
