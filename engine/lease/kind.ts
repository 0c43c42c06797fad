import type { BudgetPeriod } from './window.ts'

export type RateUnit = 'REQUESTS' | 'TOKENS' | 'INPUT_TOKENS' | 'OUTPUT_TOKENS'
export type RatePeriod = 'MINUTE' | 'HOUR' | 'DAY'
export type RateKind = `${RateUnit}_PER_${RatePeriod}`

/** The kind of a limit: a rate, the period of a budget, or concurrency. */
export type LimitKind = RateKind | BudgetPeriod | 'CONCURRENCY'

export const RATE_UNITS: readonly RateUnit[] = ['REQUESTS', 'TOKENS', 'INPUT_TOKENS', 'OUTPUT_TOKENS']
export const RATE_PERIODS: readonly RatePeriod[] = ['MINUTE', 'HOUR', 'DAY']
export const RATE_KINDS: readonly RateKind[] = /* @__PURE__ */ RATE_UNITS.flatMap((unit) =>
  RATE_PERIODS.map((per): RateKind => `${unit}_PER_${per}`),
)

/** Leased amounts are billionths of a dollar, a request or a token, so that the ledger and exchanges use one form. */
export const ONE = 1_000_000_000n

const PER = '_PER_'

export const isRateKind = (kind: LimitKind): kind is RateKind => kind.includes(PER)

/** A rate in requests a minute is a token bucket. Every other limit is counted in windows and leased. */
export const isBucketKind = (kind: LimitKind): boolean => kind === 'REQUESTS_PER_MINUTE'

/** The unit and the period of a rate. */
export function readRateKind(kind: RateKind): { unit: RateUnit; per: RatePeriod } {
  const [unit, per] = kind.split(PER)
  // The type of a kind contains both parts.
  return { unit: unit as RateUnit, per: per as RatePeriod }
}

/** Estimated usage of a request, in billionths. */
export interface Estimate {
  /** Cost. */
  readonly nanos: bigint
  /** Number of input tokens, including cached ones, cache writes and audio. */
  readonly input: bigint
  /** Number of output tokens, including reasoning and audio. */
  readonly output: bigint
}

export const NO_ESTIMATE: Estimate = { nanos: 0n, input: 0n, output: 0n }

/**
 * The number of tokens among line items, in billionths. Line items that are not tokens are ignored. Tokens are
 * recognized by name, so that a gateway can count line items of a newer server. A test compares this with the table of
 * line items.
 */
export function countTokens(items: Iterable<{ readonly lineItem: string; readonly quantity: bigint | string }>): {
  input: bigint
  output: bigint
} {
  let [input, output] = [0n, 0n]
  for (const { lineItem, quantity } of items) {
    if (/(OUTPUT|REASONING)_TOKENS$/.test(lineItem)) output += BigInt(quantity) * ONE
    else if (/_TOKENS$/.test(lineItem)) input += BigInt(quantity) * ONE
  }
  return { input, output }
}

/** The unit of a limit. Null for US dollars. */
export type Unit = RateUnit | null

export const unitOf = (kind: LimitKind): Unit =>
  isRateKind(kind) ? (kind.split(PER)[0] as RateUnit) : kind === 'CONCURRENCY' ? 'REQUESTS' : null

/** The amount of some usage in a unit, in billionths. */
export function amountOf(unit: Unit, { nanos, input, output }: Estimate): bigint {
  switch (unit) {
    case 'REQUESTS':
      return ONE
    case 'TOKENS':
      return input + output
    case 'INPUT_TOKENS':
      return input
    case 'OUTPUT_TOKENS':
      return output
    default:
      return nanos
  }
}

/**
 * The minimum that a request is charged: a billionth of a dollar, or one token. So a spent limit denies every request.
 */
export const leastOf = (unit: Unit): bigint => (unit === null ? 1n : ONE)

/** The amount that a request reserves in a unit. */
export function reservedOf(unit: Unit, estimate: Estimate): bigint {
  const amount = amountOf(unit, estimate)
  if (amount === 0n) return leastOf(unit)
  return amount
}
