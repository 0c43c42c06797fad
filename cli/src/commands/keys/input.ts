import type { BudgetInput, RateInput, TagInput, UsageLimitsInput } from '@keyward/sdk'
import { UsageError } from '../../exit-codes.ts'

/** The workloads, as spelled in options. */
export const WORKLOADS = [
  'inference',
  'code-interpreter',
  'fine-tuning',
  'batch',
  'files',
  'endpoints',
  'clusters',
  'evaluations',
] as const

/** Parses a tag: `team=search`. */
export function parseTag(text: string): TagInput {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined || value === undefined) throw new UsageError('--tag takes KEY=VALUE, such as team=search.')
  return { key, value }
}

/** Parses a budget: `month=100`, or `month=100:alert` for a budget that only raises alerts. */
export function parseBudget(text: string): BudgetInput {
  const [, period, usd, onLimit = 'reject'] =
    /^(day|week|month|total)=(\d+(?:\.\d+)?)(?::(alert|reject))?$/i.exec(text) ?? []
  if (period === undefined || usd === undefined) {
    const takes = 'PERIOD=USD, such as month=100: the period is day, week, month or total'
    throw new UsageError(`--budget takes ${takes}. Add :alert for a budget that only raises alerts.`)
  }
  return { period: period.toUpperCase(), usd, onLimit: onLimit.toUpperCase() }
}

/** Parses a rate: `tokens/minute=100000`, or `tokens/minute=100000:meta/*` for models that match a pattern. */
export function parseRate(text: string): RateInput {
  const [, unit, per, max, model] =
    /^(requests|tokens|input-tokens|output-tokens)\/(minute|hour|day)=([1-9]\d{0,12})(?::(\S+))?$/i.exec(text) ?? []
  if (unit === undefined || per === undefined || max === undefined) {
    const units = 'requests, tokens, input-tokens or output-tokens'
    throw new UsageError(
      `--rate takes UNIT/PERIOD=MAX, such as tokens/minute=100000: ${units} per minute, hour or day. Add :MODEL for a model or pattern, such as :meta/*.`,
    )
  }
  return { unit: unit.toUpperCase().replace('-', '_'), per: per.toUpperCase(), max, ...(model && { model }) }
}

/** Parses a rate limit in requests per minute. */
export function parseRequestsPerMinute(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new UsageError('--requests-per-minute takes a whole number, 1 or more.')
  return Number(text)
}

/** Parses the maximum number of concurrent requests. */
export function parseMaxConcurrent(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError('--max-concurrent takes a whole number, 1 or more.')
  return Number(text)
}

/**
 * Builds a new key's limits. Undefined if no options are given, so that the project's key policy determines the limits.
 */
export function parseLimits(given: {
  requestsPerMinute?: string | undefined
  rate?: readonly string[] | undefined
  budget?: readonly string[] | undefined
  maxConcurrent?: string | undefined
}): UsageLimitsInput | undefined {
  const { requestsPerMinute, rate = [], budget = [], maxConcurrent } = given
  if (requestsPerMinute === undefined && maxConcurrent === undefined && rate.length === 0 && budget.length === 0)
    return undefined
  return {
    requestsPerMinute: requestsPerMinute === undefined ? undefined : parseRequestsPerMinute(requestsPerMinute),
    rates: rate.map(parseRate),
    budgets: budget.map(parseBudget),
    maxConcurrent: maxConcurrent === undefined ? undefined : parseMaxConcurrent(maxConcurrent),
  }
}

/** Parses a number of days. */
export function parseDays(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new UsageError('--unused-for-days takes a whole number of days.')
  return Number(text)
}
